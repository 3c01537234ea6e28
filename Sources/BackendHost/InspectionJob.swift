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
    var checkpoint = assignment.checkpoint
    if checkpoint?.files.contains(where: { $0.path == "model_index.json" }) == true {
      checkpoint?.files.removeAll { $0.path.hasSuffix(".safetensors") }
    }
    let folder = try await folders.path(of: checkpoint)
    let examples: [TrainingExample]
    if inspection.lint {
      examples = try await TuneJob.examples(assignment.images, exchange)
    } else {
      // A forecast counts the photos and opens none: they stay where they are.
      examples = assignment.images.map { TrainingExample(id: $0.assetId, source: .file(path: ""), caption: $0.caption) }
    }
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await inspector.answer(
        inspection, tune: tune, folder: folder, examples: examples, limits: imageLimits, cancellation: flag)
    } onCancel: {
      flag.cancel()
    }
  }
}
