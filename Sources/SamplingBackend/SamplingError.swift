/// Why a request cannot be sampled. Faults of files come as the errors of the layers that read them.
package enum SamplingError: Error, Equatable, CustomStringConvertible {
  package struct Fault: Sendable, Equatable {
    package let field: String
    package let description: String
  }

  case invalidRequest([Fault])
  /// The models with what computing takes are more than the engine may use, in bytes.
  case tooLarge(needed: Int, budget: Int)
  /// Results are to be checked, and there is nothing to do it with.
  case noSafetyChecker(checkpoint: String)
  /// The checkpoint's file has no VAE, and the request names none.
  case noAutoencoder(checkpoint: String)

  package var description: String {
    switch self {
    case .invalidRequest(let faults):
      "generation settings: " + faults.map { "\($0.field) \($0.description)" }.joined(separator: "; ")
    case .tooLarge(let needed, let budget):
      "the models and the picture need about \(Self.gibibytes(needed)) of memory, and this backend may use "
        + "\(Self.gibibytes(budget)); start it with a larger --memory-gib, or ask for a smaller picture"
    case .noSafetyChecker(let checkpoint):
      "the checkpoint \(checkpoint) brings no safety checker; upload one and name it in safety_checker, or turn "
        + "check_safety off"
    case .noAutoencoder(let checkpoint):
      "the checkpoint \(checkpoint) has no VAE; upload one of its family and name it in vae, or use a file with all of "
        + "its parts"
    }
  }

  private static func gibibytes(_ bytes: Int) -> String {
    let tenths = (Double(bytes) / Double(1 << 30) * 10).rounded(.up) / 10
    return "\(tenths) GiB"
  }
}

extension SamplingRequest {
  /// - Parameter sideMultiple: what the checkpoint's image sides are multiples of.
  /// - Throws: `.invalidRequest` naming every field that is out of range.
  func validate(sideMultiple: Int) throws(SamplingError) {
    var faults: [SamplingError.Fault] = []
    func check(_ field: String, _ valid: Bool, _ rule: String) {
      if !valid { faults.append(.init(field: field, description: rule)) }
    }
    for (field, text) in [
      ("prompt", prompt), ("negative_prompt", negativePrompt), ("prompt_2", prompt2 ?? ""),
      ("negative_prompt_2", negativePrompt2 ?? ""),
    ] {
      check(field, text.unicodeScalars.count <= 10_000, "may have at most 10,000 characters")
    }
    check("clip_skip", clipSkip.map { (1...12).contains($0) } ?? true, "must be 1 to 12")
    check("steps", (1...999).contains(steps), "must be 1 to 999")
    check("guidance_scale", (0...100).contains(guidanceScale), "must be 0 to 100")
    for (field, side) in [("width", width), ("height", height)] {
      check(
        field, side.map { $0 >= sideMultiple && $0 <= 4096 && $0 % sideMultiple == 0 } ?? true,
        "must be a multiple of \(sideMultiple) up to 4,096")
    }
    check("seeds", (1...256).contains(seeds.count), "must be 1 to 256")
    check("loras", loras.allSatisfy { $0.weight.isFinite }, "must have finite weights")
    check("guidance_rescale", guidanceRescale.map { (0...1).contains($0) } ?? true, "must be 0 to 1")
    check("strength", strength > 0 && strength <= 1, "must be above 0 and at most 1")
    check("preview_interval", previewInterval >= 0, "must not be negative")
    if let inpainting { faults += inpaintingFaults(inpainting, sideMultiple: sideMultiple) }
    check(
      "refinement.high_noise_fraction", refinement.map { (0...1).contains($0.highNoiseFraction) } ?? true,
      "must be 0 to 1")
    guard faults.isEmpty else { throw .invalidRequest(faults) }
  }

  private func inpaintingFaults(_ inpainting: SamplingRequest.Inpainting, sideMultiple: Int) -> [SamplingError.Fault] {
    var faults: [SamplingError.Fault] = []
    func check(_ field: String, _ valid: Bool, _ rule: String) {
      if !valid { faults.append(.init(field: "inpainting.\(field)", description: rule)) }
    }
    let margins = inpainting.margins
    check("mask_blur", (0...64).contains(inpainting.blur), "must be 0 to 64")
    check("padding", (0...512).contains(inpainting.padding), "must be 0 to 512")
    check(
      "mask_image", inpainting.mask != nil || margins != SamplingRequest.Margins(),
      "must be given where nothing is outpainted")
    if startImage == nil { faults.append(.init(field: "init_image", description: "must be given for inpainting")) }
    for (field, side, before, after) in [
      ("left and right", width, margins.left, margins.right),
      ("top and bottom", height, margins.top, margins.bottom),
    ] {
      guard (0...4096).contains(before), (0...4096).contains(after) else {
        check("outpainting", false, "must have margins of 0 to 4,096")
        continue
      }
      check(
        "outpainting", side.map { $0 - before - after >= sideMultiple } ?? true,
        "must leave room for the image between \(field): \(before) and \(after) of \(side ?? 0) pixels")
    }
    return faults
  }
}
