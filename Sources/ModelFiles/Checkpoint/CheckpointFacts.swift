/// What is known of a checkpoint from its files, for those who choose one.
package struct CheckpointFacts: Sendable, Equatable {
  package enum Layout: Sendable, Equatable {
    /// One folder a network, as diffusers has it.
    case folder
    /// One file in the names of the original code.
    case singleFile
  }

  package var layout: Layout
  package var family: ModelFamily
  package var predictsVelocity = false
  package var hasZeroTerminalSNR = false
  /// Whether the U-Net takes a mask and a masked picture beside the latents.
  package var isInpainting = false
  package var hasSafetyChecker = false
  /// The type that most of the U-Net's numbers have, such as `F16`.
  package var precision = ""
  package var unetParameters: Int64 = 0
  /// The side that it was trained at, in pixels.
  package var nativeSide: Int

  package init(layout: Layout, family: ModelFamily) {
    self.layout = layout
    self.family = family
    nativeSide = family.nativeSide
  }

  package init(_ checkpoint: OriginalCheckpoint, _ header: SafetensorsHeader) {
    self.init(layout: .singleFile, family: checkpoint.family)
    predictsVelocity = checkpoint.predictsVelocity
    hasZeroTerminalSNR = checkpoint.hasZeroTerminalSNR
    isInpainting = checkpoint.unet.inChannels == 9
    add((checkpoint.tensors[.unet] ?? [:]).values.compactMap { header[$0.name] })
  }

  /// Counts tensors of the U-Net.
  package mutating func add(_ entries: [SafetensorsHeader.Entry]) {
    var counts: [String: Int64] = [:]
    for entry in entries { counts[entry.type, default: 0] += Int64(entry.elements) }
    unetParameters += counts.values.reduce(0, +)
    if precision.isEmpty { precision = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? "" }
  }
}

extension ModelFamily {
  /// The side of the pictures that the published models were trained on, in pixels.
  package var nativeSide: Int { isXL ? 1024 : 512 }
}
