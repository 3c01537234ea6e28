import Foundation
import StableDiffusion
import Torch

/// What models will take in memory, told from their files' headers before anything is loaded.
enum ModelSize {
  /// Bytes of a checkpoint's parameters in the engine's type.
  ///
  /// - Parameter path: a folder in the diffusers layout, or one that holds a single file.
  static func checkpoint(_ path: String, dtype: DType) throws(CheckpointError) -> Int {
    var bytes = 0
    for folder in ["", "/unet", "/text_encoder", "/text_encoder_2", "/vae"] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path + folder)) ?? []
      // A checkpoint in one file is known by what it holds, not by its name.
      for name in folder.isEmpty && names.count == 1 ? names : weights(among: names) {
        bytes = try sum(bytes, file("\(path)\(folder)/\(name)", dtype: dtype))
      }
    }
    return bytes
  }

  /// Those of a component's files that are loaded, as `CheckpointFolder` chooses them: the full one, or where there is
  /// none its shards, or those of the float16 variant. The copy kept for training (`non_ema`) never is.
  private static func weights(among names: [String]) -> [String] {
    for variant in ["", ".fp16"] {
      for stem in ["diffusion_pytorch_model", "model"] {
        let whole = "\(stem)\(variant).safetensors"
        if names.contains(whole) { return [whole] }
        let shards = names.filter { name in
          let isShard = name.hasPrefix(stem) && name.hasSuffix(".safetensors") && name.contains("-of-")
          let isHalf = name.contains(".fp16")
          return isShard && isHalf != variant.isEmpty && !name.contains(".non_ema")
        }
        if !shards.isEmpty { return shards }
      }
    }
    return []
  }

  /// Bytes of one file's tensors in the engine's type.
  static func file(_ path: String, dtype: DType) throws(CheckpointError) -> Int {
    let file = try Safetensors(path: path)
    var bytes = 0
    // A second copy of the weights, kept for training.
    for name in file.names where !name.hasPrefix("model_ema.") {
      bytes = sum(bytes, product((file.shape(of: name) ?? []) + [dtype.byteSize]))
    }
    return bytes
  }

  /// Bytes that computing an image takes beside the parameters, about.
  ///
  /// At its widest the U-Net holds some two dozen feature maps of the latents' size for each row, and the autoencoder
  /// some eight of the picture's; larger pictures it decodes in tiles.
  static func activations(
    _ unet: UNetConfiguration, _ autoencoder: AutoencoderConfiguration, width: Int, height: Int, rows: Int,
    dtype: DType
  ) -> Int {
    let scale = max(autoencoder.downsamplingFactor, 1)
    let latents = product([
      width / scale, height / scale, unet.blockOutChannels.first ?? 1, 24, rows, dtype.byteSize,
    ])
    let pixels = min(product([width, height]), 1 << 20)
    return sum(latents, product([pixels, autoencoder.blockOutChannels.first ?? 1, 8, dtype.byteSize]))
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  private static func product(_ factors: [Int]) -> Int {
    factors.reduce(1) {
      let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
      return overflow ? .max : product
    }
  }
}
