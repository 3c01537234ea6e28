import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Rules of requests")
struct RulesTests {
  private let wildNumbers: [Int32] = [.min, -1, .max]
  private let wildReals: [Double] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]

  private func tune(_ settings: TrainingSettings? = nil) -> Tune {
    var tune = Tune()
    tune.name = "cat"
    tune.triggerWord = "zorp"
    var image = TrainingImage()
    image.asset = "photo"
    tune.images = [image]
    tune.settings = settings
    return tune
  }

  @Test("no number of a tune, however wild, does worse than be refused")
  func wildTunes() {
    #expect(TuneRules.check(tune(TrainingSettings())).isEmpty)
    for number in wildNumbers {
      for field in [\Tune.steps, \Tune.resolution] {
        var tune = tune(TrainingSettings())
        tune[keyPath: field] = number
        #expect(!TuneRules.check(tune).isEmpty, "\(field) = \(number)")
        tune.settings?.warmupSteps = number
        #expect(!TuneRules.check(tune).isEmpty, "\(field) and the warm-up = \(number)")
      }
      for field in [
        \TrainingSettings.rank, \.warmupSteps, \.batchSize, \.previewInterval, \.checkpointInterval, \.scheduleCycles,
        \.gradientAccumulation,
      ] {
        var settings = TrainingSettings()
        // Where a number of cycles is of use.
        settings.schedule = .cosineWithRestarts
        settings[keyPath: field] = number
        #expect(!TuneRules.check(tune(settings)).isEmpty, "\(field) = \(number)")
      }
    }
    for seed in [Int64.min, -1, .max] {
      var tune = tune()
      tune.seed = seed
      #expect(!TuneRules.check(tune).isEmpty, "seed = \(seed)")
    }
    for real in wildReals {
      for field in [
        \TrainingSettings.alpha, \.learningRate, \.textEncoderLearningRate, \.minSnrGamma, \.noiseOffset,
        \.captionDropout, \.weightDecay, \.maxGradientNorm, \.unmaskedWeight, \.emaDecay,
      ] {
        var settings = TrainingSettings()
        settings.trainTextEncoder = true
        settings[keyPath: field] = real
        #expect(!TuneRules.check(tune(settings)).isEmpty, "\(field) = \(real)")
      }
    }
  }

  @Test("settings that would change nothing are refused by name, and accepted with what makes them work")
  func settingsWithoutEffect() {
    var settings = TrainingSettings()
    (settings.textEncoderLearningRate, settings.scheduleCycles, settings.keepTokens) = (1e-5, 3, 1)
    let error = TuneRules.check(tune(settings)).error(.invalidArgument)
    #expect(
      Set(error.fieldViolations.map(\.field)) == [
        "tune.settings.text_encoder_learning_rate", "tune.settings.schedule_cycles", "tune.settings.keep_tokens",
      ])
    (settings.trainTextEncoder, settings.schedule, settings.shuffleCaptions) = (true, .cosineWithRestarts, true)
    #expect(TuneRules.check(tune(settings)).isEmpty)
  }

  @Test("training settings that another leaves no effect are refused, naming both")
  func idleTrainingSettings() {
    var settings = TrainingSettings()
    (settings.debiasedEstimation, settings.minSnrGamma) = (true, 5)
    (settings.unmaskedWeight, settings.previewInterval) = (0.1, 10)
    let violations = TuneRules.check(tune(settings)).error(.invalidArgument).fieldViolations
    let words = [
      "tune.settings.min_snr_gamma": "debiased_estimation", "tune.settings.unmasked_weight": "images.mask",
      "tune.settings.preview_interval": "preview_prompts",
    ]
    #expect(Set(violations.map(\.field)) == Set(words.keys))
    for violation in violations {
      #expect(words[violation.field].map(violation.description.contains) == true, "\(violation.field)")
    }
    // Turned off is no contradiction, and with what makes them work they are accepted.
    (settings.minSnrGamma, settings.previewPrompts) = (0, ["zorp"])
    var masked = tune(settings)
    masked.images[0].mask = "mask"
    #expect(TuneRules.check(masked).isEmpty)
  }

  @Test("settings of a generation that another leaves no effect are refused, naming both")
  func idleGenerationSettings() {
    var settings = GenerationSettings()
    (settings.previewInterval, settings.checkSafety, settings.strength) = (5, true, 0.5)
    var violations = GenerationRules.check(settings).error(.invalidArgument).fieldViolations
    #expect(violations.map(\.field) == ["settings.preview_interval", "settings.strength"])
    #expect(violations.first?.description.contains("check_safety") == true)
    #expect(violations.last?.description.contains("init_image") == true)
    settings.checkSafety = false
    settings.initImage = "photo"
    settings.inpainting = .with { ($0.maskImage, $0.padding) = ("mask", 16) }
    violations = GenerationRules.check(settings).error(.invalidArgument).fieldViolations
    #expect(violations.map(\.field) == ["settings.inpainting.padding"])
    #expect(violations.first?.description.contains("full_resolution") == true)
    settings.inpainting?.fullResolution = true
    #expect(GenerationRules.check(settings).isEmpty)
  }

  @Test("a kept tune of an older version goes on without the settings that had no effect, and with all that have")
  func keptIdleSettings() {
    /// The settings of a tune that goes on from one with these, and what is wrong with it.
    func next(hasMask: Bool = false, _ edit: (inout TrainingSettings) -> Void) -> (TrainingSettings?, [String]) {
      var settings = TrainingSettings()
      edit(&settings)
      var earlier = tune(settings)
      (earlier.steps, earlier.images[0].mask) = (400, hasMask ? "mask" : "")
      let kept = KeptTune(
        tune: earlier, inputs: BackendTuneAssignment(), checkpoint: .with { $0.step = 40 }, baseCheckpoint: "sd")
      var request = Tune()
      (request.name, request.resumeFrom) = ("cat-2", "cat")
      let completed = kept.completing(request)
      var faults = TuneRules.check(completed)
      faults.add(contentsOf: kept.differences(completed, BackendTuneAssignment()))
      return (completed.settings, faults.error(.invalidArgument).fieldViolations.map(\.field))
    }
    var (settings, faults) = next { ($0.debiasedEstimation, $0.minSnrGamma) = (true, 5) }
    #expect(settings?.debiasedEstimation == true && settings?.minSnrGamma == nil && faults.isEmpty)
    (settings, faults) = next { $0.minSnrGamma = 5 }
    #expect(settings?.minSnrGamma == 5 && faults.isEmpty)
    (settings, faults) = next { $0.previewInterval = 10 }
    #expect(settings?.previewInterval == nil && faults.isEmpty)
    (settings, faults) = next { ($0.previewInterval, $0.previewPrompts) = (10, ["zorp"]) }
    #expect(settings?.previewInterval == 10 && faults.isEmpty)
    (settings, faults) = next { $0.unmaskedWeight = 0.1 }
    #expect(settings != nil && settings?.unmaskedWeight == nil && faults.isEmpty)
    (settings, faults) = next(hasMask: true) { $0.unmaskedWeight = 0.1 }
    #expect(settings?.unmaskedWeight == 0.1 && faults.isEmpty)
  }

  @Test("of a manifest's settings those stay that have an effect")
  func effectiveGenerationSettings() {
    var settings = GenerationSettings()
    (settings.previewInterval, settings.strength) = (5, 0.5)
    settings.inpainting = .with { $0.padding = 16 }
    var effective = GenerationRules.effective(settings)
    #expect(effective.previewInterval == 5 && effective.strength == nil && effective.inpainting?.padding == nil)
    (settings.checkSafety, settings.initImage) = (true, "photo")
    settings.inpainting?.fullResolution = true
    effective = GenerationRules.effective(settings)
    #expect(effective.previewInterval == 0 && effective.strength == 0.5 && effective.inpainting?.padding == 16)
  }

  @Test("captions that a backend could not be told in one message are refused")
  func captionsTogether() {
    var image = BackendInputImage()
    image.caption = String(repeating: "🦜", count: 10_000)
    var violations = Violations()
    TunePlanner.checkSize(Array(repeating: image, count: 800), &violations)
    #expect(violations.isEmpty)
    TunePlanner.checkSize(Array(repeating: image, count: 900), &violations)
    #expect(violations.error(.invalidArgument).fieldViolations.map(\.field) == ["tune.images"])
  }

  @Test("class images need a prompt, and numbers within their bounds")
  func priorPreservation() {
    func isRefused(_ change: (inout PriorPreservation) -> Void) -> Bool {
      var settings = TrainingSettings()
      var prior = PriorPreservation()
      prior.classPrompt = "a cat"
      change(&prior)
      settings.priorPreservation = prior
      return !TuneRules.check(tune(settings)).isEmpty
    }
    #expect(!isRefused { _ in })
    #expect(isRefused { $0.classPrompt = " " })
    #expect(isRefused { $0.imageCount = 0 })
    #expect(isRefused { $0.weight = 0 })
    #expect(isRefused { $0.weight = .nan })
  }

  @Test("no number of a generation, however wild, does worse than be refused")
  func wildGenerations() {
    #expect(GenerationRules.check(GenerationSettings()).isEmpty)
    for number in wildNumbers {
      for field in [\GenerationSettings.steps, \.width, \.height, \.imageCount] {
        var settings = GenerationSettings()
        settings[keyPath: field] = number
        #expect(!GenerationRules.check(settings).isEmpty, "\(field) = \(number)")
      }
      var settings = GenerationSettings()
      settings.previewInterval = number
      #expect(!GenerationRules.check(settings).isEmpty, "preview_interval = \(number)")
    }
    for seed in [Int64.min, -1, .max] {
      var settings = GenerationSettings()
      settings.seeds = [seed]
      #expect(!GenerationRules.check(settings).isEmpty, "seed = \(seed)")
    }
    for real in wildReals {
      for field in [\GenerationSettings.guidanceScale, \.strength] {
        var settings = GenerationSettings()
        settings[keyPath: field] = real
        #expect(!GenerationRules.check(settings).isEmpty, "\(field) = \(real)")
      }
      var lora = LoraWeight()
      lora.asset = "style"
      lora.weight = real
      var settings = GenerationSettings()
      settings.loras = [lora]
      #expect(!GenerationRules.check(settings).isEmpty, "weight = \(real)")
    }
  }

  @Test("what the training backend would refuse is refused at once")
  func backendsLimits() {
    var settings = TrainingSettings()
    settings.weightDecay = 1.01
    #expect(!TuneRules.check(tune(settings)).isEmpty)
    settings.weightDecay = 1
    // One image makes 400 steps.
    settings.warmupSteps = 401
    #expect(!TuneRules.check(tune(settings)).isEmpty)
    settings.warmupSteps = 400
    #expect(TuneRules.check(tune(settings)).isEmpty)
  }

  @Test("rejected images leave no tune that is shorter than its warm-up")
  func warmupOfFewImages() {
    var settings = TrainingSettings()
    settings.warmupSteps = 900
    var tune = tune(settings)
    tune.images = Array(repeating: tune.images[0], count: 10)
    #expect(TuneRules.check(tune).isEmpty)
    let rejected = Array(repeating: RejectedImage(), count: 9)
    #expect(TuneRules.accepted(tune, id: "tune", checkpoint: Asset(), rejected: rejected).steps == 900)
  }

  @Test("of thousands of faults an answer names the first and counts the others", arguments: [1, 10_000])
  func manyViolations(length: Int) throws {
    var violations = Violations()
    let text = String(repeating: "“é”", count: length)
    for index in 0..<10_000 { violations.add("images[\(index)]", text) }
    let error = violations.error(.notFound)
    let named = error.fieldViolations
    #expect(named.count <= 33 && named.count > 3)
    #expect(named[0].field == "images[0]")
    #expect(named.last?.description == "and \(10_000 - named.count + 1) more")
    #expect(error.message.hasSuffix("and 9990 more"))
    // Base64 and percent-encoding make it larger; peers take 8 KiB at least.
    #expect(error.statusDetails.count < 5 << 10 && error.message.utf8.count < 2 << 10)
  }
}
