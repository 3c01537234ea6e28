import LorikeetAPI
import ModelFiles
import RPC

/// What a new generation may say, and what it means where it says nothing.
enum GenerationRules {
  static let largestSeed = Int64(UInt32.max)

  static func check(_ settings: GenerationSettings) -> Violations {
    var violations = Violations()
    for (field, text) in [
      ("prompt", settings.prompt), ("negative_prompt", settings.negativePrompt), ("prompt_2", settings.prompt2),
      ("negative_prompt_2", settings.negativePrompt2),
    ] { violations.requireLength(text, atMost: 10_000, "settings.\(field)") }
    checkChoices(settings, &violations)
    violations.requireRange(settings.steps, in: 1...200, "settings.steps")
    violations.requireRange(settings.guidanceScale, in: 0...50, "settings.guidance_scale")
    violations.requireRange(settings.guidanceRescale, in: 0...1, "settings.guidance_rescale")
    violations.requireRange(settings.clipSkip, in: 1...12, "settings.clip_skip")
    checkSide(settings.width, "settings.width", &violations)
    checkSide(settings.height, "settings.height", &violations)
    violations.requireRange(settings.imageCount, in: 1...16, "settings.image_count")
    let mostSeeds = Int(min(max(settings.imageCount ?? 16, 1), 16))
    violations.require(
      settings.seeds.count <= mostSeeds, "settings.seeds",
      "must be at most \(mostSeeds), one for each image, not \(settings.seeds.count)")
    for (index, seed) in settings.seeds.prefix(16).enumerated() {
      violations.requireRange(seed, in: 0...largestSeed, "settings.seeds[\(index)]")
    }
    violations.require(
      (0...200).contains(settings.previewInterval), "settings.preview_interval", "must be 0 to 200")
    violations.require(
      settings.previewInterval == 0 || !settings.checkSafety, "settings.preview_interval",
      "has no effect with check_safety, which looks at finished images only; leave one of the two out")
    checkAdapters(settings, &violations)
    checkPictures(settings, &violations)
    if let refinement = settings.refinement {
      violations.require(
        !refinement.checkpoint.isEmpty, "settings.refinement.checkpoint", "must be a refiner's id or name")
      violations.requireRange(
        refinement.highNoiseFraction, in: 0...1, "settings.refinement.high_noise_fraction")
    }
    violations.require(
      settings.safetyChecker.isEmpty || settings.checkSafety, "settings.safety_checker",
      "has no effect without check_safety; set that too, or leave this out")
    return violations
  }

  private static func checkChoices(_ settings: GenerationSettings, _ violations: inout Violations) {
    if case .unrecognized(let number) = settings.sampler {
      let known = Sampler.allCases.compactMap(\.protoName).joined(separator: ", ")
      violations.add("settings.sampler", "there is no sampler numbered \(number); use one of \(known)")
    }
    if !settings.stylePreset.isEmpty, StylePresets.named(settings.stylePreset) == nil {
      let known = StylePresets.all.map(\.name).joined(separator: ", ")
      violations.add("settings.style_preset", "there is no style “\(settings.stylePreset)”; use one of \(known)")
    }
    if case .unrecognized(let number) = settings.format {
      violations.add("settings.format", "there is no format numbered \(number); use PNG, JPEG or WEBP")
    }
    if case .unrecognized(let number) = settings.sigmaSchedule {
      violations.add(
        "settings.sigma_schedule", "there is no schedule numbered \(number); use TRAINED, KARRAS or EXPONENTIAL")
    }
    if case .unrecognized(let number) = settings.timestepSpacing {
      violations.add(
        "settings.timestep_spacing", "there is no spacing numbered \(number); use LEADING, TRAILING or LINSPACE")
    }
  }

  private static func checkAdapters(_ settings: GenerationSettings, _ violations: inout Violations) {
    violations.require(settings.loras.count <= 16, "settings.loras", "must be at most 16")
    for (index, lora) in settings.loras.prefix(16).enumerated() {
      violations.require(!lora.asset.isEmpty, "settings.loras[\(index)].asset", "must be a LoRA asset's id or name")
      violations.requireRange(lora.weight, in: -4...4, "settings.loras[\(index)].weight")
    }
    violations.require(settings.textualInversions.count <= 16, "settings.textual_inversions", "must be at most 16")
    var triggers: Set<String> = []
    for (index, use) in settings.textualInversions.prefix(16).enumerated() {
      let field = "settings.textual_inversions[\(index)]"
      violations.require(!use.asset.isEmpty, "\(field).asset", "must be a textual inversion asset's id or name")
      violations.requireLength(use.trigger, atMost: 128, "\(field).trigger")
      if !use.trigger.isEmpty, !triggers.insert(use.trigger).inserted {
        violations.add("\(field).trigger", "stands for another textual inversion already; choose another word")
      }
    }
  }

  private static func checkPictures(_ settings: GenerationSettings, _ violations: inout Violations) {
    if let strength = settings.strength {
      violations.require(strength > 0 && strength <= 1, "settings.strength", "must be above 0 and at most 1")
      violations.require(
        !settings.initImage.isEmpty, "settings.strength", "has no effect without init_image, which it says how much "
          + "to redraw of; set that too, or leave this out")
    }
    guard let inpainting = settings.inpainting else { return }
    let field = "settings.inpainting"
    violations.require(
      !settings.initImage.isEmpty, "settings.init_image", "must name the picture that is to be painted on")
    violations.require(
      !inpainting.maskImage.isEmpty || inpainting.outpainting != nil, "\(field).mask_image",
      "must name a picture that is white where to paint, unless outpainting says where")
    violations.requireRange(inpainting.maskBlur, in: 0...64, "\(field).mask_blur")
    violations.requireRange(inpainting.padding, in: 0...512, "\(field).padding")
    violations.require(
      inpainting.padding == nil || inpainting.fullResolution, "\(field).padding",
      "has no effect without full_resolution; set that too, or leave this out")
    guard let margins = inpainting.outpainting else { return }
    let sides = [
      ("left", margins.left), ("right", margins.right), ("top", margins.top), ("bottom", margins.bottom),
    ]
    for (name, side) in sides {
      violations.require(
        (0...4_096).contains(side) && side % 8 == 0, "\(field).outpainting.\(name)",
        "must be a multiple of 8 from 0 to 4096, not \(side)")
    }
    violations.require(
      sides.contains { $0.1 != 0 }, "\(field).outpainting", "must leave room on one side at least")
    for (name, whole, first, second) in [
      ("width", settings.width, margins.left, margins.right), ("height", settings.height, margins.top, margins.bottom),
    ] {
      guard let whole, (0...4_096).contains(first), (0...4_096).contains(second) else { continue }
      violations.require(
        first + second < whole, "settings.\(name)",
        "must be more than the \(first + second) pixels to paint outside of the picture, for it is the whole's")
    }
  }

  private static func checkSide(_ side: Int32?, _ field: String, _ violations: inout Violations) {
    guard let side else { return }
    violations.require(
      (8...4_096).contains(side) && side % 8 == 0, field, "must be a multiple of 8 from 8 to 4096, not \(side)")
  }

  /// The settings without those that others leave no effect. A request with such is refused; manifests of older
  /// versions, which accepted them, hold them.
  static func effective(_ settings: GenerationSettings) -> GenerationSettings {
    var settings = settings
    if settings.checkSafety { settings.previewInterval = 0 }
    if settings.initImage.isEmpty { settings.strength = nil }
    if settings.inpainting?.fullResolution == false { settings.inpainting?.padding = nil }
    return settings
  }

  /// The settings with every default that does not depend on the model filled in; those that do, the backend fills in.
  static func completed(_ request: GenerationSettings, checkpoint: Asset) -> GenerationSettings {
    var settings = request
    if settings.checkpoint.isEmpty { settings.checkpoint = checkpoint.name }
    if settings.sampler == .unspecified { settings.sampler = .dpmPlusPlus2mKarras }
    if settings.format == .unspecified { settings.format = .png }
    settings.steps = settings.steps ?? 30
    settings.guidanceScale = settings.guidanceScale ?? 7.5
    for index in settings.loras.indices { settings.loras[index].weight = settings.loras[index].weight ?? 1 }
    if !settings.initImage.isEmpty { settings.strength = settings.strength ?? 0.8 }
    if var inpainting = settings.inpainting {
      inpainting.maskBlur = inpainting.maskBlur ?? 4
      if inpainting.fullResolution { inpainting.padding = inpainting.padding ?? 32 }
      settings.inpainting = inpainting
    }
    if var refinement = settings.refinement {
      refinement.highNoiseFraction = refinement.highNoiseFraction ?? 0.8
      settings.refinement = refinement
    }
    let count = Int(settings.imageCount ?? Int32(clamping: max(settings.seeds.count, 1)))
    settings.imageCount = Int32(clamping: count)
    if settings.seeds.isEmpty { settings.seeds = [Int64(UInt32.random(in: 0...UInt32.max))] }
    while settings.seeds.count < count, let last = settings.seeds.last {
      settings.seeds.append(last == largestSeed ? 0 : last + 1)
    }
    return settings
  }
}
