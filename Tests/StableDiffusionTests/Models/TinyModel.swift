import Foundation
import Torch

@testable import StableDiffusion

/// A model of a few thousand parameters with every kind of part, and a tokenizer of single letters.
enum TinyModel {
  static let textEncoder = CLIPTextConfiguration(
    vocabularySize: 30, hiddenSize: 8, intermediateSize: 16, layers: 2, heads: 2, positions: 77, beginToken: 0,
    endToken: 1, padToken: 1)
  static let unet = UNetConfiguration(
    sampleSize: 8, blockOutChannels: [8, 16], downBlockTypes: [.crossAttention, .plain], layersPerBlock: 1,
    attentionHeads: PerBlock(2), crossAttentionWidth: 8, normGroups: 4)
  static let autoencoder = AutoencoderConfiguration(
    blockOutChannels: [8, 8], layersPerBlock: 1, normGroups: 4, sampleSize: 16)

  /// Writes `vocab.json` and `merges.txt`.
  static func tokenizer(in folder: TemporaryFolder) throws -> String {
    var ids = ["<|startoftext|>": 0, "<|endoftext|>": 1]
    for (index, letter) in "abcdefghij".enumerated() {
      ids[String(letter)] = 2 * index + 2
      ids["\(letter)</w>"] = 2 * index + 3
    }
    _ = try folder.file("letters/vocab.json", JSONEncoder().encode(ids))
    _ = try folder.file("letters/merges.txt", Data("#version: 0.2\n".utf8))
    return "\(folder.path)/letters"
  }

  static func checkpoint(in folder: TemporaryFolder, seed: UInt64 = 1) throws -> StableDiffusionCheckpoint {
    try StableDiffusionCheckpoint.random(
      towers: [.init(.textEncoder, tokenizer: CLIPTokenizer(folder: tokenizer(in: folder)), textEncoder)],
      unet: unet, autoencoder: autoencoder,
      schedulerConfiguration: SchedulerConfiguration(predictionType: .velocity), seed: seed)
  }
}
