import ModelFiles

extension StableDiffusionCheckpoint {
  /// Every layer of this checkpoint that a LoRA file may name.
  package var adapterSet: AdapterSet {
    AdapterSet(
      [(.unet, unet.store.layers)] + textTowers.map { ($0.component, $0.model.store.layers) }, names: sgmNames)
  }

  /// How the original code would name the U-Net's layers; nil where it has no names for them.
  package var sgmNames: SGMNames? { unet.configuration.sgmNames }
}

extension UNetConfiguration {
  /// The original code has as many layers in every level.
  var sgmNames: SGMNames? {
    guard let layers = try? layersPerBlock.expanded(to: blockOutChannels.count, field: "unet layers_per_block"),
      let first = layers.first, layers.allSatisfy({ $0 == first })
    else { return nil }
    let attending = upBlockTypes.indices.filter { upBlockTypes[$0] == .crossAttention }
    return SGMNames(layersPerBlock: first, attendingUpLevels: Set(attending))
  }
}
