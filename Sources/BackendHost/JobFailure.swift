import Images
import LorikeetAPI
import RPC
import SamplingBackend
import StableDiffusion
import Torch
import TrainingBackend

/// The one place where whatever ended a job becomes the report of its failure.
enum JobFailure {
  static func report(_ error: any Error) -> BackendJobFailed {
    var failed = BackendJobFailed()
    let (code, retryable) = classify(error)
    failed.code = Int32(code.rawValue)
    failed.retryable = retryable
    failed.message = "\(error)"
    failed.rejectedImages = (rejections(error)).map(rejectedImage)
    if case TrainingError.unsound(let health) = error { failed.health = LorikeetAPI.AdapterHealth(health) }
    return failed
  }

  static func rejectedImage(_ rejection: TrainingError.Rejection) -> RejectedImage {
    var image = RejectedImage()
    image.asset = rejection.image
    image.reason = rejection.reason
    image.safetyScore = rejection.safetyScore
    return image
  }

  private static func rejections(_ error: any Error) -> [TrainingError.Rejection] {
    switch error {
    case TrainingError.imagesRejected(let rejections), TrainingError.noImages(let rejections): rejections
    default: []
    }
  }

  /// The status, and whether another attempt may end otherwise.
  private static func classify(_ error: any Error) -> (code: StatusCode, retryable: Bool) {
    switch error {
    case let error as TrainingError:
      switch error {
      case .diverged, .unsound, .noSafetyChecker: (.failedPrecondition, false)
      default: (.invalidArgument, false)
      }
    case SamplingError.tooLarge: (.resourceExhausted, false)
    case SamplingError.noSafetyChecker, SamplingError.noAutoencoder: (.failedPrecondition, false)
    case is SamplingError, is SamplerError, is PromptError: (.invalidArgument, false)
    case let error as LoRAError:
      switch error {
      case .file(let error): classify(error)
      case .torch(let error): classify(error)
      case .notFinite: (.failedPrecondition, false)
      default: (.invalidArgument, false)
      }
    case let error as CheckpointError:
      switch error {
      case .torch(let error): classify(error)
      case .inaccessible: (.internalError, true)
      default: (.invalidArgument, false)
      }
    case let error as ImageError:
      switch error.kind {
      case .internalError: (.internalError, false)
      default: (.invalidArgument, false)
      }
    case let error as TorchError:
      error.kind == .outOfMemory ? (.resourceExhausted, false) : (.internalError, false)
    case let error as InputError:
      switch error {
      case .invalid: (.invalidArgument, false)
      case .corrupt: (.dataLoss, true)
      case .disk: (.internalError, true)
      }
    case is RPCError: (.unavailable, true)
    case is CancellationError: (.cancelled, false)
    default: (.internalError, false)
    }
  }
}
