import Foundation
import Images
import LorikeetAPI
import Protobuf
import StableDiffusion
import Synchronization
import Torch
import TrainingBackend

/// Answers questions about tunes that are not there yet, beside whatever the device is doing: one at a time, on the CPU
/// and a few threads of it, as the rest is the job's. In memory there are one image and, where images are looked at for
/// unsafe content, one safety checker, which stays for the next such question until there was none for a while.
actor Inspector {
  /// How images are looked at.
  /// Where the safety checker of a look comes from.
  struct CheckerSource: Sendable {
    /// What its files hold, by their digests: their paths are others for each question.
    var content: String
    /// A file with one; nil: the checkpoint's own.
    var path: String?
  }

  private let thread = DeviceThread(name: "lorikeet inspections")
  private let device: ComputeDevice
  private let idle: @Sendable () async throws -> Void
  /// Of the last question that needed one. Large ones take 1.2 GB and seconds to load.
  private var kept: (content: String, checker: SafetyChecker)?
  /// Waits until the checker has been idle for long enough.
  private(set) var lettingGo: Task<Void, Never>?

  /// That images are looked at on. A job on the same cores is slowed by each of them.
  static let threads = ProcessInfo.processInfo.activeProcessorCount < 8 ? 1 : 2

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// - Parameter idle: returns when a checker that was not asked for again since has been kept for long enough.
  init(
    _ device: ComputeDevice,
    idle: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(300)) }
  ) {
    self.device = device
    self.idle = idle
  }

  /// - Parameters:
  ///   - folder: of the checkpoint; its weights need not be there, but for a safety checker that is to look at images.
  ///   - checker: what unsafe images are found with, where the tune asks for that.
  ///   - examples: with files that are; for a forecast alone their number is enough.
  func answer(
    _ inspection: BackendInspection, tune: Tune, folder: String, checker: CheckerSource?, examples: [TrainingExample],
    limits: ImageLimits, cancellation: CancellationFlag
  ) throws -> BackendInspectionResult {
    // It may have waited for others while its caller went away.
    try cancellation.check()
    let source = try CheckpointSources.open(folder)
    guard source.hasAutoencoder else {
      throw InputError.invalid("the checkpoint has no VAE, which training needs; use a file with all of its parts")
    }
    let outline = try source.outline()
    let facts = try device.facts(of: outline, precision: TuneDefaults.precision(of: tune))
    let settings = TuneDefaults(facts).settings(of: tune, imageCount: examples.count)
    // Before the images are read: what is wrong with a request is said at once.
    try settings.validate(sideMultiple: facts.sideMultiple)
    var result = BackendInspectionResult()
    result.id = inspection.id
    if inspection.lint {
      var lint = DatasetLint(
        examples: examples, triggerWord: tune.triggerWord, settings: settings, sideMultiple: facts.sideMultiple,
        captionWindow: outline.captionWindow, countTokens: outline.countTokens)
      lint.imageLimits = limits
      lint.checksSafety = tune.checkSafety
      let wanted = tune.checkSafety ? checker : nil
      let report = try onFewThreads {
        try lint.run(checker: wanted.flatMap { try self.checker($0, of: folder) }, cancellation: cancellation)
      }
      result.lint = LintTuneResponse(report)
    }
    if inspection.forecast {
      result.forecast = TuneForecast(try facts.forecast(settings, images: examples.count), steps: settings.steps)
    }
    return result
  }

  /// The checker that a run would look with; nil where there is none.
  private func checker(_ source: CheckerSource, of folder: String) throws -> SafetyChecker? {
    defer { letGoWhenIdle() }
    if let kept, kept.content == source.content { return kept.checker }
    // Before the next is loaded: there is never more than one.
    kept = nil
    let checker: SafetyChecker? =
      if let path = source.path { try SafetyChecker(path: path) } else { try SafetyChecker(checkpointFolder: folder) }
    kept = checker.map { (content: source.content, checker: $0) }
    return checker
  }

  /// From the last question on: the wait for an earlier one is over.
  private func letGoWhenIdle() {
    lettingGo?.cancel()
    guard kept != nil else { return }
    lettingGo = Task { [weak self, idle] in
      guard (try? await idle()) != nil, !Task.isCancelled else { return }
      await self?.letGo()
    }
  }

  private func letGo() {
    kept = nil
    Torch.releaseUnusedMemory()
  }

  /// The number is put back: threads that begin later take it over.
  private func onFewThreads<Result>(_ body: () throws -> Result) throws -> Result {
    let before = Torch.threads
    try Torch.setThreads(Self.threads)
    defer { try? Torch.setThreads(before) }
    return try body()
  }
}

extension LintTuneResponse {
  init(_ report: DatasetLint.Report) {
    self.init()
    findings = report.findings.map { finding in
      .with {
        $0.severity =
          switch finding.severity {
          case .note: .note
          case .warning: .warning
          case .error: .error
          }
        ($0.rule, $0.assets, $0.message) = (finding.rule.rawValue, finding.images, finding.message)
        $0.value = finding.value
      }
    }
    buckets = report.buckets.map { bucket in
      .with {
        ($0.width, $0.height) = (Int32(clamping: bucket.size.width), Int32(clamping: bucket.size.height))
        $0.images = Int32(clamping: bucket.images)
      }
    }
    usableImages = Int32(clamping: report.usableImages)
    repeats = report.repeats
    captions = report.captions
  }
}

extension TuneForecast {
  init(_ forecast: TrainingForecast, steps: Int) {
    self.init()
    peakMemoryBytes = Int64(forecast.peakMemory)
    deviceMemoryBytes = Int64(forecast.deviceMemory)
    secondsPerStep = forecast.secondsPerStep.isFinite ? max(forecast.secondsPerStep, 0) : 0
    let seconds = forecast.otherSeconds + forecast.secondsPerStep * Double(steps)
    // What is worked out of a measurement gone wrong may be no number, or beyond any duration.
    if seconds.isFinite { duration = GoogleProtobufDuration(.seconds(min(max(seconds, 0), 1e10))) }
    basis = "estimated"
    warnings = forecast.warnings
  }
}

extension LorikeetAPI.AdapterHealth {
  init(_ health: TrainingBackend.AdapterHealth) {
    self.init()
    layers = Int32(clamping: health.layers)
    zeroLayers = Int32(clamping: health.zeroLayers)
    nonFiniteLayers = Int32(clamping: health.nonFiniteLayers)
    outputChange = health.outputChange
    reloadDifference = health.reloadDifference
    largestRelativeNorm = health.largestRelativeNorm
    medianRelativeNorm = health.medianRelativeNorm
    remarks = health.faults + health.remarks
  }
}
