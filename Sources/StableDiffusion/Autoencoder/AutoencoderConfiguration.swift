/// What `vae/config.json` of a diffusers checkpoint holds, with diffusers' defaults for what is missing.
package struct AutoencoderConfiguration: Codable, Sendable, Equatable {
  private let className = "AutoencoderKL"
  package var inChannels = 3
  package var outChannels = 3
  package var downBlockTypes = ["DownEncoderBlock2D"]
  package var upBlockTypes = ["UpDecoderBlock2D"]
  package var blockOutChannels = [64]
  package var layersPerBlock = 1
  package var activation = "silu"
  package var latentChannels = 4
  package var normGroups = 32
  /// Height and width of the images it was trained on.
  package var sampleSize = 32
  /// Latents are multiplied by this to have about unit variance.
  package var scalingFactor = 0.18215
  /// Whether decoding must not run in float16.
  package var forceUpcast = true
  package var usesQuantConv = true
  package var usesPostQuantConv = true
  package var midBlockAddsAttention = true

  enum CodingKeys: String, CodingKey {
    case className = "_class_name"
    case inChannels = "in_channels"
    case outChannels = "out_channels"
    case downBlockTypes = "down_block_types"
    case upBlockTypes = "up_block_types"
    case blockOutChannels = "block_out_channels"
    case layersPerBlock = "layers_per_block"
    case activation = "act_fn"
    case latentChannels = "latent_channels"
    case normGroups = "norm_num_groups"
    case sampleSize = "sample_size"
    case scalingFactor = "scaling_factor"
    case forceUpcast = "force_upcast"
    case usesQuantConv = "use_quant_conv"
    case usesPostQuantConv = "use_post_quant_conv"
    case midBlockAddsAttention = "mid_block_add_attention"
  }

  /// An autoencoder with one pair of blocks for each width.
  package init(
    blockOutChannels: [Int], layersPerBlock: Int, normGroups: Int, latentChannels: Int = 4, sampleSize: Int,
    scalingFactor: Double = 0.18215
  ) {
    self.blockOutChannels = blockOutChannels
    self.layersPerBlock = layersPerBlock
    self.normGroups = normGroups
    self.latentChannels = latentChannels
    self.sampleSize = sampleSize
    self.scalingFactor = scalingFactor
    downBlockTypes = Array(repeating: "DownEncoderBlock2D", count: blockOutChannels.count)
    upBlockTypes = Array(repeating: "UpDecoderBlock2D", count: blockOutChannels.count)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    inChannels = try container.value(.inChannels, default: inChannels)
    outChannels = try container.value(.outChannels, default: outChannels)
    downBlockTypes = try container.value(.downBlockTypes, default: downBlockTypes)
    upBlockTypes = try container.value(.upBlockTypes, default: upBlockTypes)
    blockOutChannels = try container.value(.blockOutChannels, default: blockOutChannels)
    layersPerBlock = try container.value(.layersPerBlock, default: layersPerBlock)
    activation = try container.value(.activation, default: activation)
    latentChannels = try container.value(.latentChannels, default: latentChannels)
    normGroups = try container.value(.normGroups, default: normGroups)
    sampleSize = try container.value(.sampleSize, default: sampleSize)
    scalingFactor = try container.value(.scalingFactor, default: scalingFactor)
    forceUpcast = try container.value(.forceUpcast, default: forceUpcast)
    usesQuantConv = try container.value(.usesQuantConv, default: usesQuantConv)
    usesPostQuantConv = try container.value(.usesPostQuantConv, default: usesPostQuantConv)
    midBlockAddsAttention = try container.value(.midBlockAddsAttention, default: midBlockAddsAttention)
  }

  /// How many times smaller latents are than images, in each direction.
  package var downsamplingFactor: Int { 1 << (blockOutChannels.count - 1) }

  func validate() throws(CheckpointError) {
    try Limits.check(blockOutChannels.count, in: Limits.blocks, "block_out_channels")
    for (types, known, field) in [
      (downBlockTypes, "DownEncoderBlock2D", "down_block_types"), (upBlockTypes, "UpDecoderBlock2D", "up_block_types"),
    ] {
      if let unknown = types.first(where: { $0 != known }) {
        throw .unsupportedConfiguration(field: "vae \(field)", value: unknown)
      }
      guard types.count == blockOutChannels.count else {
        throw .invalidConfiguration(
          field: "vae \(field)", reason: "lists \(types.count) blocks for \(blockOutChannels.count) widths")
      }
    }
    for (channels, field) in [(inChannels, "in_channels"), (outChannels, "out_channels")] where channels != 3 {
      throw .unsupportedConfiguration(field: "vae \(field)", value: String(channels))
    }
    guard activation == "silu" || activation == "swish" else {
      throw .unsupportedConfiguration(field: "vae act_fn", value: activation)
    }
    for (value, field) in [
      (latentChannels, "latent_channels"), (normGroups, "norm_num_groups"),
    ] {
      try Limits.check(value, in: Limits.width, "vae \(field)")
    }
    try Limits.check(layersPerBlock, in: Limits.blockLayers, "vae layers_per_block")
    for width in blockOutChannels {
      try Limits.check(width, in: Limits.width, "vae block_out_channels")
      try Limits.check(normGroups, divides: width, "vae norm_num_groups")
    }
    guard scalingFactor.isFinite, scalingFactor > 0 else {
      throw .invalidConfiguration(field: "vae scaling_factor", reason: "is \(scalingFactor), not a positive number")
    }
  }
}
