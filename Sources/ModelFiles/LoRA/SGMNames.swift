/// The U-Net's layer names of the original code, with underscores for dots, which kohya's files of the XL family use.
package struct SGMNames: Sendable {
  private let blocks: OriginalUNetBlocks
  /// The levels of the way up that have attention: there the way to the next level stands behind it.
  package let attendingUpLevels: Set<Int>

  /// Of every level; two in all published models.
  package var layersPerBlock: Int { blocks.layersPerBlock }

  /// Without arguments: SDXL's.
  package init(layersPerBlock: Int = 2, attendingUpLevels: Set<Int> = [0, 1]) {
    blocks = OriginalUNetBlocks(layersPerBlock: max(layersPerBlock, 1), spelling: .lora)
    self.attendingUpLevels = attendingUpLevels
  }

  /// The layer's name in the diffusers layout, both with underscores for dots; nil for names that are not of here.
  package func diffusersLayer(_ layer: String) -> String? { blocks.diffusersLayer(layer) }

  /// The layer's name here; nil for a layer that has none.
  /// - Parameter layer: in the diffusers layout, with underscores for dots.
  package func sgmLayer(_ layer: String) -> String? {
    let spelling = blocks.spelling, period = layersPerBlock + 1
    if let found = spelling.outer.first(where: { $0.diffusers == layer }) { return found.original }
    if let (level, _, rest) = spelling.numbered(layer, after: "down_blocks", count: 1) {
      if rest == "downsamplers_0_conv" { return spelling.path("input_blocks", period * (level + 1), "0_op") }
      return outside(rest).map { spelling.path("input_blocks", period * level + $0.index + 1, $0.rest) }
    }
    if let (level, _, rest) = spelling.numbered(layer, after: "up_blocks", count: 1) {
      if rest == "upsamplers_0_conv" {
        let place = attendingUpLevels.contains(level) ? 2 : 1
        return spelling.path("output_blocks", period * level + layersPerBlock, place, "conv")
      }
      return outside(rest).map { spelling.path("output_blocks", period * level + $0.index, $0.rest) }
    }
    if let rest = layer.dropping(prefix: "mid_block_") {
      if let inner = rest.dropping(prefix: "attentions_0_") { return spelling.path("middle_block", 1, inner) }
      return outside(rest).map { spelling.path("middle_block", 2 * $0.index, $0.rest.dropFirst(2)) }
    }
    return nil
  }

  /// A layer under its name here, where it has one.
  package func sgmKey(_ key: LoRAKey) -> LoRAKey {
    guard key.component == .unet, let layer = sgmLayer(key.layer) else { return key }
    return LoRAKey(component: .unet, layer: layer)
  }

  /// The index of a layer among those of its level, and its name in its block.
  private func outside(_ rest: Substring) -> (index: Int, rest: String)? {
    let spelling = blocks.spelling
    if let (index, _, layer) = spelling.numbered(String(rest), after: "attentions", count: 1) {
      return (index, "1_\(layer)")
    }
    guard let (index, _, layer) = spelling.numbered(String(rest), after: "resnets", count: 1),
      let found = spelling.inResnet.first(where: { $0.diffusers == layer })
    else { return nil }
    return (index, "0_\(found.original)")
  }
}
