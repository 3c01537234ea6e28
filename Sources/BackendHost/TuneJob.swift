import Foundation
import Images
import LorikeetAPI
import Protobuf
import StableDiffusion
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
    var examples: [TrainingExample] = []
    for image in assignment.images {
      let path = try await exchange.path(of: image.file)
      examples.append(TrainingExample(id: image.assetId, source: .file(path: path), caption: image.caption))
    }
    let resumePath = assignment.resumeFile == nil ? nil : try await exchange.path(of: assignment.resumeFile)
    let statePath = "\(workFolder)/tune-\(UUID().uuidString).safetensors"
    defer { unlink(statePath) }

    let examplesHere = examples, checkpoint = assignment.checkpoint
    let limits = imageLimits
    let outcome = try await device.train(
      folder, cancellation: job.flag,
      onEvent: { event in try Self.report(event, job, reports) },
      plan: { facts in
        var plan = LoRATrainer.Plan(
          settings: TuneDefaults(facts).settings(of: tune, imageCount: examplesHere.count), examples: examplesHere,
          triggerWord: tune.triggerWord)
        plan.continuesOnRejection = tune.continueOnRejection
        plan.imageLimits = limits
        plan.statePath = statePath
        plan.checkpointPeriod = .seconds(10)
        plan.resumePath = resumePath
        plan.name = tune.name
        plan.checkpointName = checkpoint?.name ?? ""
        plan.checkpointDigest = checkpoint?.digest ?? ""
        return plan
      })
    reports.send(.bytes(outcome.lora)) { blob in
      var finished = BackendTuneFinished()
      finished.lora = blob
      finished.rank = Int32(outcome.rank)
      finished.alpha = outcome.alpha
      finished.tensorCount = Int32(outcome.tensorCount)
      finished.finalLoss = outcome.finalLoss
      finished.rejectedImages = outcome.rejections.map(JobFailure.rejectedImage)
      return .tuneFinished(finished)
    }
  }

  private static func report(_ event: TrainingEvent, _ job: RunningJob, _ reports: JobReports) throws {
    switch event {
    case .started(let step):
      var started = BackendJobStarted()
      started.resumedFromStep = Int32(step)
      reports.send(.started(started))
    case .warning(let text):
      reports.send(.warning(text))
    case .rejected(let rejection):
      reports.send(.warning("the image \(rejection.image) cannot be used: \(rejection.reason)"))
    case .progress(let progress):
      reports.sendProgress(isLast: progress.step == progress.totalSteps, .tuneProgress(message(progress)))
    case .preview(let step, let prompt, let image):
      let png = try Images.encode(image, as: .png, text: prompt)
      reports.send(.bytes(png), dispensable: "a preview") { blob in
        var preview = BackendTunePreviewReport()
        preview.step = Int32(step)
        preview.prompt = prompt
        preview.picture = blob
        preview.width = Int32(image.width)
        preview.height = Int32(image.height)
        return .tunePreview(preview)
      }
    case .checkpoint(let step, let path):
      // Nobody goes on from a tune that a user has stopped, and nobody is there to take what a lost one has learned.
      guard job.stopReason != .cancelled, job.stopReason != .lost else { return }
      // A name of its own: the next state replaces the file before this one is sent.
      let kept = "\(path).\(step)"
      guard link(path, kept) == 0 else {
        reports.send(.warning("a training checkpoint could not be kept: \(String(cString: strerror(errno)))"))
        return
      }
      reports.send(.file(kept), slot: .trainingState, dispensable: "a training checkpoint") { blob in
        var checkpoint = BackendTrainingCheckpoint()
        checkpoint.step = Int32(step)
        checkpoint.state = blob
        return .trainingCheckpoint(checkpoint)
      }
    }
  }

  private static func message(_ progress: TrainingProgress) -> TuneProgress {
    var message = TuneProgress()
    message.step = Int32(progress.step)
    message.totalSteps = Int32(progress.totalSteps)
    message.loss = progress.smoothedLoss
    message.learningRate = progress.learningRate
    message.imagesPerSecond = progress.imagesPerSecond
    message.timeLeft = GoogleProtobufDuration(.seconds(progress.secondsLeft))
    return message
  }
}
