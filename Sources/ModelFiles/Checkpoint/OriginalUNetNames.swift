/// The U-Net's tensor names of the original code, turned into those of diffusers.
struct OriginalUNetNames {
  private let blocks: OriginalUNetBlocks

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
    blocks = OriginalUNetBlocks(layersPerBlock: layers, spelling: .checkpoint)
  }

  /// Nil for a name that is none of a U-Net's.
  func diffusersName(_ name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return blocks.diffusersLayer(String(name[..<dot])).map { $0 + name[dot...] }
  }
}
