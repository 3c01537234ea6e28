import StableDiffusion
import Torch

/// The text encoder's features of each caption, computed once while the encoder is frozen and at every use while it
/// is trained.
final class CaptionCache {
  private let encoder: PromptEncoder
  private var features: [String: Tensor]?

  /// - Parameter trainsTextEncoder: keeps nothing.
  init(_ checkpoint: StableDiffusionCheckpoint, trainsTextEncoder: Bool) {
    encoder = PromptEncoder(checkpoint)
    features = trainsTextEncoder ? nil : [:]
  }

  /// `[captions, positions, width]`.
  func features(_ captions: [String]) throws(TorchError) -> Tensor {
    guard features != nil else { return try encoder.encode(captions) }
    var rows: [Tensor] = []
    for caption in captions {
      if let known = features?[caption] {
        rows.append(known)
      } else {
        let row = try noGrad { () throws(TorchError) in try encoder.encode([caption]) }
        features?[caption] = row
        rows.append(row)
      }
    }
    return try Tensor.cat(rows, dim: 0)
  }
}
