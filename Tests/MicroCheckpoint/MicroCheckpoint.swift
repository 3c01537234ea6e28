import Foundation
import StableDiffusion
import Torch

/// A complete Stable Diffusion checkpoint that is small enough to be trained and sampled in a test: two levels,
/// 16-pixel images, random weights.
package enum MicroCheckpoint {
  /// The side that it is made for, in pixels.
  package static let side = 16

  package static func make(seed: UInt64 = 7, dtype: DType = .float32) throws -> StableDiffusionCheckpoint {
    // Suites run side by side: operations this small only wait for each other's halves.
    try Torch.setThreads(1)
    // A zero-based alphabet and no merges: every word falls to its letters.
    let vocabulary = 514
    return try StableDiffusionCheckpoint.random(
      tokenizerFolder: tokenizerFolder(),
      textEncoder: CLIPTextConfiguration(
        vocabularySize: vocabulary, hiddenSize: 16, intermediateSize: 32, layers: 2, heads: 2,
        beginToken: vocabulary - 2, endToken: vocabulary - 1, padToken: vocabulary - 1),
      unet: UNetConfiguration(
        sampleSize: side / 2, blockOutChannels: [8, 16], downBlockTypes: [.crossAttention, .plain],
        layersPerBlock: 1, attentionHeads: PerBlock(2), crossAttentionWidth: 16, normGroups: 4),
      autoencoder: AutoencoderConfiguration(
        blockOutChannels: [8, 8], layersPerBlock: 1, normGroups: 4, sampleSize: side),
      seed: seed, dtype: dtype)
  }

  /// Saves it in the diffusers layout to a new temporary folder.
  package static func folder(seed: UInt64 = 7) throws -> String {
    let path = try temporaryFolder("checkpoint")
    try make(seed: seed).save(to: path, dtype: .float32)
    return path
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
    let networks: [any Model] = [checkpoint.unet, checkpoint.textEncoder, checkpoint.autoencoder]
    for network in networks {
      for (_, tensor) in network.parameters { values.append(try tensor.detach().floats()) }
    }
    return values
  }

  private static func tokenizerFolder() throws -> String {
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
    return path
  }
}
