/// The U-Net's layer names of the original code (CompVis, and SGM for the XL family), which kohya's files of the XL
/// family use.
///
/// There the blocks of the way down and up are numbered through, each layer of a level taking one number and the way
/// to the next level another one: with `n` layers, layer j of level i is `input_blocks.{(n+1)·i + j + 1}` (0 is the
/// first convolution) and `output_blocks.{(n+1)·i + j}`. In a block, 0 is the resnet, 1 the attention, and what comes
/// last the way to the next level.
package struct SGMNames: Sendable {
  /// Of every level; two in all published models.
  package let layersPerBlock: Int
  /// The levels of the way up that have attention: there the way to the next level stands behind it.
  package let attendingUpLevels: Set<Int>

  /// Without arguments: SDXL's.
  package init(layersPerBlock: Int = 2, attendingUpLevels: Set<Int> = [0, 1]) {
    self.layersPerBlock = max(layersPerBlock, 1)
    self.attendingUpLevels = attendingUpLevels
  }

  private static let outer: [(sgm: String, diffusers: String)] = [
    ("input_blocks_0_0", "conv_in"), ("time_embed_0", "time_embedding_linear_1"),
    ("time_embed_2", "time_embedding_linear_2"), ("label_emb_0_0", "add_embedding_linear_1"),
    ("label_emb_0_2", "add_embedding_linear_2"), ("out_2", "conv_out"),
  ]

  private static let inResnet: [(sgm: String, diffusers: String)] = [
    ("in_layers_2", "conv1"), ("out_layers_3", "conv2"), ("emb_layers_1", "time_emb_proj"),
    ("skip_connection", "conv_shortcut"),
  ]

  /// The layer's name in the diffusers layout, both with underscores for dots; nil for names that are not of here.
  package func diffusersLayer(_ layer: String) -> String? {
    if let found = Self.outer.first(where: { $0.sgm == layer }) { return found.diffusers }
    let period = layersPerBlock + 1
    if let (block, place, rest) = Self.numbered(layer, after: "input_blocks_", count: 2) {
      guard block > 0 else { return nil }
      let (level, index) = ((block - 1) / period, (block - 1) % period)
      if index == layersPerBlock {
        return place == 0 && rest == "op" ? "down_blocks_\(level)_downsamplers_0_conv" : nil
      }
      return Self.inside(place, index, rest).map { "down_blocks_\(level)_\($0)" }
    }
    if let (block, place, rest) = Self.numbered(layer, after: "output_blocks_", count: 2) {
      let (level, index) = (block / period, block % period)
      if place > 0, rest == "conv" {
        return index == layersPerBlock && place <= 2 ? "up_blocks_\(level)_upsamplers_0_conv" : nil
      }
      return Self.inside(place, index, rest).map { "up_blocks_\(level)_\($0)" }
    }
    if let (place, _, rest) = Self.numbered(layer, after: "middle_block_", count: 1), place <= 2 {
      // Resnet, attention, resnet.
      return Self.inside(place % 2, place / 2, rest).map { "mid_block_\($0)" }
    }
    return nil
  }

  /// The layer's name here; nil for a layer that has none.
  /// - Parameter layer: in the diffusers layout, with underscores for dots.
  package func sgmLayer(_ layer: String) -> String? {
    if let found = Self.outer.first(where: { $0.diffusers == layer }) { return found.sgm }
    let period = layersPerBlock + 1
    if let (level, _, rest) = Self.numbered(layer, after: "down_blocks_", count: 1), level < 1 << 16 {
      if rest == "downsamplers_0_conv" { return "input_blocks_\(period * (level + 1))_0_op" }
      return Self.outside(rest).map { "input_blocks_\(period * level + $0.index + 1)_\($0.rest)" }
    }
    if let (level, _, rest) = Self.numbered(layer, after: "up_blocks_", count: 1), level < 1 << 16 {
      if rest == "upsamplers_0_conv" {
        return "output_blocks_\(period * level + layersPerBlock)_\(attendingUpLevels.contains(level) ? 2 : 1)_conv"
      }
      return Self.outside(rest).map { "output_blocks_\(period * level + $0.index)_\($0.rest)" }
    }
    if let rest = layer.dropping(prefix: "mid_block_") {
      if let inner = rest.dropping(prefix: "attentions_0_") { return "middle_block_1_\(inner)" }
      return Self.outside(rest).map { "middle_block_\(2 * $0.index)_\($0.rest.dropFirst(2))" }
    }
    return nil
  }

  /// A layer under its name here, where it has one.
  package func sgmKey(_ key: LoRAKey) -> LoRAKey {
    guard key.component == .unet, let layer = sgmLayer(key.layer) else { return key }
    return LoRAKey(component: .unet, layer: layer)
  }

  /// Up to two numbers that follow a prefix, and what follows them; the second is 0 where one is asked for.
  private static func numbered(
    _ layer: String, after prefix: String, count: Int
  ) -> (first: Int, second: Int, rest: Substring)? {
    guard let tail = layer.dropping(prefix: prefix) else { return nil }
    let parts = tail.split(separator: "_", maxSplits: count, omittingEmptySubsequences: false)
    guard parts.count == count + 1 else { return nil }
    let numbers = parts.prefix(count).compactMap { Int($0) }.filter { 0..<1 << 16 ~= $0 }
    guard numbers.count == count else { return nil }
    return (numbers[0], count > 1 ? numbers[1] : 0, parts[count])
  }

  private static func inside(_ place: Int, _ index: Int, _ rest: Substring) -> String? {
    switch place {
    case 0: inResnet.first { $0.sgm == rest }.map { "resnets_\(index)_\($0.diffusers)" }
    case 1: "attentions_\(index)_\(rest)"
    default: nil
    }
  }

  private static func outside(_ rest: Substring) -> (index: Int, rest: String)? {
    if let (index, _, layer) = numbered(String(rest), after: "attentions_", count: 1) { return (index, "1_\(layer)") }
    guard let (index, _, layer) = numbered(String(rest), after: "resnets_", count: 1),
      let found = inResnet.first(where: { $0.diffusers == layer })
    else { return nil }
    return (index, "0_\(found.sgm)")
  }
}

extension StringProtocol {
  /// The text after this beginning; nil when it does not begin so.
  func dropping(prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
