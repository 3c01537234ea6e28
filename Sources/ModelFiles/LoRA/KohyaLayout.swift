/// kohya sd-scripts' names: `lora_unet_down_blocks_0_…_to_q.lora_down.weight`, the layout that most programs read.
///
/// The only dots stand before the role: A1111 splits a name at the first one. LyCORIS names its convolutions' middle
/// matrices and its magnitudes in the same way.
package enum KohyaLayout: LoRALayout {
  package static let format = LoRAFormat.kohya

  /// Longest first, so that `lora_te1_` is not read as `lora_te_` with a strange layer.
  private static let prefixes: [(prefix: String, component: LoRAComponent)] = [
    ("lora_unet_", .unet), ("lora_te1_", .textEncoder), ("lora_te2_", .textEncoder2), ("lora_te_", .textEncoder),
  ]

  private static let readable: [LoRAPart] = [.down, .mid, .up, .alpha, .doraScale]

  package static func parse(_ tensorName: String) -> (key: LoRAKey, part: LoRAPart)? {
    guard let dot = tensorName.firstIndex(of: ".") else { return nil }
    let head = tensorName[..<dot], tail = tensorName[tensorName.index(after: dot)...]
    guard let part = readable.first(where: { tail == suffix($0) }),
      let (prefix, component) = prefixes.first(where: { head.hasPrefix($0.prefix) })
    else { return nil }
    return (LoRAKey(component: component, layer: String(head.dropFirst(prefix.count))), part)
  }

  /// - Parameter twoTextEncoders: the XL family numbers its encoders; Stable Diffusion 1 has the bare `lora_te_`.
  package static func tensorName(_ key: LoRAKey, _ part: LoRAPart, twoTextEncoders: Bool = false) -> String {
    let prefix =
      switch key.component {
      case .unet: "lora_unet_"
      case .textEncoder: twoTextEncoders ? "lora_te1_" : "lora_te_"
      case .textEncoder2: "lora_te2_"
      }
    return "\(prefix)\(key.layer).\(suffix(part))"
  }

  private static func suffix(_ part: LoRAPart) -> String {
    switch part {
    case .down: "lora_down.weight"
    case .mid: "lora_mid.weight"
    case .up: "lora_up.weight"
    case .alpha: "alpha"
    case .magnitude, .doraScale: "dora_scale"
    }
  }
}
