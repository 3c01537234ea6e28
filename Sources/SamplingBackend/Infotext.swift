import Foundation
import StableDiffusion

/// The settings of an image as A1111 writes them into its metadata, which every viewer and prompt collector reads.
struct Infotext {
  var request: SamplingRequest
  let sampler: SamplerDescriptor
  let width: Int
  let height: Int
  /// Of each LoRA's tensors, in the request's order; nil where the file does not say.
  let loraHashes: [String?]

  func text(seed: UInt64) -> String {
    var lines = [([request.prompt] + request.loras.map(Self.tag)).filter { !$0.isEmpty }.joined(separator: " ")]
    if !request.negativePrompt.isEmpty { lines.append("Negative prompt: \(request.negativePrompt)") }
    lines.append(parameters(seed: seed).map { "\($0): \(Self.quoted($1))" }.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  /// The text in at most `longest` UTF-16 units. What is too long are the prompts: they are cut, the settings behind
  /// them stay. Nil when those do not fit either; nil for `longest`: there is no limit.
  func text(seed: UInt64, longest: Int?) -> String? {
    let whole = text(seed: seed)
    guard let longest, whole.utf16.count > longest else { return whole }
    let (prompt, negative) = (request.prompt.utf16.count, request.negativePrompt.utf16.count)
    let room = max(0, prompt + negative - (whole.utf16.count - longest))
    var short = self
    // The shorter of the two keeps what it needs of its half.
    short.request.prompt = Self.cut(request.prompt, to: max(room - negative, room / 2))
    short.request.negativePrompt = Self.cut(
      request.negativePrompt, to: room - short.request.prompt.utf16.count)
    let text = short.text(seed: seed)
    return text.utf16.count <= longest ? text : nil
  }

  /// The beginning of `text` in at most `longest` UTF-16 units, an ellipsis behind it.
  private static func cut(_ text: String, to longest: Int) -> String {
    guard text.utf16.count > longest else { return text }
    guard longest > 0 else { return "" }
    var count = 1
    return text.prefix { character in
      count += character.utf16.count
      return count <= longest
    } + "…"
  }

  private func parameters(seed: UInt64) -> [(String, String)] {
    var pairs = [
      ("Steps", "\(request.steps)"),
      ("Sampler", sampler.title(request.samplerOptions)),
      ("CFG scale", Self.short(request.guidanceScale)),
      ("Seed", "\(seed)"),
      ("Size", "\(width)x\(height)"),
      ("Model hash", String(request.checkpoint.digest.prefix(10))),
      ("Model", request.checkpoint.name),
    ]
    if let rescale = request.guidanceRescale, rescale > 0 { pairs.append(("CFG rescale", Self.short(rescale))) }
    if let clipSkip = request.clipSkip { pairs.append(("Clip skip", "\(clipSkip)")) }
    if request.startImage != nil { pairs.append(("Denoising strength", Self.short(request.strength))) }
    if let inpainting = request.inpainting { pairs += Self.inpainting(inpainting) }
    if let refinement = request.refinement {
      pairs.append(("Refiner", "\(refinement.checkpoint.name) [\(refinement.checkpoint.digest.prefix(10))]"))
      pairs.append(("Refiner switch at", Self.short(refinement.highNoiseFraction)))
    }
    let hashes = zip(request.loras, loraHashes).compactMap { lora, hash in
      hash.map { "\(lora.file.name): \($0.prefix(12))" }
    }
    if !hashes.isEmpty { pairs.append(("Lora hashes", hashes.joined(separator: ", "))) }
    return pairs.filter { !$0.1.isEmpty }
  }

  private static func inpainting(_ inpainting: SamplingRequest.Inpainting) -> [(String, String)] {
    let blur = ("Mask blur", "\(inpainting.blur)")
    guard inpainting.isFullResolution else { return [blur] }
    return [blur, ("Inpaint area", "Only masked"), ("Masked area padding", "\(inpainting.padding)")]
  }

  private static func tag(_ lora: LoRAReference) -> String {
    "<lora:\(lora.file.name):\(short(lora.weight))>"
  }

  /// 7 and not 7.0.
  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// A value that holds what separates values stands in JSON quotes.
  private static func quoted(_ value: String) -> String {
    guard value.contains(where: { ",:\n".contains($0) }) else { return value }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? value
  }
}
