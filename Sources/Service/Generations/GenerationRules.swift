import LorikeetAPI
import RPC

/// What a new generation may say, and what it means where it says nothing.
enum GenerationRules {
  static let largestSeed = Int64(UInt32.max)

  static func check(_ settings: GenerationSettings) -> Violations {
    var violations = Violations()
    violations.requireLength(settings.prompt, atMost: 10_000, "settings.prompt")
    violations.requireLength(settings.negativePrompt, atMost: 10_000, "settings.negative_prompt")
    if case .unrecognized(let number) = settings.sampler {
      let known = Sampler.allCases.compactMap(\.protoName).joined(separator: ", ")
      violations.add("settings.sampler", "there is no sampler numbered \(number); use one of \(known)")
    }
    if case .unrecognized(let number) = settings.format {
      violations.add("settings.format", "there is no format numbered \(number); use PNG, JPEG or WEBP")
    }
    violations.requireRange(settings.steps, in: 1...200, "settings.steps")
    violations.requireRange(settings.guidanceScale, in: 0...50, "settings.guidance_scale")
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
    violations.require(settings.loras.count <= 16, "settings.loras", "must be at most 16")
    for (index, lora) in settings.loras.prefix(16).enumerated() {
      violations.require(!lora.asset.isEmpty, "settings.loras[\(index)].asset", "must be a LoRA asset's id or name")
      violations.requireRange(lora.weight, in: -4...4, "settings.loras[\(index)].weight")
    }
    if let strength = settings.strength {
      violations.require(strength > 0 && strength <= 1, "settings.strength", "must be above 0 and at most 1")
    }
    violations.require(
      (0...200).contains(settings.previewInterval), "settings.preview_interval", "must be 0 to 200")
    return violations
  }

  private static func checkSide(_ side: Int32?, _ field: String, _ violations: inout Violations) {
    guard let side else { return }
    violations.require(
      (8...4_096).contains(side) && side % 8 == 0, field, "must be a multiple of 8 from 8 to 4096, not \(side)")
  }

  /// The settings with every default that does not depend on the model filled in.
  static func completed(_ request: GenerationSettings, checkpoint: Asset) -> GenerationSettings {
    var settings = request
    if settings.checkpoint.isEmpty { settings.checkpoint = checkpoint.name }
    if settings.sampler == .unspecified { settings.sampler = .dpmPlusPlus2mKarras }
    if settings.format == .unspecified { settings.format = .png }
    settings.steps = settings.steps ?? 30
    settings.guidanceScale = settings.guidanceScale ?? 7.5
    for index in settings.loras.indices { settings.loras[index].weight = settings.loras[index].weight ?? 1 }
    if !settings.initImage.isEmpty { settings.strength = settings.strength ?? 0.8 }
    let count = Int(settings.imageCount ?? Int32(clamping: max(settings.seeds.count, 1)))
    settings.imageCount = Int32(clamping: count)
    if settings.seeds.isEmpty { settings.seeds = [Int64(UInt32.random(in: 0...UInt32.max))] }
    while settings.seeds.count < count, let last = settings.seeds.last {
      settings.seeds.append(last == largestSeed ? 0 : last + 1)
    }
    return settings
  }
}
