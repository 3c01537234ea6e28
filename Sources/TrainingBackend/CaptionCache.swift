import ModelFiles
import StableDiffusion
import Torch

/// The text encoders' features of each caption, computed once while the encoders are frozen and at every use while they
/// are trained.
final class CaptionCache {
  private let encoder: PromptEncoder
  private let family: ModelFamily
  private var features: [String: Conditioning]?

  /// - Parameter trainsTextEncoder: keeps nothing.
  init(_ checkpoint: StableDiffusionCheckpoint, trainsTextEncoder: Bool) {
    encoder = PromptEncoder(checkpoint)
    family = checkpoint.family
    features = trainsTextEncoder ? nil : [:]
  }

  /// One row a caption.
  ///
  /// - Parameter sizes: of each caption's image.
  func features(_ captions: [String], sizes: [MicroConditioning]) throws(TorchError) -> Conditioning {
    // What is kept is the caption's alone: the sizes, which differ from image to image, are put beside it.
    let anySize = sizes.first ?? MicroConditioning(width: 0, height: 0)
    var result: Conditioning
    if features == nil {
      result = try encoder.encode(captions, sizes: anySize)
    } else {
      var rows: [Conditioning] = []
      for caption in captions {
        if let known = features?[caption] {
          rows.append(known)
        } else {
          let row = try noGrad { () throws(TorchError) in try encoder.encode([caption], sizes: anySize) }
          features?[caption] = row
          rows.append(row)
        }
      }
      result = try Conditioning.cat(rows)
    }
    result.timeIDs = try MicroConditioning.timeIDs(sizes, for: family)?.to(device: result.context.device)
    return result
  }
}
