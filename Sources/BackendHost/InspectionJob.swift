import Images
import LorikeetAPI
import StableDiffusion
import TrainingBackend

/// Brings what an inspection is about here, and has it looked at.
struct InspectionJob: Sendable {
  let inspection: BackendInspection
  let inspector: Inspector
  let exchange: BlobExchange
  let folders: CheckpointFolders
  let imageLimits: ImageLimits

  func run() async throws -> BackendInspectionResult {
    guard let assignment = inspection.tune, let tune = assignment.tune else {
      throw InputError.invalid("the inspection holds no tune")
    }
    // Of a folder the configurations and tokenizers say enough: weights of gigabytes would only be brought for nothing.
    // Images are looked at with a safety checker alone.
    let looks = inspection.lint && tune.checkSafety
    let ownChecker = looks && assignment.safetyChecker == nil ? "\(SafetyChecker.folderName)/" : nil
    var checkpoint = assignment.checkpoint
    if checkpoint?.files.contains(where: { $0.path == "model_index.json" }) == true {
      checkpoint?.files.removeAll { file in
        file.path.hasSuffix(".safetensors") && !(ownChecker.map { file.path.hasPrefix($0) } ?? false)
      }
    }
    let folder = try await folders.path(of: checkpoint)
    let examples: [TrainingExample]
    if inspection.lint {
      examples = try await TuneJob.examples(assignment.images, exchange)
    } else {
      // A forecast counts the photos and opens none: they stay where they are.
      examples = assignment.images.map { TrainingExample(id: $0.assetId, source: .file(path: ""), caption: $0.caption) }
    }
    var safetyChecker: String?
    if looks, let asset = assignment.safetyChecker { safetyChecker = try await exchange.path(of: asset.files.first) }
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await inspector.answer(
        inspection, tune: tune, folder: folder, safetyChecker: safetyChecker, examples: examples, limits: imageLimits,
        cancellation: flag)
    } onCancel: {
      flag.cancel()
    }
  }
}
