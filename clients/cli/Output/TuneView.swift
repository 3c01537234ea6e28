import LorikeetAPI

/// Tunes as tables, details and progress.
enum TuneView {
  static func table(_ tunes: [Tune]) -> Table {
    var table = Table([
      .init(title: "NAME", flexible: true), .init(title: "STATE"), .init(title: "PROGRESS", right: true),
      .init(title: "TRIGGER"),
      .init(title: "BASE", flexible: true), .init(title: "CREATED"), .init(title: "ID"),
    ])
    for tune in tunes {
      let progress = tune.progress.map { "\($0.step)/\($0.totalSteps)" } ?? ""
      table.add(
        tune.name, tune.state.word, progress, tune.triggerWord, tune.baseCheckpoint, Format.time(tune.createTime),
        tune.id)
    }
    return table
  }

  static func details(_ tune: Tune) -> Details {
    var details = Details()
    details.add("id", tune.id)
    details.add("name", tune.name)
    details.add("state", tune.state.word + (tune.stateReason.isEmpty ? "" : ": \(tune.stateReason)"))
    details.add("description", tune.description)
    details.add("trigger word", tune.triggerWord)
    details.add("base checkpoint", tune.baseCheckpoint)
    details.add("images", "\(tune.images.count)")
    details.add("steps", tune.steps.map { "\($0)" })
    details.add("seed", tune.seed.map { "\($0)" })
    details.add("resolution", tune.resolution.map { "\($0)" })
    if let settings = tune.settings { add(settings, to: &details) }
    if let progress = tune.progress { details.add("progress", progressLine(progress).plain) }
    if let forecast = tune.forecast { LintView.add(forecast, to: &details) }
    if let usage = tune.usage { LintView.add(usage, to: &details) }
    details.add("goes on from", tune.resumeFrom)
    details.add("attempts", tune.attempt > 1 ? "\(tune.attempt)" : nil)
    if let result = tune.result {
      details.add("lora", result.loraAsset)
      details.add("final loss", result.loraAsset.isEmpty ? nil : Format.number(result.finalLoss))
      for preview in result.previewAssets { details.add("preview", preview) }
      details.add("can go on from step", result.keptStep > 0 ? "\(result.keptStep)" : nil)
      if let health = result.health { LintView.add(health, to: &details) }
      for image in result.rejectedImages {
        let score = image.safetyScore.map { " (score \(Format.number($0)))" } ?? ""
        details.add("rejected", "\(image.asset): \(image.reason)\(score)")
      }
    }
    details.add("created", Format.time(tune.createTime))
    details.add("started", Format.time(tune.startTime))
    details.add("ended", Format.time(tune.endTime))
    return details
  }

  private static func add(_ settings: TrainingSettings, to details: inout Details) {
    func number(_ value: Double?) -> String? { value.map(Format.number) }
    details.add("rank", settings.rank.map { "\($0)" })
    details.add("alpha", number(settings.alpha))
    details.add("learning rate", number(settings.learningRate))
    details.add("optimizer", settings.optimizer.word)
    details.add("precision", settings.precision.word)
    details.add("schedule", settings.schedule.word)
    details.add("schedule cycles", settings.scheduleCycles.map { "\($0)" })
    details.add("warm-up steps", settings.warmupSteps.map { "\($0)" })
    details.add("batch size", settings.batchSize.map { "\($0)" })
    details.add("gradient accumulation", settings.gradientAccumulation.map { "\($0)" })
    details.add("gradient checkpointing", settings.gradientCheckpointing ? "yes" : nil)
    details.add("moving average", number(settings.emaDecay))
    details.add("buckets", settings.aspectRatioBuckets.map { $0 ? "yes" : "no" })
    details.add("layers", settings.targetLayers.word)
    details.add(
      "text encoder",
      settings.trainTextEncoder ? "trained, learning rate \(number(settings.textEncoderLearningRate) ?? "half")" : nil)
    details.add("min-SNR gamma", number(settings.minSnrGamma))
    details.add("noise offset", number(settings.noiseOffset))
    details.add("caption dropout", number(settings.captionDropout))
    details.add("debiased estimation", settings.debiasedEstimation ? "yes" : nil)
    details.add("unmasked weight", number(settings.unmaskedWeight))
    details.add(
      "shuffled captions", settings.shuffleCaptions ? "yes, the first \(settings.keepTokens) parts stay" : nil)
    details.add("flip", settings.randomFlip ? "yes" : nil)
    if let prior = settings.priorPreservation {
      details.add(
        "class images", "“\(prior.classPrompt)”, weight \(Format.number(prior.weight ?? 1))")
    }
    for prompt in settings.previewPrompts { details.add("preview prompt", prompt) }
  }

  static func progressLine(_ progress: TuneProgress) -> ProgressLine {
    var facts = ["step \(progress.step)/\(progress.totalSteps)"]
    if progress.step > 0 {
      facts.append("loss \(Format.number(progress.loss))")
      facts.append("\(Format.number(progress.imagesPerSecond)) images/s")
      if let left = Format.timeLeft(progress.timeLeft) { facts.append(left) }
      facts.append("lr \(Format.number(progress.learningRate))")
    }
    let fraction = progress.totalSteps > 0 ? Double(progress.step) / Double(progress.totalSteps) : 0
    return ProgressLine(label: "training", fraction: fraction, facts: facts)
  }

  static func show(_ tune: Tune, json: Bool, on console: Console = .output) {
    console.write(json ? JSON(tune).text(pretty: true) + "\n" : details(tune).rendered(style: console.style))
  }

  /// The status of a watch or a creation: that of the tune.
  static func conclude(_ tune: Tune) throws(CommandError) {
    switch tune.state {
    case .failed:
      throw CommandError(.jobFailed, "The tune \(tune.name.printable) failed: \(tune.stateReason.printable.asSentence)")
    case .cancelled: throw CommandError(.cancelled, "The tune \(tune.name.printable) was cancelled.")
    default: break
    }
  }
}

extension JobState {
  var isFinal: Bool { self == .succeeded || self == .failed || self == .cancelled }
}
