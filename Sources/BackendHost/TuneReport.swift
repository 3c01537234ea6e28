import Foundation
import Images
import LorikeetAPI
import Protobuf
import Synchronization
import TrainingBackend

/// Tells the service what a training run tells.
final class TuneReport: Sendable {
  private let job: RunningJob
  private let reports: JobReports
  private let expected = Mutex<TuneForecast?>(nil)

  init(job: RunningJob, reports: JobReports) {
    self.job = job
    self.reports = reports
  }

  /// Told with the start.
  var forecast: TuneForecast? {
    get { expected.withLock { $0 } }
    set { expected.withLock { $0 = newValue } }
  }

  func take(_ event: TrainingEvent) throws {
    switch event {
    case .started(let step):
      var started = BackendJobStarted()
      started.resumedFromStep = Int32(step)
      started.forecast = forecast
      reports.send(.started(started))
    case .preparing(let count, let total):
      guard count == 1 || count == total else { return }
      reports.send(.warning("\(count) of \(total) class images are made; training begins after them"))
    case .warning(let text):
      reports.send(.warning(text))
    case .rejected(let rejection):
      reports.send(.warning("the image \(rejection.image) cannot be used: \(rejection.reason)"))
    case .progress(let progress):
      reports.sendProgress(isLast: progress.step == progress.totalSteps, .tuneProgress(Self.message(progress)))
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
      send(step, path)
    }
  }

  private func send(_ step: Int, _ path: String) {
    // Nobody goes on from a tune that a user has stopped, and nobody is there to take what a lost one has learned; one
    // that is kept hands its last state over by itself.
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
