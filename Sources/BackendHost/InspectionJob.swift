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
    let checker = looks ? try await checker(of: assignment) : nil
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await inspector.answer(
        inspection, tune: tune, folder: folder, checker: checker, examples: examples, limits: imageLimits,
        cancellation: flag)
    } onCancel: {
      flag.cancel()
    }
  }

  /// The one that the tune names, or else the checkpoint's.
  private func checker(of assignment: BackendTuneAssignment) async throws -> Inspector.CheckerSource {
    if let asset = assignment.safetyChecker {
      let path = try await exchange.path(of: asset.files.first)
      return Inspector.CheckerSource(content: asset.files.first?.blob?.sha256 ?? "", path: path)
    }
    // With what says how pictures are shown to it.
    let parts = ["\(SafetyChecker.folderName)/", "feature_extractor/"]
    let files = (assignment.checkpoint?.files ?? []).filter { file in parts.contains { file.path.hasPrefix($0) } }
    let content = files.map { "\($0.path) \($0.blob?.sha256 ?? "")" }.sorted().joined(separator: "\n")
    return Inspector.CheckerSource(content: content, path: nil)
  }
}
