/// The autoencoder's tensor names of the original code, turned into those of diffusers. There the decoder's levels are
/// counted from the widest pictures on, in diffusers in the order of use.
struct OriginalAutoencoderNames {
  private let levels: Int

  /// - Parameter names: all of the network's, without their prefix. Nil when they hold no decoder.
  init?(_ names: some Sequence<String>) {
    var levels = 0
    for name in names {
      let parts = name.split(separator: ".")
      if parts.count > 2, parts[0] == "decoder", parts[1] == "up", let level = Int(parts[2]), 0..<64 ~= level {
        levels = max(levels, level + 1)
      }
    }
    guard levels > 0 else { return nil }
    self.levels = levels
  }

  private static let inAttention = [
    "norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0",
  ]

  /// Nil for a name that is none of an autoencoder's.
  func diffusersName(_ name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let ending = parts.last, parts.count > 1 else { return nil }
    let layer = Array(parts.dropLast())
    if layer.count == 1 { return ["quant_conv", "post_quant_conv"].contains(layer[0]) ? name : nil }
    let coder = layer[0]
    guard ["encoder", "decoder"].contains(coder),
      let inner = layer.count == 2 ? Self.outer(layer[1]) : inside(coder, Array(layer.dropFirst()))
    else { return nil }
    return "\(coder).\(inner).\(ending)"
  }

  private static func outer(_ layer: String) -> String? {
    switch layer {
    case "conv_in", "conv_out": layer
    case "norm_out": "conv_norm_out"
    default: nil
    }
  }

  private func inside(_ coder: String, _ layer: [String]) -> String? {
    switch (layer[0], layer[1]) {
    case ("mid", "attn_1"):
      return layer.count == 3 ? Self.inAttention[layer[2]].map { "mid_block.attentions.0.\($0)" } : nil
    case ("mid", "block_1"), ("mid", "block_2"):
      return layer.count == 3 ? Self.inResnet(layer[2]).map { "mid_block.resnets.\(layer[1] == "block_1" ? 0 : 1).\($0)" } : nil
    default: break
    }
    guard let level = Int(layer[1]), 0..<levels ~= level else { return nil }
    let block: String
    switch (coder, layer[0]) {
    case ("encoder", "down"): block = "down_blocks.\(level)"
    case ("decoder", "up"): block = "up_blocks.\(levels - 1 - level)"
    default: return nil
    }
    guard layer.count > 3 else { return nil }
    switch layer[2] {
    case "block": return layer.count == 5 ? Self.inResnet(layer[4]).map { "\(block).resnets.\(layer[3]).\($0)" } : nil
    case "downsample": return layer[3] == "conv" ? "\(block).downsamplers.0.conv" : nil
    case "upsample": return layer[3] == "conv" ? "\(block).upsamplers.0.conv" : nil
    default: return nil
    }
  }

  private static func inResnet(_ layer: String) -> String? {
    switch layer {
    case "norm1", "conv1", "norm2", "conv2": layer
    case "nin_shortcut": "conv_shortcut"
    default: nil
    }
  }
}
