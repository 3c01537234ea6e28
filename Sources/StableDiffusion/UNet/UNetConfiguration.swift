/// What `unet/config.json` of a diffusers checkpoint holds, with diffusers' defaults for what is missing.
package struct UNetConfiguration: Codable, Sendable, Equatable {
  private let className = "UNet2DConditionModel"
  /// Height and width of the latents it was trained on.
  package var sampleSize: Int?
  package var inChannels = 4
  package var outChannels = 4
  package var centersInput = false
  package var flipSinToCos = true
  package var frequencyShift = 0.0
  package var downBlockTypes = [
    DownBlockType.crossAttention, .crossAttention, .crossAttention, .plain,
  ]
  package var midBlockType = "UNetMidBlock2DCrossAttn"
  package var upBlockTypes = [UpBlockType.plain, .crossAttention, .crossAttention, .crossAttention]
  package var blockOutChannels = [320, 640, 1280, 1280]
  package var layersPerBlock = PerBlock(2)
  package var downsamplePadding = 1
  package var activation = "silu"
  package var normGroups = 32
  package var normEpsilon = 1e-5
  package var crossAttentionWidth = PerBlock(1280)
  package var transformerLayers = PerBlock(1)
  /// The number of heads, despite the name it has in the file: the mistake of the first release became the format.
  package var attentionHeads = PerBlock(8)
  package var usesLinearProjection = false
  package var upcastsAttention = false
  /// `text_time` where the U-Net is told pooled features and sizes, as the XL family is; nil where it is not.
  package var additionEmbedType: String?
  /// Width that each of the sizes is encoded in.
  package var additionTimeWidth: Int?
  /// Width of the pooled features and all encoded sizes together.
  package var additionInputWidth: Int?
  /// The first field of the file that asks for something not built here.
  private var foreignField: ForeignField?

  package enum DownBlockType: String, Codable, Sendable {
    case plain = "DownBlock2D"
    case crossAttention = "CrossAttnDownBlock2D"
  }

  package enum UpBlockType: String, Codable, Sendable {
    case plain = "UpBlock2D"
    case crossAttention = "CrossAttnUpBlock2D"
  }

  enum CodingKeys: String, CodingKey {
    case className = "_class_name"
    case sampleSize = "sample_size"
    case inChannels = "in_channels"
    case outChannels = "out_channels"
    case centersInput = "center_input_sample"
    case flipSinToCos = "flip_sin_to_cos"
    case frequencyShift = "freq_shift"
    case downBlockTypes = "down_block_types"
    case midBlockType = "mid_block_type"
    case upBlockTypes = "up_block_types"
    case blockOutChannels = "block_out_channels"
    case layersPerBlock = "layers_per_block"
    case downsamplePadding = "downsample_padding"
    case activation = "act_fn"
    case normGroups = "norm_num_groups"
    case normEpsilon = "norm_eps"
    case crossAttentionWidth = "cross_attention_dim"
    case transformerLayers = "transformer_layers_per_block"
    case attentionHeads = "attention_head_dim"
    case usesLinearProjection = "use_linear_projection"
    case upcastsAttention = "upcast_attention"
    case additionEmbedType = "addition_embed_type"
    case additionTimeWidth = "addition_time_embed_dim"
    case additionInputWidth = "projection_class_embeddings_input_dim"
  }

  /// - Parameters:
  ///   - downBlockTypes: one for each width, widest latents first.
  ///   - upBlockTypes: the mirror image of `downBlockTypes` when nil.
  package init(
    sampleSize: Int, blockOutChannels: [Int], downBlockTypes: [DownBlockType], upBlockTypes: [UpBlockType]? = nil,
    layersPerBlock: Int, transformerLayers: PerBlock<Int> = PerBlock(1), attentionHeads: PerBlock<Int>,
    crossAttentionWidth: Int, normGroups: Int = 32, usesLinearProjection: Bool = false, channels: Int = 4,
    addition: Addition? = nil
  ) {
    self.sampleSize = sampleSize
    self.blockOutChannels = blockOutChannels
    self.downBlockTypes = downBlockTypes
    self.upBlockTypes =
      upBlockTypes ?? downBlockTypes.reversed().map { $0 == .plain ? .plain : .crossAttention }
    self.layersPerBlock = PerBlock(layersPerBlock)
    self.transformerLayers = transformerLayers
    self.attentionHeads = attentionHeads
    self.crossAttentionWidth = PerBlock(crossAttentionWidth)
    self.normGroups = normGroups
    self.usesLinearProjection = usesLinearProjection
    inChannels = channels
    outChannels = channels
    if let addition {
      additionEmbedType = "text_time"
      additionTimeWidth = addition.timeWidth
      additionInputWidth = addition.inputWidth
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sampleSize = try container.decodeIfPresent(Int.self, forKey: .sampleSize)
    inChannels = try container.value(.inChannels, default: inChannels)
    outChannels = try container.value(.outChannels, default: outChannels)
    centersInput = try container.value(.centersInput, default: centersInput)
    flipSinToCos = try container.value(.flipSinToCos, default: flipSinToCos)
    frequencyShift = try container.value(.frequencyShift, default: frequencyShift)
    downBlockTypes = try container.value(.downBlockTypes, default: downBlockTypes)
    midBlockType = try container.value(.midBlockType, default: midBlockType)
    upBlockTypes = try container.value(.upBlockTypes, default: upBlockTypes)
    blockOutChannels = try container.value(.blockOutChannels, default: blockOutChannels)
    layersPerBlock = try container.value(.layersPerBlock, default: layersPerBlock)
    downsamplePadding = try container.value(.downsamplePadding, default: downsamplePadding)
    activation = try container.value(.activation, default: activation)
    normGroups = try container.value(.normGroups, default: normGroups)
    normEpsilon = try container.value(.normEpsilon, default: normEpsilon)
    crossAttentionWidth = try container.value(.crossAttentionWidth, default: crossAttentionWidth)
    transformerLayers = try container.value(.transformerLayers, default: transformerLayers)
    attentionHeads = try container.value(.attentionHeads, default: attentionHeads)
    usesLinearProjection = try container.value(.usesLinearProjection, default: usesLinearProjection)
    upcastsAttention = try container.value(.upcastsAttention, default: upcastsAttention)
    additionEmbedType = try container.decodeIfPresent(String.self, forKey: .additionEmbedType)
    additionTimeWidth = try container.decodeIfPresent(Int.self, forKey: .additionTimeWidth)
    additionInputWidth = try container.decodeIfPresent(Int.self, forKey: .additionInputWidth)
    foreignField = try ForeignField.first(in: decoder)
  }

  package var timeWidth: Int { (blockOutChannels.first ?? 0) * 4 }

  /// Pooled features and sizes as conditions; nil for Stable Diffusion 1.
  package struct Addition: Sendable, Equatable {
    /// Width that each of the sizes is encoded in.
    package var timeWidth: Int
    /// Width of the pooled features and all encoded sizes together.
    package var inputWidth: Int

    package init(timeWidth: Int, inputWidth: Int) {
      self.timeWidth = timeWidth
      self.inputWidth = inputWidth
    }
  }

  package var addition: Addition? {
    guard additionEmbedType != nil, let additionTimeWidth, let additionInputWidth else { return nil }
    return Addition(timeWidth: additionTimeWidth, inputWidth: additionInputWidth)
  }

  func validate() throws(CheckpointError) {
    if let foreignField {
      throw .unsupportedConfiguration(field: "unet \(foreignField.name)", value: foreignField.value)
    }
    let count = blockOutChannels.count
    try Limits.check(count, in: Limits.blocks, "unet block_out_channels")
    guard downBlockTypes.count == count, upBlockTypes.count == count else {
      throw .invalidConfiguration(
        field: "unet down_block_types and up_block_types",
        reason: "list \(downBlockTypes.count) and \(upBlockTypes.count) blocks for \(count) widths")
    }
    guard midBlockType == "UNetMidBlock2DCrossAttn" else {
      throw .unsupportedConfiguration(field: "unet mid_block_type", value: midBlockType)
    }
    guard activation == "silu" || activation == "swish" else {
      throw .unsupportedConfiguration(field: "unet act_fn", value: activation)
    }
    guard (0...1).contains(downsamplePadding) else {
      throw .unsupportedConfiguration(field: "unet downsample_padding", value: String(downsamplePadding))
    }
    guard frequencyShift.isFinite, (0.0...1.0).contains(frequencyShift) else {
      throw .invalidConfiguration(field: "unet freq_shift", reason: "is \(frequencyShift), outside 0…1")
    }
    for (value, field) in [
      (inChannels, "in_channels"), (outChannels, "out_channels"), (normGroups, "norm_num_groups"),
    ] {
      try Limits.check(value, in: Limits.width, "unet \(field)")
    }
    if let additionEmbedType {
      guard additionEmbedType == "text_time" else {
        throw .unsupportedConfiguration(field: "unet addition_embed_type", value: additionEmbedType)
      }
      try Limits.check(additionTimeWidth ?? 0, in: Limits.width, "unet addition_time_embed_dim")
      try Limits.check(additionInputWidth ?? 0, in: Limits.width, "unet projection_class_embeddings_input_dim")
    }
    if let sampleSize { try Limits.check(sampleSize, in: Limits.latentSide, "unet sample_size") }
    for layers in try layersPerBlock.expanded(to: count, field: "unet layers_per_block") {
      try Limits.check(layers, in: Limits.blockLayers, "unet layers_per_block")
    }
    for layers in try transformerLayers.expanded(to: count, field: "unet transformer_layers_per_block") {
      try Limits.check(layers, in: Limits.blockLayers, "unet transformer_layers_per_block")
    }
    for width in try crossAttentionWidth.expanded(to: count, field: "unet cross_attention_dim") {
      try Limits.check(width, in: Limits.width, "unet cross_attention_dim")
    }
    let heads = try attentionHeads.expanded(to: count, field: "unet attention_head_dim")
    for index in 0..<count {
      let width = blockOutChannels[index]
      try Limits.check(width, in: Limits.width, "unet block_out_channels")
      try Limits.check(normGroups, divides: width, "unet norm_num_groups")
      try Limits.check(heads[index], in: Limits.width, "unet attention_head_dim")
      // Of the upward blocks the mirror image attends; the middle one attends at the last width.
      if downBlockTypes[index] == .crossAttention || upBlockTypes[count - 1 - index] == .crossAttention
        || index == count - 1
      {
        try Limits.check(heads[index], divides: width, "unet attention_head_dim")
      }
    }
  }
}

/// A field of a configuration that asks for something this program does not build.
struct ForeignField: Sendable, Equatable {
  var name: String
  var value: String

  /// Fields of the wider U-Net family whose presence with another value than these changes the network.
  private static let neutral: [(name: String, values: [JSONValue])] = [
    ("only_cross_attention", [.boolean(false)]), ("mid_block_only_cross_attention", [.boolean(false)]),
    ("dual_cross_attention", [.boolean(false)]), ("class_embed_type", []), ("num_class_embeds", []),
    ("encoder_hid_dim", []), ("encoder_hid_dim_type", []),
    ("class_embeddings_concat", [.boolean(false)]), ("attention_type", [.string("default")]),
    ("cross_attention_norm", []), ("num_attention_heads", []), ("mid_block_scale_factor", [.number(1)]),
    ("resnet_time_scale_shift", [.string("default")]), ("resnet_skip_time_act", [.boolean(false)]),
    ("resnet_out_scale_factor", [.number(1)]), ("time_embedding_type", [.string("positional")]),
    ("time_embedding_dim", []), ("time_embedding_act_fn", []), ("timestep_post_act", []),
    ("time_cond_proj_dim", []), ("reverse_transformer_layers_per_block", []), ("conv_in_kernel", [.number(3)]),
    ("conv_out_kernel", [.number(3)]),
  ]

  /// The first such field, null being neutral for all.
  static func first(in decoder: any Decoder) throws -> ForeignField? {
    let values = try [String: JSONValue](from: decoder)
    for (name, allowed) in neutral {
      if let value = values[name], value != .null, !allowed.contains(value) {
        return ForeignField(name: name, value: value.description)
      }
    }
    return nil
  }
}

/// Any JSON, as far as it must be told apart.
enum JSONValue: Decodable, Equatable, CustomStringConvertible {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case structure

  init(from decoder: any Decoder) throws {
    guard let container = try? decoder.singleValueContainer() else {
      self = .structure
      return
    }
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else {
      self = .structure
    }
  }

  var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    case .string(let value): value
    case .structure: "a list or an object"
    }
  }
}
