import Torch

/// The denoising network of Stable Diffusion (Rombach et al. 2022): a U-Net over latents that attends to the prompt.
package final class UNet2DConditionModel: Model {
  package let configuration: UNetConfiguration
  package let store: ParameterStore
  private let convIn: Conv2d
  private let timeEncoding: TimestepEncoding
  private let timeEmbedding: TimestepEmbedding
  private let addition: AdditionEmbedding?
  private let downBlocks: [UNetDownBlock]
  private let midBlock: UNetMidBlock
  private let upBlocks: [UNetUpBlock]
  private let normOut: GroupNorm
  private let convOut: Conv2d
  /// What becomes of activations while gradients are recorded.
  package var activations = Activations.kept

  package init(_ configuration: UNetConfiguration, _ store: ParameterStore) throws(CheckpointError) {
    try configuration.validate()
    self.configuration = configuration
    self.store = store
    let root = store.root
    let widths = configuration.blockOutChannels
    let count = widths.count
    let layers = try configuration.layersPerBlock.expanded(to: count, field: "unet layers_per_block")
    let transformerLayers = try configuration.transformerLayers.expanded(
      to: count, field: "unet transformer_layers_per_block")
    let contextWidths = try configuration.crossAttentionWidth.expanded(to: count, field: "unet cross_attention_dim")
    let heads = try configuration.attentionHeads.expanded(to: count, field: "unet attention_head_dim")

    func transformer(_ index: Int) -> TransformerShape {
      TransformerShape(
        channels: widths[index], heads: heads[index], layers: transformerLayers[index],
        contextWidth: contextWidths[index], groups: configuration.normGroups,
        linearProjection: configuration.usesLinearProjection, upcastAttention: configuration.upcastsAttention)
    }
    func level(_ index: Int, layers: Int, attends: Bool) -> UNetLevel {
      UNetLevel(
        layers: layers, timeWidth: configuration.timeWidth, groups: configuration.normGroups,
        epsilon: configuration.normEpsilon, transformer: attends ? transformer(index) : nil)
    }

    convIn = try Conv2d(root["conv_in"], configuration.inChannels, widths[0], kernel: 3, padding: 1)
    timeEncoding = TimestepEncoding(
      width: widths[0], cosineFirst: configuration.flipSinToCos, frequencyShift: configuration.frequencyShift)
    timeEmbedding = try TimestepEmbedding(root["time_embedding"], inputs: widths[0], outputs: configuration.timeWidth)

    addition =
      if let shape = configuration.addition {
        try AdditionEmbedding(
          root["add_embedding"], shape, outputs: configuration.timeWidth, cosineFirst: configuration.flipSinToCos,
          frequencyShift: configuration.frequencyShift)
      } else { nil }

    // Widths of the results handed across, in the order in which the way down makes them.
    var skips = [widths[0]]
    var downBlocks: [UNetDownBlock] = []
    for index in 0..<count {
      let downsamples = index < count - 1
      downBlocks.append(
        try UNetDownBlock(
          root["down_blocks"][index], inputs: widths[max(index - 1, 0)], outputs: widths[index],
          level: level(index, layers: layers[index], attends: configuration.downBlockTypes[index] == .crossAttention),
          downsamplePadding: downsamples ? configuration.downsamplePadding : nil))
      skips += Array(repeating: widths[index], count: layers[index] + (downsamples ? 1 : 0))
    }
    self.downBlocks = downBlocks

    midBlock = try UNetMidBlock(
      root["mid_block"], shape: transformer(count - 1), level: level(count - 1, layers: 1, attends: true))

    var upBlocks: [UNetUpBlock] = []
    for position in 0..<count {
      let index = count - 1 - position
      let used = Array(skips.suffix(layers[index] + 1).reversed())
      skips.removeLast(used.count)
      upBlocks.append(
        try UNetUpBlock(
          root["up_blocks"][position], inputs: widths[min(index + 1, count - 1)], skips: used, outputs: widths[index],
          level: level(
            index, layers: used.count, attends: configuration.upBlockTypes[position] == .crossAttention),
          upsamples: index > 0))
    }
    self.upBlocks = upBlocks

    normOut = try GroupNorm(
      root["conv_norm_out"], groups: configuration.normGroups, channels: widths[0], epsilon: configuration.normEpsilon)
    convOut = try Conv2d(root["conv_out"], widths[0], configuration.outChannels, kernel: 3, padding: 1)
    try store.finish()
  }

  /// Layers that adapters go on by convention: every linear layer and 1×1 convolution of the attention blocks.
  package var adaptableLayers: [(path: String, layer: any AdaptableLayer)] {
    store.layers.filter { $0.path.contains(".attentions.") }.map { ($0.path, $0) }
  }

  /// Every linear layer and convolution, for adapters that go beyond the attention blocks.
  package var allLayers: [(path: String, layer: any AdaptableLayer)] {
    store.layers.map { ($0.path, $0) }
  }

  /// - Parameters:
  ///   - sample: noisy latents, `[batch, inChannels, height, width]`.
  ///   - timesteps: `[batch]` of any type, or one for all.
  ///   - conditioning: of as many pictures; with pooled features and sizes where the configuration has an addition.
  /// - Returns: what the model predicts (noise or velocity), shaped like `sample`.
  package func forward(
    _ sample: Tensor, timesteps: Tensor, conditioning: Conditioning
  ) throws(TorchError) -> Tensor {
    let batch = sample.shape[0]
    let steps = timesteps.count == batch ? try timesteps.reshape([batch]) : try timesteps.reshape([1]).expand([batch])
    let encoding = try timeEncoding.forward(steps).to(dtype: sample.dtype)
    var time = try timeEmbedding.forward(encoding)
    if let addition { time = try time + addition.forward(conditioning, dtype: sample.dtype) }
    // Every block applies SiLU to the embedding first: applied once here.
    let conditions = UNetConditions(
      activatedTime: try F.silu(time), context: conditioning.context, activations: activations)

    let input = configuration.centersInput ? try sample * 2 - 1 : sample
    var h = try convIn.forward(input.inFastFormat())
    var skips = [h]
    for block in downBlocks { h = try block.forward(h, conditions, skips: &skips) }
    h = try midBlock.forward(h, conditions)
    for block in upBlocks { h = try block.forward(h, conditions, skips: &skips) }
    return try convOut.forward(normOut.forward(h, silu: true)).contiguous()
  }
}
