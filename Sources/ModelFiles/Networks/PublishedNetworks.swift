/// The layers of each family's networks as published: what a LoRA for the family may name.
package struct PublishedNetworks: Sendable {
  package let layers: [LoRAKey: LayerShape]

  package static func of(_ family: ModelFamily) -> PublishedNetworks {
    switch family {
    case .stableDiffusion1: stableDiffusion1
    case .stableDiffusionXL: stableDiffusionXL
    case .stableDiffusionXLRefiner: stableDiffusionXLRefiner
    }
  }

  private static let vitL = CLIPTextStructure(width: 768, layerCount: 12)
  private static let bigG = CLIPTextStructure(width: 1280, layerCount: 32, projectionWidth: 1280)

  private static let stableDiffusion1 = PublishedNetworks([
    .unet: UNetStructure(
      widths: [320, 640, 1280, 1280], transformerBlocks: [1, 1, 1, 0], middleTransformerBlocks: 1, contextWidth: 768
    ).layers,
    .textEncoder: vitL.layers,
  ])

  private static let stableDiffusionXL = PublishedNetworks([
    .unet: UNetStructure(
      widths: [320, 640, 1280], transformerBlocks: [0, 2, 10], middleTransformerBlocks: 10, contextWidth: 2048,
      additionWidth: 2816
    ).layers,
    .textEncoder: vitL.layers, .textEncoder2: bigG.layers,
  ])

  private static let stableDiffusionXLRefiner = PublishedNetworks([
    .unet: UNetStructure(
      widths: [384, 768, 1536, 1536], transformerBlocks: [0, 4, 4, 0], middleTransformerBlocks: 4, contextWidth: 1280,
      additionWidth: 2560
    ).layers,
    .textEncoder2: bigG.layers,
  ])

  private init(_ networks: [LoRAComponent: [LayerShape]]) {
    var layers: [LoRAKey: LayerShape] = [:]
    for (component, members) in networks {
      for layer in members { layers[LoRAKey(component: component, path: layer.path)] = layer }
    }
    self.layers = layers
  }

  /// The layer that a file's key means; the XL family's U-Net also has the names of the original code.
  package func resolve(_ key: LoRAKey) -> (key: LoRAKey, shape: LayerShape)? {
    if let shape = layers[key] { return (key, shape) }
    let present = Self.presentKey(key)
    return layers[present].map { (present, $0) }
  }

  /// The key with diffusers' name of the layer, where it has the original code's.
  package static func presentKey(_ key: LoRAKey) -> LoRAKey {
    guard key.component == .unet, let layer = SGMNames().diffusersLayer(key.layer) else { return key }
    return LoRAKey(component: .unet, layer: layer)
  }

  /// How the original code names the U-Net's layers.
  package var sgmNames: SGMNames {
    let levels = (0..<4).filter { level in
      layers[LoRAKey(component: .unet, path: "up_blocks.\(level).attentions.0.proj_in")] != nil
    }
    return SGMNames(attendingUpLevels: Set(levels))
  }
}
