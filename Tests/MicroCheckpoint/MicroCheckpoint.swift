import Foundation
import ModelFiles
import StableDiffusion
import Torch

/// A complete Stable Diffusion checkpoint that is small enough to be trained and sampled in a test: two levels,
/// 16-pixel images, random weights.
package enum MicroCheckpoint {
  /// The side that it is made for, in pixels.
  package static let side = 16

  /// - Parameter takesMask: makes it an inpainting model.
  package static func make(
    seed: UInt64 = 7, dtype: DType = .float32, takesMask: Bool = false
  ) throws -> StableDiffusionCheckpoint {
    // Suites run side by side: operations this small only wait for each other's halves.
    try Torch.setThreads(1)
    var unet = UNetConfiguration(
      sampleSize: side / 2, blockOutChannels: [8, 16], downBlockTypes: [.crossAttention, .plain],
      layersPerBlock: 1, attentionHeads: PerBlock(2), crossAttentionWidth: 16, normGroups: 4)
    if takesMask { unet.inChannels = 9 }
    return try StableDiffusionCheckpoint.random(
      towers: [.init(.textEncoder, tokenizer: tokenizer(), textEncoder())], unet: unet, autoencoder: autoencoder,
      seed: seed, dtype: dtype)
  }

  /// The same in the XL family's form: two text encoders of unlike width, the second projecting its pooled features and
  /// filling up with another token, attention from the second level on and linear projections around it.
  package static func makeXL(
    seed: UInt64 = 7, dtype: DType = .float32, refiner: Bool = false
  ) throws -> StableDiffusionCheckpoint {
    try Torch.setThreads(1)
    let first = StableDiffusionCheckpoint.RandomTower(.textEncoder, tokenizer: try tokenizer(), textEncoder())
    let second = StableDiffusionCheckpoint.RandomTower(
      .textEncoder2, tokenizer: try tokenizer(padding: "!"),
      textEncoder(hiddenSize: 24, activation: .gelu, projectionSize: 20))
    return try StableDiffusionCheckpoint.random(
      towers: refiner ? [second] : [first, second],
      unet: UNetConfiguration(
        sampleSize: side / 2, blockOutChannels: [8, 16], downBlockTypes: [.plain, .crossAttention],
        layersPerBlock: 1, transformerLayers: PerBlock([1, 2]), attentionHeads: PerBlock([1, 2]),
        crossAttentionWidth: refiner ? 24 : 16 + 24, normGroups: 4, usesLinearProjection: true,
        addition: .init(timeWidth: 4, inputWidth: 20 + (refiner ? 5 : 6) * 4)),
      autoencoder: autoencoder, seed: seed, dtype: dtype)
  }

  private static let autoencoder = AutoencoderConfiguration(
    blockOutChannels: [8, 8], layersPerBlock: 1, normGroups: 4, sampleSize: side)

  // A zero-based alphabet and no merges: every word falls to its letters.
  private static func textEncoder(
    hiddenSize: Int = 16, activation: CLIPTextConfiguration.Activation = .quickGELU, projectionSize: Int? = nil
  ) -> CLIPTextConfiguration {
    let vocabulary = 514
    return CLIPTextConfiguration(
      vocabularySize: vocabulary, hiddenSize: hiddenSize, intermediateSize: 32, layers: 2, heads: 2,
      activation: activation, beginToken: vocabulary - 2, endToken: vocabulary - 1, padToken: vocabulary - 1,
      projectionSize: projectionSize)
  }

  /// Saves it in the diffusers layout to a new temporary folder.
  package static func folder(seed: UInt64 = 7) throws -> String {
    let path = try temporaryFolder("checkpoint")
    try make(seed: seed).save(to: path, dtype: .float32)
    return path
  }

  /// Writes a LoRA with random matrices on every layer of its U-Net to a new temporary file.
  package static func lora(seed: UInt64) throws -> String {
    let checkpoint = try make()
    let generator = try Generator(seed: seed)
    var adapters: [(key: LoRAKey, adapter: LowRankAdapter)] = []
    for (path, layer) in checkpoint.unet.adaptableLayers {
      let shapes = layer.adapterShapes(rank: 2)
      adapters.append(
        (
          LoRAKey(component: .unet, path: path),
          LowRankAdapter(
            name: "x", down: try Tensor.randn(shape: shapes.down, generator: generator),
            up: try Tensor.randn(shape: shapes.up, generator: generator), scale: 1)
        ))
    }
    let file = try temporaryFolder("lora") + "/x.safetensors"
    try Data(LoRAWriter.serialize(adapters, metadata: LoRAMetadata())).write(to: URL(filePath: file))
    return file
  }

  /// A new folder that goes with the machine's temporary files.
  package static func temporaryFolder(_ name: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "lorikeet-\(name)-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// Every parameter's numbers, to tell whether a model was changed.
  package static func parameters(of checkpoint: StableDiffusionCheckpoint) throws -> [[Float]] {
    var values: [[Float]] = []
    for network in checkpoint.networks {
      for (_, tensor) in network.parameters { values.append(try tensor.detach().floats()) }
    }
    return values
  }

  private static func tokenizer(padding: String? = nil) throws -> CLIPTokenizer {
    let path = try temporaryFolder("tokenizer")
    var ids: [String: Int] = [:]
    var next: UInt32 = 0x100
    var letters: [String] = []
    for byte in 0...255 as ClosedRange<UInt32> {
      // GPT-2's spelling of bytes: printable Latin-1 as itself, the rest from U+0100 on.
      let printable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
      guard let scalar = Unicode.Scalar(printable ? byte : next) else { continue }
      if !printable { next += 1 }
      letters.append(String(Character(scalar)))
    }
    for token in letters + letters.map({ "\($0)</w>" }) + ["<|startoftext|>", "<|endoftext|>"] {
      ids[token] = ids.count
    }
    try JSONEncoder().encode(ids).write(to: URL(filePath: "\(path)/vocab.json"))
    try Data("#version: 0.2\n".utf8).write(to: URL(filePath: "\(path)/merges.txt"))
    if let padding {
      try JSONEncoder().encode(["pad_token": padding])
        .write(to: URL(filePath: "\(path)/special_tokens_map.json"))
    }
    return try CLIPTokenizer(folder: path)
  }
}
