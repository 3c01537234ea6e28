/// The names of diffusers' DreamBooth scripts: `unet.….to_q.lora.down.weight`, and in the text encoders
/// `….q_proj.lora_linear_layer.down.weight`.
package enum DiffusersLayout: LoRALayout {
  package static let format = LoRAFormat.diffusers

  private static let suffixes: [(suffix: String, part: LoRAPart)] = [
    (".lora.down.weight", .down), (".lora.up.weight", .up), (".lora_linear_layer.down.weight", .down),
    (".lora_linear_layer.up.weight", .up), (".alpha", .alpha),
  ]

  package static func parse(_ tensorName: String) -> (key: LoRAKey, part: LoRAPart)? {
    for (suffix, part) in suffixes {
      if let stem = tensorName.without(suffix: suffix) { return DottedName.key(stem).map { ($0, part) } }
    }
    return nil
  }

  package static func tensorName(component: LoRAComponent, path: String, _ part: LoRAPart) -> String? {
    let matrix = component == .unet ? "lora" : "lora_linear_layer"
    let suffix: String
    switch part {
    case .down: suffix = "\(matrix).down.weight"
    case .up: suffix = "\(matrix).up.weight"
    case .mid, .alpha, .magnitude, .doraScale: return nil
    }
    return "\(component.diffusersName).\(path).\(suffix)"
  }
}
