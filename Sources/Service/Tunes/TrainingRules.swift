import LorikeetAPI

/// What the settings of a new tune may say.
enum TrainingRules {
  static func check(_ settings: TrainingSettings, steps: Int32, _ violations: inout Violations) {
    func positive(_ value: Double?, atMost limit: Double, _ field: String) {
      guard let value else { return }
      violations.require(value > 0 && value <= limit, "tune.settings.\(field)", "must be above 0 and at most \(limit)")
    }
    func share(_ value: Double?, atMost limit: Double, _ field: String) {
      guard let value else { return }
      violations.require((0...limit).contains(value), "tune.settings.\(field)", "must be 0 to \(limit)")
    }
    violations.requireRange(settings.rank, in: 1...256, "tune.settings.rank")
    positive(settings.alpha, atMost: 65_536, "alpha")
    positive(settings.learningRate, atMost: 1, "learning_rate")
    positive(settings.textEncoderLearningRate, atMost: 1, "text_encoder_learning_rate")
    // The steps are as wrong as the client likes: they are refused in their own field.
    violations.requireRange(settings.warmupSteps, in: 0...max(steps, 0), "tune.settings.warmup_steps")
    violations.requireRange(settings.scheduleCycles, in: 1...100, "tune.settings.schedule_cycles")
    violations.requireRange(settings.batchSize, in: 1...64, "tune.settings.batch_size")
    violations.requireRange(settings.gradientAccumulation, in: 1...64, "tune.settings.gradient_accumulation")
    share(settings.minSnrGamma, atMost: 1_000, "min_snr_gamma")
    share(settings.noiseOffset, atMost: 1, "noise_offset")
    share(settings.captionDropout, atMost: 1, "caption_dropout")
    share(settings.unmaskedWeight, atMost: 1, "unmasked_weight")
    violations.require(
      (0...100).contains(settings.keepTokens), "tune.settings.keep_tokens",
      "must be 0 to 100, not \(settings.keepTokens)")
    share(settings.weightDecay, atMost: 1, "weight_decay")
    share(settings.maxGradientNorm, atMost: 1_000, "max_gradient_norm")
    share(settings.emaDecay, atMost: 0.99999, "ema_decay")
    if let prior = settings.priorPreservation { check(prior, &violations) }
    violations.require(settings.previewPrompts.count <= 8, "tune.settings.preview_prompts", "must be at most 8")
    for (index, prompt) in settings.previewPrompts.prefix(8).enumerated() {
      violations.requireLength(prompt, atMost: 10_000, "tune.settings.preview_prompts[\(index)]")
    }
    violations.requireRange(settings.previewInterval, in: 0...100_000, "tune.settings.preview_interval")
    violations.requireRange(settings.checkpointInterval, in: 1...100_000, "tune.settings.checkpoint_interval")
    checkWords(settings, &violations)
    checkEffects(settings, &violations)
  }

  /// Refuses settings that would change nothing: whoever asks for one expects something of it.
  private static func checkEffects(_ settings: TrainingSettings, _ violations: inout Violations) {
    violations.require(
      settings.textEncoderLearningRate == nil || settings.trainTextEncoder,
      "tune.settings.text_encoder_learning_rate", "is of use only with train_text_encoder")
    violations.require(
      settings.scheduleCycles == nil || settings.schedule == .cosineWithRestarts, "tune.settings.schedule_cycles",
      "is of use only with the schedule cosine with restarts")
    violations.require(
      settings.keepTokens == 0 || settings.shuffleCaptions, "tune.settings.keep_tokens",
      "is of use only with shuffle_captions")
    violations.require(
      !settings.debiasedEstimation || (settings.minSnrGamma ?? 0) == 0, "tune.settings.min_snr_gamma",
      "has no effect with debiased_estimation, which weighs timesteps in its place; leave one of the two out")
    violations.require(
      (settings.previewInterval ?? 0) == 0 || !settings.previewPrompts.isEmpty, "tune.settings.preview_interval",
      "is of use only with preview_prompts")
  }

  private static func check(_ prior: PriorPreservation, _ violations: inout Violations) {
    let field = "tune.settings.prior_preservation"
    violations.require(
      !prior.classPrompt.unicodeScalars.allSatisfy(\.properties.isWhitespace), "\(field).class_prompt",
      "must say what the class images show, such as “a cat”")
    violations.requireLength(prior.classPrompt, atMost: 10_000, "\(field).class_prompt")
    violations.requireRange(prior.imageCount, in: 1...10_000, "\(field).image_count")
    if let weight = prior.weight {
      violations.require(weight > 0 && weight <= 100, "\(field).weight", "must be above 0 and at most 100")
    }
  }

  private static func checkWords(_ settings: TrainingSettings, _ violations: inout Violations) {
    if case .unrecognized(let number) = settings.schedule {
      violations.add("tune.settings.schedule", "there is no schedule numbered \(number)")
    }
    if case .unrecognized(let number) = settings.targetLayers {
      violations.add("tune.settings.target_layers", "there is no set of layers numbered \(number)")
    }
    if case .unrecognized(let number) = settings.optimizer {
      violations.add("tune.settings.optimizer", "there is no optimiser numbered \(number)")
    }
    if case .unrecognized(let number) = settings.precision {
      violations.add("tune.settings.precision", "there is no precision numbered \(number)")
    }
  }
}
