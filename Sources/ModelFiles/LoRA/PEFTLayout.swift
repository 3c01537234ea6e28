/// PEFT's names: `unet.….to_q.lora_A.weight` (down) and `lora_B` (up); its alphas stand in the metadata.
///
/// A model that was saved as it is in memory also has the adapter's name, `lora_A.default.weight`.
package enum PEFTLayout: LoRALayout {
  package static let format = LoRAFormat.peft

  private static let parts: [(name: String, part: LoRAPart)] = [
    ("lora_A", .down), ("lora_B", .up), ("lora_magnitude_vector", .magnitude),
  ]

  package static func parse(_ tensorName: String) -> (key: LoRAKey, part: LoRAPart)? {
    var words = tensorName.split(separator: ".", omittingEmptySubsequences: false)
    let hasWeight = words.last == "weight"
    if hasWeight { words.removeLast() }
    func known(_ word: Substring?) -> LoRAPart? { parts.first { $0.name == word ?? "" }?.part }
    // With the adapter's name after it.
    if known(words.last) == nil, known(words.dropLast().last) != nil { words.removeLast() }
    guard let part = known(words.last), hasWeight || part == .magnitude else { return nil }
    return DottedName.key(words.dropLast().joined(separator: ".")).map { ($0, part) }
  }

  package static func tensorName(component: LoRAComponent, path: String, _ part: LoRAPart) -> String? {
    let suffix: String
    switch part {
    case .down: suffix = "lora_A.weight"
    case .up: suffix = "lora_B.weight"
    case .magnitude, .doraScale: suffix = "lora_magnitude_vector"
    case .mid, .alpha: return nil
    }
    return "\(component.diffusersName).\(path).\(suffix)"
  }
}

extension LoRAComponent {
  /// The network's folder in a diffusers checkpoint, and its name in the layouts that come from there.
  package var diffusersName: String {
    switch self {
    case .unet: "unet"
    case .textEncoder: "text_encoder"
    case .textEncoder2: "text_encoder_2"
    }
  }
}
