import Foundation
import Images
import LorikeetAPI
import Protobuf
import StableDiffusion
import Synchronization
import Torch
import TrainingBackend

/// Answers questions about tunes that are not there yet, beside whatever the device is doing: on a thread of its own,
/// one at a time, with one image in memory. It computes on the CPU alone: the device is the job's.
actor Inspector {
  private let thread = DeviceThread(name: "lorikeet inspections")
  private let device: ComputeDevice

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ device: ComputeDevice) {
    self.device = device
  }

  /// - Parameters:
  ///   - folder: of the checkpoint; its weights need not be there, but for a safety checker that is to look at images.
  ///   - safetyChecker: a file with one, in place of the checkpoint's.
  ///   - examples: with files that are; for a forecast alone their number is enough.
  func answer(
    _ inspection: BackendInspection, tune: Tune, folder: String, safetyChecker: String?, examples: [TrainingExample],
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
      let checker = tune.checkSafety ? try Self.checker(safetyChecker, checkpointFolder: folder) : nil
      result.lint = LintTuneResponse(try lint.run(checker: checker, cancellation: cancellation))
    }
    if inspection.forecast {
      result.forecast = TuneForecast(try facts.forecast(settings, images: examples.count), steps: settings.steps)
    }
    return result
  }

  /// The one that a run would look with; nil where there is none.
  private static func checker(_ path: String?, checkpointFolder folder: String) throws -> SafetyChecker? {
    if let path { return try SafetyChecker(path: path) }
    return try SafetyChecker(checkpointFolder: folder)
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
