/// The U-Net's tensor names of the original code (CompVis for Stable Diffusion 1, SGM for the XL family), turned into
/// those of diffusers.
///
/// There the blocks on the way down and up are numbered through: with n layers a level, layer j of level i is
/// `input_blocks.{(n + 1) i + j + 1}` (0 is the first convolution) and `output_blocks.{(n + 1) i + j}`, and the number
/// after a level's layers is its way down. In a block, 0 is the residual block, 1 the attention, and what comes last
/// the way up.
struct OriginalUNetNames {
  private let layersPerBlock: Int

  /// - Parameter names: all of the network's, without their prefix. Nil when they tell no number of layers.
  init?(_ names: some Sequence<String>) {
    var firstStep: Int?
    var last = 0
    for name in names {
      let parts = name.split(separator: ".")
      guard parts.count > 2, parts[0] == "input_blocks", let block = Int(parts[1]), 0..<4096 ~= block else { continue }
      last = max(last, block)
      if parts[2] == "0", parts.count > 3, parts[3] == "op" { firstStep = min(firstStep ?? block, block) }
    }
    let layers = firstStep.map { $0 - 1 } ?? last
    guard layers > 0 else { return nil }
    layersPerBlock = layers
  }

  private static let outer = [
    "input_blocks.0.0": "conv_in", "out.0": "conv_norm_out", "out.2": "conv_out",
    "time_embed.0": "time_embedding.linear_1", "time_embed.2": "time_embedding.linear_2",
    "label_emb.0.0": "add_embedding.linear_1", "label_emb.0.2": "add_embedding.linear_2",
  ]

  private static let inResnet = [
    "in_layers.0": "norm1", "in_layers.2": "conv1", "emb_layers.1": "time_emb_proj", "out_layers.0": "norm2",
    "out_layers.3": "conv2", "skip_connection": "conv_shortcut",
  ]

  /// Nil for a name that is none of a U-Net's.
  func diffusersName(_ name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let layer = String(name[..<dot]), ending = name[dot...]
    return diffusersLayer(layer).map { $0 + ending }
  }

  private func diffusersLayer(_ layer: String) -> String? {
    if let found = Self.outer[layer] { return found }
    let parts = layer.split(separator: ".", omittingEmptySubsequences: false)
    let period = layersPerBlock + 1
    switch parts[0] {
    case "input_blocks":
      guard let (block, place, rest) = Self.numbers(parts), block > 0 else { return nil }
      let (level, index) = ((block - 1) / period, (block - 1) % period)
      if index == layersPerBlock {
        return place == 0 && rest == "op" ? "down_blocks.\(level).downsamplers.0.conv" : nil
      }
      return Self.inside(place, index, rest).map { "down_blocks.\(level).\($0)" }
    case "output_blocks":
      guard let (block, place, rest) = Self.numbers(parts) else { return nil }
      let (level, index) = (block / period, block % period)
      if rest == "conv" {
        return index == layersPerBlock && 1...2 ~= place ? "up_blocks.\(level).upsamplers.0.conv" : nil
      }
      return Self.inside(place, index, rest).map { "up_blocks.\(level).\($0)" }
    case "middle_block":
      // Residual block, attention, residual block.
      guard parts.count > 2, let place = Int(parts[1]), 0...2 ~= place else { return nil }
      let rest = parts.dropFirst(2).joined(separator: ".")
      return Self.inside(place % 2, place / 2, rest).map { "mid_block.\($0)" }
    default: return nil
    }
  }

  private static func numbers(_ parts: [Substring]) -> (block: Int, place: Int, rest: String)? {
    guard parts.count > 3, let block = Int(parts[1]), let place = Int(parts[2]), 0..<4096 ~= block else { return nil }
    return (block, place, parts.dropFirst(3).joined(separator: "."))
  }

  private static func inside(_ place: Int, _ index: Int, _ rest: String) -> String? {
    switch place {
    case 0: inResnet[rest].map { "resnets.\(index).\($0)" }
    case 1: "attentions.\(index).\(rest)"
    default: nil
    }
  }
}
