/// The attention processors of diffusers before 0.20: `….attn1.processor.to_q_lora.down.weight`, and in the text
/// encoders `….self_attn.to_q_lora.down.weight`. There were none but of attentions.
package enum OldDiffusersLayout: LoRALayout {
  package static let format = LoRAFormat.oldDiffusers

  private static let suffixes: [(suffix: String, part: LoRAPart)] = [
    ("_lora.down.weight", .down), ("_lora.up.weight", .up), ("_lora.alpha", .alpha),
  ]

  /// A processor's name of a projection, the layer's in the U-Net, and in CLIP.
  private static let projections: [(old: String, unet: String, text: String)] = [
    ("to_q", "to_q", "q_proj"), ("to_k", "to_k", "k_proj"), ("to_v", "to_v", "v_proj"),
    ("to_out", "to_out.0", "out_proj"),
  ]

  package static func parse(_ tensorName: String) -> (key: LoRAKey, part: LoRAPart)? {
    for (suffix, part) in suffixes {
      guard let stem = tensorName.without(suffix: suffix) else { continue }
      guard let dot = stem.lastIndex(of: "."),
        let projection = projections.first(where: { $0.old == stem[stem.index(after: dot)...] })
      else { return nil }
      let attention = stem[..<dot].without(suffix: ".processor") ?? stem[..<dot]
      // The network decides what the projection is called; any will do to ask for it.
      guard let component = DottedName.key(attention)?.component else { return nil }
      let layer = component == .unet ? projection.unet : projection.text
      return DottedName.key("\(attention).\(layer)").map { ($0, part) }
    }
    return nil
  }
}
