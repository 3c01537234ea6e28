import ModelFiles
import StableDiffusion
import Torch

/// The text encoders' features of each caption, computed once while the encoders are frozen and at every use while they
/// are trained. What is not kept is computed anew, with the same numbers.
final class CaptionCache {
  private let encoder: PromptEncoder
  private let family: ModelFamily
  private var features: [String: Conditioning]?
  /// The captions that come back; nil: any may.
  private let recurring: Set<String>?
  /// One caption's features take up to 0.6 MB in float32.
  private static let mostKept = 2_000

  init(_ checkpoint: StableDiffusionCheckpoint, _ settings: TrainingSettings) {
    encoder = PromptEncoder(checkpoint)
    family = checkpoint.family
    features = settings.textEncoderLearningRate == nil ? [:] : nil
    // An order of a caption's parts hardly ever comes back: kept, they would only fill the memory.
    recurring = settings.shuffleCaptions ? ["", settings.priorPreservation?.classPrompt ?? ""] : nil
  }

  private func isKept(_ caption: String) -> Bool {
    (features?.count ?? 0) < Self.mostKept && recurring?.contains(caption) ?? true
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
          if isKept(caption) { features?[caption] = row }
          rows.append(row)
        }
      }
      result = try Conditioning.cat(rows)
    }
    result.timeIDs = try MicroConditioning.timeIDs(sizes, for: family)?.to(device: result.context.device)
    return result
  }
}
