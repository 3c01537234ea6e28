import ModelFiles
import Torch

/// The variational autoencoder between images and latents (Kingma and Welling 2013; Rombach et al. 2022).
package final class AutoencoderKL: Model {
  package let configuration: AutoencoderConfiguration
  package let store: ParameterStore
  private let encoder: Encoder
  private let decoder: Decoder
  private let quantConv: Conv2d?
  private let postQuantConv: Conv2d?
  private var fittedPreview: LatentPreview?
  /// The same in float32, made when float16 first overflows.
  var wideTwin: AutoencoderKL?

  package init(_ configuration: AutoencoderConfiguration, _ store: ParameterStore) throws(CheckpointError) {
    try configuration.validate()
    self.configuration = configuration
    self.store = store
    let latents = configuration.latentChannels
    encoder = try Encoder(store.root["encoder"], configuration)
    decoder = try Decoder(store.root["decoder"], configuration)
    quantConv =
      configuration.usesQuantConv ? try Conv2d(store.root["quant_conv"], 2 * latents, 2 * latents, kernel: 1) : nil
    postQuantConv =
      configuration.usesPostQuantConv ? try Conv2d(store.root["post_quant_conv"], latents, latents, kernel: 1) : nil
    try store.finish()
  }

  /// Latents are multiplied by this before the U-Net sees them, and divided by it before `decode`.
  package var scalingFactor: Double { configuration.scalingFactor }

  /// - Parameters:
  ///   - images: `[batch, 3, height, width]` in −1…1, sides divisible by the downsampling factor.
  ///   - budget: images whose activations take more bytes are worked on in tiles that overlap, which changes them a
  ///     little.
  /// - Returns: the distribution of unscaled latents, `[batch, latentChannels, height / f, width / f]`.
  package func encode(
    _ images: Tensor, budget: Int = AutoencoderKL.activationBudget
  ) throws(TorchError) -> LatentDistribution {
    let factor = configuration.downsamplingFactor
    let tile = tileSide(latentHeight: images.shape[2] / factor, latentWidth: images.shape[3] / factor, budget: budget)
    let detail = { (images: Tensor) throws(TorchError) in try self.encoder.narrowed(images.inFastFormat()) }
    let narrow =
      if let tile { try tiled(images, side: tile, unit: factor, scale: 1, detail) } else { try detail(images) }
    let features = try encoder.finished(narrow)
    let moments = try (quantConv?.forward(features) ?? features).contiguous()
    guard try holds(moments) else { return try wide().encode(images.to(dtype: .float32), budget: budget) }
    let parts = try moments.chunk(2, dim: 1)
    // The reference's bounds: outside them a float's variance means nothing any more.
    return LatentDistribution(mean: parts[0], logVariance: try parts[1].clamp(min: -30, max: 20))
  }

  /// - Parameters:
  ///   - latents: unscaled, `[batch, latentChannels, height, width]`, of any floating type: those of an `encode` that
  ///     fell back to float32 are float32's.
  ///   - budget: as for `encode`.
  /// - Returns: images, about −1…1, not clamped.
  package func decode(_ latents: Tensor, budget: Int = AutoencoderKL.activationBudget) throws(TorchError) -> Tensor {
    let own = try latents.to(dtype: dtype)
    let features = try postQuantConv?.forward(own) ?? own
    let narrow = try decoder.begun(features.inFastFormat())
    let detail = { (features: Tensor) throws(TorchError) in try self.decoder.widened(features).contiguous() }
    let tile = tileSide(latentHeight: latents.shape[2], latentWidth: latents.shape[3], budget: budget)
    let scale = configuration.downsamplingFactor
    let images =
      if let tile { try tiled(narrow, side: tile, unit: 1, scale: scale, detail) } else { try detail(narrow) }
    return try holds(images) ? images : wide().decode(latents.to(dtype: .float32), budget: budget)
  }

  /// A cheap stand-in for `decode`, fitted when it is first asked for.
  package func preview() throws(TorchError) -> LatentPreview {
    if let fittedPreview { return fittedPreview }
    let preview = try LatentPreview(self)
    fittedPreview = preview
    return preview
  }

  /// The present name of a tensor in a file of any age: attention was once called `query`, `key`, `value`, `proj_attn`.
  package static func presentName(_ name: String) -> String? { AutoencoderFile.presentName(name) }
}

/// A diagonal Gaussian over latents.
package struct LatentDistribution {
  package let mean: Tensor
  package let logVariance: Tensor

  /// - Parameter noise: standard normal, shaped like `mean`.
  package func sample(noise: Tensor) throws(TorchError) -> Tensor {
    try mean + (logVariance * 0.5).exp() * noise
  }

  /// Divergence from the standard normal in nats, summed over each latent and averaged over the batch.
  package func divergence() throws(TorchError) -> Tensor {
    let batch = Double(max(mean.shape[0], 1))
    return try (mean * mean + logVariance.exp() - logVariance - 1).sum() * (0.5 / batch)
  }
}

private final class Encoder {
  private let convIn: Conv2d
  private let blocks: [EncoderBlock]
  private let mid: AutoencoderMidBlock
  private let normOut: GroupNorm
  private let convOut: Conv2d

  init(_ scope: ParameterScope, _ configuration: AutoencoderConfiguration) throws(CheckpointError) {
    let widths = configuration.blockOutChannels
    let groups = configuration.normGroups
    convIn = try Conv2d(scope["conv_in"], configuration.inChannels, widths[0], kernel: 3, padding: 1)
    var blocks: [EncoderBlock] = []
    for (index, width) in widths.enumerated() {
      blocks.append(
        try EncoderBlock(
          scope["down_blocks"][index], inputs: index == 0 ? widths[0] : widths[index - 1], outputs: width,
          layers: configuration.layersPerBlock, groups: groups, downsamples: index < widths.count - 1))
    }
    let last = widths[widths.count - 1]
    mid = try AutoencoderMidBlock(
      scope["mid_block"], channels: last, groups: groups, attends: configuration.midBlockAddsAttention)
    normOut = try GroupNorm(scope["conv_norm_out"], groups: groups, channels: last, epsilon: 1e-6)
    convOut = try Conv2d(scope["conv_out"], last, 2 * configuration.latentChannels, kernel: 3, padding: 1)
    self.blocks = blocks
  }

  /// From pixels to the narrowest features: what takes memory, and looks at its surroundings alone.
  func narrowed(_ images: Tensor) throws(TorchError) -> Tensor {
    var h = try convIn.forward(images)
    for block in blocks { h = try block.forward(h) }
    return h
  }

  /// From there to latents: every place sees all others.
  func finished(_ features: Tensor) throws(TorchError) -> Tensor {
    try convOut.forward(normOut.forward(mid.forward(features), silu: true))
  }
}

private final class Decoder {
  private let convIn: Conv2d
  private let mid: AutoencoderMidBlock
  private let blocks: [DecoderBlock]
  private let normOut: GroupNorm
  private let convOut: Conv2d

  init(_ scope: ParameterScope, _ configuration: AutoencoderConfiguration) throws(CheckpointError) {
    let widths: [Int] = configuration.blockOutChannels.reversed()
    let groups = configuration.normGroups
    convIn = try Conv2d(scope["conv_in"], configuration.latentChannels, widths[0], kernel: 3, padding: 1)
    mid = try AutoencoderMidBlock(
      scope["mid_block"], channels: widths[0], groups: groups, attends: configuration.midBlockAddsAttention)
    var blocks: [DecoderBlock] = []
    for (index, width) in widths.enumerated() {
      blocks.append(
        try DecoderBlock(
          scope["up_blocks"][index], inputs: index == 0 ? widths[0] : widths[index - 1], outputs: width,
          layers: configuration.layersPerBlock + 1, groups: groups, upsamples: index < widths.count - 1))
    }
    let last = widths[widths.count - 1]
    normOut = try GroupNorm(scope["conv_norm_out"], groups: groups, channels: last, epsilon: 1e-6)
    convOut = try Conv2d(scope["conv_out"], last, configuration.outChannels, kernel: 3, padding: 1)
    self.blocks = blocks
  }

  /// From latents to features of their size: every place sees all others.
  func begun(_ latents: Tensor) throws(TorchError) -> Tensor {
    try mid.forward(convIn.forward(latents))
  }

  /// From there to pixels: what takes memory, and looks at its surroundings alone.
  func widened(_ features: Tensor) throws(TorchError) -> Tensor {
    var h = features
    for block in blocks { h = try block.forward(h) }
    return try convOut.forward(normOut.forward(h, silu: true))
  }
}
