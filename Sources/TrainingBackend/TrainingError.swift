import StableDiffusion
import Torch

/// Why a tune cannot be trained. Every description says what to do.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
  package struct Fault: Sendable, Equatable {
    package let field: String
    package let description: String
  }

  package struct Rejection: Sendable, Equatable {
    /// The image's id, as the request named it.
    package let image: String
    package let reason: String
    /// How near the nearest unsafe concept was, where that is the reason.
    package let safetyScore: Double?

    package init(image: String, reason: String, safetyScore: Double? = nil) {
      self.image = image
      self.reason = reason
      self.safetyScore = safetyScore
    }
  }

  case invalidSettings([Fault])
  /// Images that cannot be used, where the request does not go on without them.
  case imagesRejected([Rejection])
  /// None is left.
  case noImages([Rejection])
  /// The loss or a gradient stopped being a number.
  case diverged(step: Int, loss: Double)
  /// The trained LoRA is of no use.
  case unsound(AdapterHealth)
  /// Unsafe images are to be found, and nothing is there to find them with.
  case noSafetyChecker
  /// The state of another run, or a damaged one.
  case unusableState(reason: String)

  package var description: String {
    switch self {
    case .invalidSettings(let faults):
      "training settings: " + faults.map { "\($0.field) \($0.description)" }.joined(separator: "; ")
    case .imagesRejected(let rejections):
      "\(rejections.count) of the images cannot be used: \(Self.list(rejections)); replace them, or set "
        + "continue_on_rejection to train without them"
    case .noImages(let rejections):
      rejections.isEmpty
        ? "there are no images to train on" : "none of the images can be used: \(Self.list(rejections))"
    case .diverged(let step, let loss):
      "the training diverged at step \(step) (loss \(loss)); use a lower learning rate, or a checkpoint and device "
        + "that compute in float32 or bfloat16"
    case .unsound(let health):
      "the LoRA is of no use: " + health.faults.joined(separator: "; ")
    case .noSafetyChecker:
      "the checkpoint brings no safety checker: name one in safety_checker, or turn check_safety off"
    case .unusableState(let reason):
      "the training checkpoint cannot be used: \(reason)"
    }
  }

  private static func list(_ rejections: [Rejection]) -> String {
    let shown = rejections.prefix(5).map { "\($0.image) (\($0.reason))" }.joined(separator: ", ")
    return rejections.count > 5 ? "\(shown) and \(rejections.count - 5) more" : shown
  }
}
