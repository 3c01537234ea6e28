import Foundation
import StableDiffusion

/// The settings of an image as A1111 writes them into its metadata, which every viewer and prompt collector reads.
struct Infotext {
  let request: SamplingRequest
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

  private func parameters(seed: UInt64) -> [(String, String)] {
    var pairs = [
      ("Steps", "\(request.steps)"),
      ("Sampler", sampler.title),
      ("CFG scale", Self.short(request.guidanceScale)),
      ("Seed", "\(seed)"),
      ("Size", "\(width)x\(height)"),
      ("Model hash", String(request.checkpoint.digest.prefix(10))),
      ("Model", request.checkpoint.name),
    ]
    if request.startImage != nil { pairs.append(("Denoising strength", Self.short(request.strength))) }
    let hashes = zip(request.loras, loraHashes).compactMap { lora, hash in
      hash.map { "\(lora.name): \($0.prefix(12))" }
    }
    if !hashes.isEmpty { pairs.append(("Lora hashes", hashes.joined(separator: ", "))) }
    return pairs.filter { !$0.1.isEmpty }
  }

  private static func tag(_ lora: LoRAReference) -> String {
    "<lora:\(lora.name):\(short(lora.weight))>"
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
