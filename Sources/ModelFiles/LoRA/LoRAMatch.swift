/// How a LoRA file's layers fit a family's networks.
package struct LoRAMatch: Sendable {
  /// The family whose layers fit most of the file's, by name and shape; nil when none does: a LoRA for a checkpoint of
  /// other widths. What fits that one is seen when it is applied.
  package let family: ModelFamily?
  package let matched: [LoRAKey]
  package let unmatched: [LoRAKey]

  package init(_ contents: LoRAContents) {
    var best: (family: ModelFamily, matched: [LoRAKey], unmatched: [LoRAKey])?
    for family in ModelFamily.allCases {
      let networks = PublishedNetworks.of(family)
      var matched: [LoRAKey] = []
      var unmatched: [LoRAKey] = []
      for layer in contents.layers {
        let fits = networks.resolve(layer.key).map { layer.fits($0.shape) } ?? false
        if fits { matched.append(layer.key) } else { unmatched.append(layer.key) }
      }
      if matched.count > best?.matched.count ?? 0 { best = (family, matched, unmatched) }
    }
    family = best?.family
    if let best {
      matched = best.matched
      unmatched = best.unmatched
    } else {
      // Names alone: those of U-Nets and of CLIP have few words.
      let keys = contents.layers.map(\.key)
      matched = keys.filter { Self.isPlausible($0) }
      unmatched = keys.filter { !Self.isPlausible($0) }
    }
  }

  private static func isPlausible(_ key: LoRAKey) -> Bool {
    LayerPath.dotted(PublishedNetworks.presentKey(key)) != nil
  }
}

extension LoRAContents.Layer {
  package func fits(_ layer: LayerShape) -> Bool {
    inputs == layer.inputs && outputs == layer.outputs && kernel == layer.kernel
  }
}
