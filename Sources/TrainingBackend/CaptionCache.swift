import StableDiffusion
import Torch

/// The text encoder's features of each caption, computed once while the encoder is frozen and at every use while it
/// is trained.
final class CaptionCache {
  private let encoder: PromptEncoder
  private var features: [String: Conditioning]?
  private let sizes: MicroConditioning

  /// - Parameters:
  ///   - sizes: of the pictures.
  ///   - trainsTextEncoder: keeps nothing.
  init(_ checkpoint: StableDiffusionCheckpoint, sizes: MicroConditioning, trainsTextEncoder: Bool) {
    self.sizes = sizes
    encoder = PromptEncoder(checkpoint)
    features = trainsTextEncoder ? nil : [:]
  }

  /// One row a caption.
  func features(_ captions: [String]) throws(TorchError) -> Conditioning {
    guard features != nil else { return try encoder.encode(captions, sizes: sizes) }
    var rows: [Conditioning] = []
    for caption in captions {
      if let known = features?[caption] {
        rows.append(known)
      } else {
        let row = try noGrad { () throws(TorchError) in try encoder.encode([caption], sizes: sizes) }
        features?[caption] = row
        rows.append(row)
      }
    }
    return try Conditioning.cat(rows)
  }
}
