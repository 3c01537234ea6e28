/// How the original code (CompVis for Stable Diffusion 1, SGM for the XL family) names a U-Net's layers, and diffusers
/// the same ones.
///
/// There the blocks of the way down and up are numbered through, each layer of a level taking one number and the way
/// to the next level another one: with `n` layers, layer j of level i is `input_blocks.{(n+1)·i + j + 1}` (0 is the
/// first convolution) and `output_blocks.{(n+1)·i + j}`. In a block, 0 is the residual block, 1 the attention, and what
/// comes last the way to the next level.
struct OriginalUNetBlocks: Sendable {
  /// Of every level; two in all published models.
  let layersPerBlock: Int
  let spelling: OriginalUNetSpelling

  /// The layer's name in diffusers; nil for names that are not of here.
  func diffusersLayer(_ layer: String) -> String? {
    if let found = spelling.outer.first(where: { $0.original == layer }) { return found.diffusers }
    let period = layersPerBlock + 1
    if let (block, place, rest) = spelling.numbered(layer, after: "input_blocks", count: 2) {
      guard block > 0 else { return nil }
      let (level, index) = ((block - 1) / period, (block - 1) % period)
      if index == layersPerBlock {
        return place == 0 && rest == "op" ? spelling.path("down_blocks", level, "downsamplers", 0, "conv") : nil
      }
      return inside(place, index, rest).map { spelling.path("down_blocks", level, $0) }
    }
    if let (block, place, rest) = spelling.numbered(layer, after: "output_blocks", count: 2) {
      let (level, index) = (block / period, block % period)
      if rest == "conv" {
        let isWayUp = index == layersPerBlock && 1...2 ~= place
        return isWayUp ? spelling.path("up_blocks", level, "upsamplers", 0, "conv") : nil
      }
      return inside(place, index, rest).map { spelling.path("up_blocks", level, $0) }
    }
    if let (place, _, rest) = spelling.numbered(layer, after: "middle_block", count: 1), place <= 2 {
      // Residual block, attention, residual block.
      return inside(place % 2, place / 2, rest).map { spelling.path("mid_block", $0) }
    }
    return nil
  }

  private func inside(_ place: Int, _ index: Int, _ rest: Substring) -> String? {
    switch place {
    case 0: spelling.inResnet.first { $0.original == rest }.map { spelling.path("resnets", index, $0.diffusers) }
    case 1: spelling.path("attentions", index, rest)
    default: nil
    }
  }
}

/// What the names of a U-Net's layers are made of.
struct OriginalUNetSpelling: Sendable {
  typealias Names = (original: String, diffusers: String)

  /// What stands between the parts of a name.
  let separator: Character
  /// Layers outside of blocks.
  let outer: [Names]
  /// Layers of a residual block.
  let inResnet: [Names]

  /// Checkpoints': with dots.
  static let checkpoint = OriginalUNetSpelling(
    separator: ".", outer: outerLayers + outerNorms, inResnet: resnetLayers + resnetNorms)

  /// LoRAs': with underscores, and without norms, which LoRAs leave alone.
  static let lora = OriginalUNetSpelling(
    separator: "_", outer: outerLayers.map(underscored), inResnet: resnetLayers.map(underscored))

  private static let outerLayers: [Names] = [
    ("input_blocks.0.0", "conv_in"), ("time_embed.0", "time_embedding.linear_1"),
    ("time_embed.2", "time_embedding.linear_2"), ("label_emb.0.0", "add_embedding.linear_1"),
    ("label_emb.0.2", "add_embedding.linear_2"), ("out.2", "conv_out"),
  ]
  private static let outerNorms: [Names] = [("out.0", "conv_norm_out")]
  private static let resnetLayers: [Names] = [
    ("in_layers.2", "conv1"), ("out_layers.3", "conv2"), ("emb_layers.1", "time_emb_proj"),
    ("skip_connection", "conv_shortcut"),
  ]
  private static let resnetNorms: [Names] = [("in_layers.0", "norm1"), ("out_layers.0", "norm2")]

  private static func underscored(_ names: Names) -> Names {
    (names.original.replacing(".", with: "_"), names.diffusers.replacing(".", with: "_"))
  }

  func path(_ parts: any CustomStringConvertible...) -> String {
    parts.map(\.description).joined(separator: String(separator))
  }

  /// Up to two numbers that follow a first part, and what follows them; the second is 0 where one is asked for.
  func numbered(
    _ layer: String, after first: String, count: Int
  ) -> (first: Int, second: Int, rest: Substring)? {
    guard let tail = layer.dropping(prefix: "\(first)\(separator)") else { return nil }
    let parts = tail.split(separator: separator, maxSplits: count, omittingEmptySubsequences: false)
    guard parts.count == count + 1 else { return nil }
    let numbers = parts.prefix(count).compactMap { Int($0) }.filter { 0..<1 << 16 ~= $0 }
    guard numbers.count == count else { return nil }
    return (numbers[0], count > 1 ? numbers[1] : 0, parts[count])
  }
}

extension StringProtocol {
  /// The text after this beginning; nil when it does not begin so.
  func dropping(prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
