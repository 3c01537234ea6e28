import Foundation
import Images
import LorikeetAPI
import Protobuf
import StableDiffusion
import Synchronization
import TrainingBackend

/// Runs one tune: brings the inputs here, trains, and says what happens.
struct TuneJob: Sendable {
  let assignment: BackendTuneAssignment
  let device: ComputeDevice
  let exchange: BlobExchange
  let folders: CheckpointFolders
  /// For the training checkpoint.
  let workFolder: String
  let imageLimits: ImageLimits

  func run(_ job: RunningJob, reports: JobReports) async throws {
    guard let tune = assignment.tune else { throw InputError.invalid("the assignment holds no tune") }
    let folder = try await folders.path(of: assignment.checkpoint)
    let examples = try await Self.examples(assignment.images, exchange)
    let safetyCheck = try await safetyCheck(of: tune, checkpointFolder: folder)
    let resumePath = assignment.resumeFile == nil ? nil : try await exchange.path(of: assignment.resumeFile)
    let statePath = "\(workFolder)/tune-\(UUID().uuidString).safetensors"
    defer { unlink(statePath) }

    let checkpoint = assignment.checkpoint, limits = imageLimits, scratch = workFolder
    let meter = UsageMeter(), report = TuneReport(job: job, reports: reports)
    let (outcome, peakMemory) = try await device.train(
      folder, precision: TuneDefaults.precision(of: tune), cancellation: job.flag,
      onEvent: { event in
        meter.take(event)
        try report.take(event)
      },
      plan: { facts in
        let settings = TuneDefaults(facts).settings(of: tune, imageCount: examples.count)
        report.forecast = TuneForecast(
          try facts.forecast(settings, images: examples.count), steps: settings.steps)
        var plan = LoRATrainer.Plan(settings: settings, examples: examples, triggerWord: tune.triggerWord)
        plan.continuesOnRejection = tune.continueOnRejection
        plan.imageLimits = limits
        plan.safetyCheck = safetyCheck
        plan.scratchFolder = scratch
        plan.statePath = statePath
        plan.checkpointPeriod = .seconds(10)
        plan.resumePath = resumePath
        // Another tune's user was promised that this one goes on where that one stopped.
        plan.requiresResume = !tune.resumeFrom.isEmpty
        plan.name = tune.name
        plan.checkpointName = checkpoint?.name ?? ""
        plan.checkpointDigest = checkpoint?.digest ?? ""
        return plan
      })
    let finished = Self.finished(outcome, usage: meter.usage(peakMemory: peakMemory))
    if let kept = outcome.kept {
      try await handOver(outcome.lora, finished, kept, reports)
    } else {
      reports.send(.bytes(outcome.lora)) { blob in
        var finished = finished
        finished.lora = blob
        return .tuneFinished(finished)
      }
    }
  }

  /// The images as they are trained on, with their files here.
  static func examples(_ images: [BackendInputImage], _ exchange: BlobExchange) async throws -> [TrainingExample] {
    var examples: [TrainingExample] = []
    for image in images {
      let path = try await exchange.path(of: image.file)
      var example = TrainingExample(id: image.assetId, source: .file(path: path), caption: image.caption)
      if image.mask != nil { example.mask = .file(path: try await exchange.path(of: image.mask)) }
      examples.append(example)
    }
    return examples
  }

  private func safetyCheck(of tune: Tune, checkpointFolder: String) async throws -> LoRATrainer.SafetyCheck? {
    guard tune.checkSafety else { return nil }
    guard let checker = assignment.safetyChecker else { return .checkpoint(folder: checkpointFolder) }
    return .file(path: try await exchange.path(of: checker.files.first))
  }

  /// What a tune has learned when its user stops it: the LoRA, and the point to go on from.
  private func handOver(
    _ lora: [UInt8], _ finished: BackendTuneFinished, _ kept: LoRATrainer.Kept, _ reports: JobReports
  ) async throws {
    var cancelled = BackendJobCancelled()
    if let path = kept.statePath {
      var checkpoint = BackendTrainingCheckpoint()
      checkpoint.step = Int32(kept.step)
      checkpoint.state = try await exchange.upload(file: path)
      cancelled.checkpoint = checkpoint
    }
    var finished = finished
    finished.lora = try await exchange.upload(lora)
    cancelled.kept = finished
    reports.send(.cancelled(cancelled))
  }

  private static func finished(_ outcome: LoRATrainer.Outcome, usage: TuneUsage) -> BackendTuneFinished {
    var finished = BackendTuneFinished()
    finished.rank = Int32(outcome.rank)
    finished.alpha = outcome.alpha
    finished.tensorCount = Int32(outcome.tensorCount)
    finished.finalLoss = outcome.finalLoss
    finished.rejectedImages = outcome.rejections.map(JobFailure.rejectedImage)
    finished.health = LorikeetAPI.AdapterHealth(outcome.health)
    finished.usage = usage
    return finished
  }
}
