import Foundation
import ModelFiles
import StableDiffusion
import Torch

/// What models will take in memory, told from their files' headers before anything is loaded.
enum ModelSize {
  /// Bytes of a checkpoint's parameters in the engine's type, with what its autoencoder may take beside them.
  ///
  /// - Parameters:
  ///   - path: a folder in the diffusers layout, or one that holds a single file.
  ///   - autoencoder: the checkpoint's.
  static func checkpoint(
    _ path: String, autoencoder: AutoencoderConfiguration, dtype: DType
  ) throws(CheckpointError) -> Int {
    let wide = autoencoderWidth(dtype, isWidened: autoencoder.forceUpcast)
    var bytes = try component("\(path)/vae", width: wide)
    for folder in ["unet", "text_encoder", "text_encoder_2"] {
      bytes = sum(bytes, try component("\(path)/\(folder)", width: dtype.byteSize))
    }
    // A checkpoint in one file is known by what it holds, not by its name.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard names.count == 1, !isFolder("\(path)/\(names[0])") else { return bytes }
    return sum(
      bytes,
      try file("\(path)/\(names[0])") { $0.hasPrefix("first_stage_model.") ? wide : dtype.byteSize })
  }

  /// Bytes of one part of a folder in the diffusers layout, for so many bytes a number.
  static func component(_ folder: String, width: Int) throws(CheckpointError) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var bytes = 0
    for name in weights(among: names) { bytes = sum(bytes, try file("\(folder)/\(name)") { _ in width }) }
    return bytes
  }

  /// Bytes that each number of an autoencoder takes. In float16 one that leaves its range is made anew in float32
  /// beside itself, and stays so (`AutoencoderKL.wide`): when that will be, nobody knows before.
  ///
  /// - Parameter isWidened: whether it is loaded in float32 in place of float16.
  static func autoencoderWidth(_ dtype: DType, isWidened: Bool) -> Int {
    guard dtype == .float16 else { return dtype.byteSize }
    return isWidened ? DType.float32.byteSize : dtype.byteSize + DType.float32.byteSize
  }

  /// What the autoencoder in a file of its own takes, and may come to take.
  static func autoencoder(_ path: String, isWidened: Bool, dtype: DType) throws(CheckpointError) -> Int {
    let width = autoencoderWidth(dtype, isWidened: isWidened)
    return try file(path) { _ in width }
  }

  /// What a loaded autoencoder takes, and may come to take.
  static func loaded(_ autoencoder: AutoencoderKL) -> Int {
    product([autoencoder.parameterCount, autoencoderWidth(autoencoder.dtype, isWidened: false)])
  }

  /// What a loaded checkpoint takes, and may come to take.
  static func loaded(_ checkpoint: StableDiffusionCheckpoint) -> Int {
    let autoencoder = checkpoint.autoencoder
    return checkpoint.parameterBytes - autoencoder.parameterCount * autoencoder.dtype.byteSize + loaded(autoencoder)
  }

  /// Bytes of the weights that the LoRAs in these files change, each weight once: merging them in copies so much.
  static func adaptedWeights(_ paths: [String], dtype: DType) throws(LoRAError) -> Int {
    var layers: [LoRAKey: Int] = [:]
    for path in paths {
      let contents: LoRAContents
      do {
        contents = try LoRAContents(Safetensors(path: path).header)
      } catch let error as CheckpointError {
        throw .file(error)
      } catch let error as LoRAContentsError {
        throw .contents(path: path, error)
      } catch {
        throw .file(.malformed(path: path, reason: "\(error)"))
      }
      for layer in contents.layers {
        let bytes = product([layer.outputs, layer.inputs, layer.kernel, layer.kernel, dtype.byteSize])
        layers[layer.key] = max(layers[layer.key] ?? 0, bytes)
      }
    }
    return layers.values.reduce(0, sum)
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
    try file(path) { _ in dtype.byteSize }
  }

  /// - Parameter width: bytes of each number of the tensor of this name.
  static func file(_ path: String, width: (String) -> Int) throws(CheckpointError) -> Int {
    let file = try Safetensors(path: path)
    var bytes = 0
    // A second copy of the weights, kept for training.
    for name in file.names where !name.hasPrefix("model_ema.") {
      bytes = sum(bytes, product((file.shape(of: name) ?? []) + [width(name)]))
    }
    return bytes
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
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
    // What leaves float16's range is computed in float32.
    let width = dtype == .float16 ? DType.float32.byteSize : dtype.byteSize
    return sum(latents, product([pixels, autoencoder.blockOutChannels.first ?? 1, 8, width]))
  }

  static func sum(_ a: Int, _ b: Int) -> Int {
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
