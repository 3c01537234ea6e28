/// The sizes of a safety checker's vision tower: `vision_config` and `projection_dim` of its `config.json`, with
/// transformers' defaults for what is missing.
package struct CLIPVisionConfiguration: Codable, Sendable, Equatable {
  package var hiddenSize = 768
  package var intermediateSize = 3072
  package var layers = 12
  package var heads = 12
  /// Of the square picture it looks at, in pixels.
  package var imageSize = 224
  /// Of the squares that the picture is cut into, in pixels.
  package var patchSize = 32
  package var activation = CLIPTextConfiguration.Activation.quickGELU
  package var normEpsilon = 1e-5

  enum CodingKeys: String, CodingKey {
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case imageSize = "image_size"
    case patchSize = "patch_size"
    case activation = "hidden_act"
    case normEpsilon = "layer_norm_eps"
  }

  package init(
    hiddenSize: Int, intermediateSize: Int, layers: Int, heads: Int, imageSize: Int, patchSize: Int,
    activation: CLIPTextConfiguration.Activation = .quickGELU
  ) {
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layers = layers
    self.heads = heads
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.activation = activation
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    hiddenSize = try container.value(.hiddenSize, default: hiddenSize)
    intermediateSize = try container.value(.intermediateSize, default: intermediateSize)
    layers = try container.value(.layers, default: layers)
    heads = try container.value(.heads, default: heads)
    imageSize = try container.value(.imageSize, default: imageSize)
    patchSize = try container.value(.patchSize, default: patchSize)
    activation = try container.value(.activation, default: activation)
    normEpsilon = try container.value(.normEpsilon, default: normEpsilon)
  }

  /// How many squares the picture is cut into.
  package var patches: Int { (imageSize / patchSize) * (imageSize / patchSize) }

  var encoderShape: CLIPEncoderShape {
    CLIPEncoderShape(
      hiddenSize: hiddenSize, intermediateSize: intermediateSize, layers: layers, heads: heads,
      activation: activation, normEpsilon: normEpsilon)
  }

  func validate() throws(CheckpointError) {
    for (value, field) in [
      (hiddenSize, "hidden_size"), (intermediateSize, "intermediate_size"), (heads, "num_attention_heads"),
    ] {
      try Limits.check(value, in: Limits.width, "safety checker \(field)")
    }
    try Limits.check(layers, in: Limits.layers, "safety checker num_hidden_layers")
    try Limits.check(heads, divides: hiddenSize, "safety checker num_attention_heads")
    try Limits.check(imageSize, in: 1...2048, "safety checker image_size")
    try Limits.check(patchSize, in: 1...imageSize, "safety checker patch_size")
  }
}
