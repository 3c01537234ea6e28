import LorikeetAPI
import RPC

/// What a new tune may say, and what it means where it says nothing.
///
/// Settings that depend on the model (rank, learning rate, batch size …) stay unset: the training backend knows the
/// model and fills them. What does not depend on it is filled here, so that the stored tune shows it.
enum TuneRules {
  static func check(_ tune: Tune) -> Violations {
    var violations = Violations()
    if let fault = ResourceName.fault(tune.name) { violations.add("tune.name", fault) }
    violations.requireLength(tune.description, atMost: 4_096, "tune.description")
    checkTrigger(tune.triggerWord, &violations)
    violations.requireRange(tune.steps, in: 1...100_000, "tune.steps")
    violations.requireRange(tune.seed, in: 0...Int64(UInt32.max), "tune.seed")
    if let resolution = tune.resolution {
      violations.require(
        (64...2_048).contains(resolution) && resolution % 64 == 0, "tune.resolution",
        "must be a multiple of 64 from 64 to 2048, not \(resolution)")
    }
    violations.require(
      (1...10_000).contains(tune.images.count), "tune.images", "must be 1 to 10,000, not \(tune.images.count)")
    for (index, image) in tune.images.prefix(10_000).enumerated() {
      violations.require(!image.asset.isEmpty, "tune.images[\(index)].asset", "must be an image asset's id or name")
      violations.requireLength(image.caption ?? "", atMost: 10_000, "tune.images[\(index)].caption")
    }
    violations.require(
      tune.safetyChecker.isEmpty || tune.checkSafety, "tune.safety_checker", "is of use only with check_safety")
    violations.require(
      tune.settings?.unmaskedWeight == nil || tune.images.contains { !$0.mask.isEmpty },
      "tune.settings.unmasked_weight", "is of use only with masks: name one in images.mask, or leave this out")
    if let settings = tune.settings {
      TrainingRules.check(settings, steps: tune.steps ?? defaultSteps(images: tune.images.count), &violations)
    }
    return violations
  }

  private static func checkTrigger(_ word: String, _ violations: inout Violations) {
    let isPlain = word.unicodeScalars.allSatisfy { $0 != "," && $0.value >= 0x20 && $0.value != 0x7F }
    let isBlank = word.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    violations.require(
      !isBlank && isPlain && word.unicodeScalars.count <= 64, "tune.trigger_word",
      "must be 1–64 characters, without a comma or a line break")
  }

  /// 90 steps for each image, at least 400 and at most 1,200.
  static func defaultSteps(images: Int) -> Int32 {
    Int32(clamping: min(max(images * 90, 400), 1_200))
  }

  /// The tune as it is accepted: output-only fields cleared, defaults filled in.
  static func accepted(_ request: Tune, id: String, checkpoint: Asset, rejected: [RejectedImage]) -> Tune {
    var tune = request
    tune.id = id
    tune.state = .pending
    tune.stateReason = ""
    tune.result = nil
    tune.forecast = nil
    tune.usage = nil
    tune.startTime = nil
    tune.endTime = nil
    tune.attempt = 0
    tune.lastSequence = 0
    if tune.baseCheckpoint.isEmpty { tune.baseCheckpoint = checkpoint.name }
    // With images rejected the default may fall below the warm-up, which was checked against all images.
    let warmup = tune.settings?.warmupSteps ?? 0
    tune.steps = tune.steps ?? max(defaultSteps(images: tune.images.count - rejected.count), warmup)
    tune.seed = tune.seed ?? Int64(UInt32.random(in: 0...UInt32.max))
    tune.settings = tune.settings ?? TrainingSettings()
    if !rejected.isEmpty {
      var result = TuneResult()
      result.rejectedImages = rejected
      tune.result = result
    }
    var progress = TuneProgress()
    progress.totalSteps = tune.steps ?? 0
    tune.progress = progress
    return tune
  }
}
