import ModelFiles

/// The configurations of a checkpoint's parts, before anything is built from them.
struct CheckpointConfigurations {
  /// In the order in which their features stand side by side.
  var textEncoders: [(component: LoRAComponent, configuration: CLIPTextConfiguration)]
  var unet: UNetConfiguration
  var autoencoder: AutoencoderConfiguration
  var scheduler: SchedulerConfiguration

  /// Whether the parts fit each other, and what they make together.
  func family() throws(CheckpointError) -> ModelFamily {
    for (_, configuration) in textEncoders { try configuration.validate() }
    try unet.validate()
    try autoencoder.validate()
    try scheduler.validate()
    let family: ModelFamily
    switch (textEncoders.map(\.component), unet.addition) {
    case ([.textEncoder], nil): family = .stableDiffusion1
    case ([.textEncoder, .textEncoder2], _?): family = .stableDiffusionXL
    case ([.textEncoder2], _?): family = .stableDiffusionXLRefiner
    case (let found, let addition):
      throw .invalidConfiguration(
        field: "unet addition_embed_type",
        reason: "is \(addition == nil ? "not set" : "text_time"), which does not go with "
          + (found.isEmpty ? "no text encoder" : found.map(\.rawValue).joined(separator: " and "))
          + ": Stable Diffusion 1 has none and one text encoder, the XL family has one and two, its refiner the second")
    }
    try checkWidths()
    if let addition = unet.addition { try check(addition, family) }
    try checkLatents()
    return family
  }

  private func checkWidths() throws(CheckpointError) {
    let features = textEncoders.reduce(0) { $0 + $1.configuration.hiddenSize }
    let widths = try unet.crossAttentionWidth.expanded(
      to: unet.blockOutChannels.count, field: "unet cross_attention_dim")
    if let width = widths.first(where: { $0 != features }) {
      let owner = textEncoders.count == 1 ? "the text encoder's features are" : "the text encoders' features together are"
      throw .invalidConfiguration(
        field: "unet cross_attention_dim", reason: "is \(width) but \(owner) \(features) wide")
    }
  }

  /// Stable Diffusion XL is told six sizes, its refiner five.
  private func check(_ addition: UNetConfiguration.Addition, _ family: ModelFamily) throws(CheckpointError) {
    let pooled = textEncoders.last?.configuration.pooledWidth ?? 0
    let sizes = MicroConditioning(width: 0, height: 0).values(for: family).count
    guard addition.inputWidth == pooled + sizes * addition.timeWidth else {
      throw .invalidConfiguration(
        field: "unet projection_class_embeddings_input_dim",
        reason: "is \(addition.inputWidth), but pooled features of \(pooled) and \(sizes) sizes of "
          + "\(addition.timeWidth) are \(pooled + sizes * addition.timeWidth)")
    }
  }

  private func checkLatents() throws(CheckpointError) {
    let latents = autoencoder.latentChannels
    // Inpainting models are shown the mask and what it leaves of the picture beside the latents.
    guard [latents, 2 * latents + 1].contains(unet.inChannels) else {
      throw .invalidConfiguration(
        field: "unet in_channels",
        reason: "is \(unet.inChannels) but latents have \(latents) channels; models for editing are not supported, use a "
          + "text-to-image or an inpainting checkpoint")
    }
    guard unet.outChannels == latents else {
      throw .invalidConfiguration(
        field: "unet out_channels",
        reason: "is \(unet.outChannels) but latents have \(latents) channels; models that predict the noise's variance "
          + "too are not supported")
    }
  }
}
