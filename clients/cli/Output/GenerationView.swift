import LorikeetAPI

/// Generations as tables and details.
enum GenerationView {
  static func table(_ generations: [Generation]) -> Table {
    var table = Table([
      .init(title: "ID"), .init(title: "STATE"), .init(title: "IMAGES", right: true), .init(title: "CREATED"),
      .init(title: "PROMPT", flexible: true),
    ])
    for generation in generations {
      let wanted = generation.settings?.imageCount.map { "/\($0)" } ?? ""
      table.add(
        generation.id, generation.state.word, "\(generation.images.count)\(wanted)", Format.time(generation.createTime),
        generation.settings?.prompt ?? "")
    }
    return table
  }

  static func details(_ generation: Generation) -> Details {
    var details = Details()
    details.add("id", generation.id)
    details.add("state", generation.state.word + (generation.stateReason.isEmpty ? "" : ": \(generation.stateReason)"))
    if let settings = generation.settings {
      details.add("prompt", settings.prompt)
      details.add("negative prompt", settings.negativePrompt)
      details.add("second prompt", settings.prompt2)
      details.add("second negative prompt", settings.negativePrompt2)
      details.add("style", settings.stylePreset)
      details.add("checkpoint", settings.checkpoint)
      details.add("VAE", settings.vae)
      for lora in settings.loras { details.add("lora", "\(lora.asset), weight \(Format.number(lora.weight ?? 1))") }
      for use in settings.textualInversions { details.add("embedding", "\(use.asset), word \(use.trigger)") }
      if let refinement = settings.refinement {
        let share = refinement.highNoiseFraction.map { ", after \(Format.number($0)) of the noise" } ?? ""
        details.add("refiner", refinement.checkpoint + share)
      }
      details.add("sampler", settings.sampler.word)
      details.add("sigma schedule", settings.sigmaSchedule.word)
      details.add("timestep spacing", settings.timestepSpacing.word)
      details.add("clip skip", settings.clipSkip.map { "\($0)" })
      details.add("steps", settings.steps.map { "\($0)" })
      details.add("guidance scale", settings.guidanceScale.map(Format.number))
      if let width = settings.width, let height = settings.height { details.add("size", "\(width)×\(height)") }
      details.add("guidance rescale", settings.guidanceRescale.map(Format.number))
      details.add("init image", settings.initImage)
      details.add("mask", settings.inpainting?.maskImage)
      details.add("strength", settings.initImage.isEmpty ? nil : settings.strength.map(Format.number))
    }
    if let progress = generation.progress { details.add("progress", GenerationWatch.line(progress).plain) }
    for warning in generation.warnings { details.add("warning", warning) }
    for image in generation.images {
      var text = "\(image.asset), seed \(image.seed), \(image.width)×\(image.height)"
      if image.removedForSafety { text += ", removed for safety" }
      if let score = image.safetyScore { text += ", safety score \(Format.number(score))" }
      details.add("image", text)
    }
    details.add("created", Format.time(generation.createTime))
    details.add("started", Format.time(generation.startTime))
    details.add("ended", Format.time(generation.endTime))
    return details
  }

  static func show(_ generation: Generation, json: Bool, on console: Console = .output) {
    console.write(
      json ? JSON(generation).text(pretty: true) + "\n" : details(generation).rendered(style: console.style))
  }

  /// The status of a watch or a creation: that of the generation.
  static func conclude(_ generation: Generation) throws(CommandError) {
    switch generation.state {
    case .failed:
      throw CommandError(.jobFailed, "The generation failed: \(generation.stateReason.printable.asSentence)")
    case .cancelled: throw CommandError(.cancelled, "The generation was cancelled.")
    default: break
    }
  }
}
