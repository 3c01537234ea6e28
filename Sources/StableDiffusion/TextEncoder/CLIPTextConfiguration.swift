/// What `text_encoder/config.json` of a diffusers checkpoint holds, with transformers' defaults for what is missing.
package struct CLIPTextConfiguration: Codable, Sendable, Equatable {
  private var architectures = ["CLIPTextModel"]
  private let modelType = "clip_text_model"
  package var vocabularySize = 49_408
  package var hiddenSize = 512
  package var intermediateSize = 2048
  package var projectionSize = 512
  package var layers = 12
  package var heads = 8
  package var positions = 77
  package var activation = Activation.quickGELU
  package var normEpsilon = 1e-5
  package var beginToken = 49_406
  /// 2 in configurations older than the repair of this field; then the end is the highest id in the prompt.
  package var endToken = 49_407
  package var padToken = 1

  package enum Activation: String, Codable, Sendable {
    /// `x · sigmoid(1.702 x)`, of the first CLIP models.
    case quickGELU = "quick_gelu"
    case gelu
  }

  /// Whether the pooled features are multiplied with one more matrix, `text_projection`: XL's second encoder.
  package var projects: Bool {
    get { architectures.contains("CLIPTextModelWithProjection") }
    set { architectures = [newValue ? "CLIPTextModelWithProjection" : "CLIPTextModel"] }
  }

  /// Width of the pooled features.
  package var pooledWidth: Int { projects ? projectionSize : hiddenSize }

  enum CodingKeys: String, CodingKey {
    case architectures
    case modelType = "model_type"
    case vocabularySize = "vocab_size"
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case projectionSize = "projection_dim"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case positions = "max_position_embeddings"
    case activation = "hidden_act"
    case normEpsilon = "layer_norm_eps"
    case beginToken = "bos_token_id"
    case endToken = "eos_token_id"
    case padToken = "pad_token_id"
  }

  /// - Parameter projectionSize: of `text_projection`; nil for an encoder without one.
  package init(
    vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layers: Int, heads: Int, positions: Int = 77,
    activation: Activation = .quickGELU, beginToken: Int, endToken: Int, padToken: Int, projectionSize: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.projectionSize = projectionSize ?? hiddenSize
    self.layers = layers
    self.heads = heads
    self.positions = positions
    self.activation = activation
    self.beginToken = beginToken
    self.endToken = endToken
    self.padToken = padToken
    projects = projectionSize != nil
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    architectures = try container.value(.architectures, default: architectures)
    vocabularySize = try container.value(.vocabularySize, default: vocabularySize)
    hiddenSize = try container.value(.hiddenSize, default: hiddenSize)
    intermediateSize = try container.value(.intermediateSize, default: intermediateSize)
    projectionSize = try container.value(.projectionSize, default: projectionSize)
    layers = try container.value(.layers, default: layers)
    heads = try container.value(.heads, default: heads)
    positions = try container.value(.positions, default: positions)
    activation = try container.value(.activation, default: activation)
    normEpsilon = try container.value(.normEpsilon, default: normEpsilon)
    beginToken = try container.value(.beginToken, default: beginToken)
    endToken = try container.value(.endToken, default: endToken)
    padToken = try container.value(.padToken, default: padToken)
  }

  func validate() throws(CheckpointError) {
    try Limits.check(vocabularySize, in: Limits.vocabulary, "text encoder vocab_size")
    for (value, field) in [
      (hiddenSize, "hidden_size"), (intermediateSize, "intermediate_size"), (heads, "num_attention_heads"),
      (positions, "max_position_embeddings"), (projectionSize, "projection_dim"),
    ] {
      try Limits.check(value, in: Limits.width, "text encoder \(field)")
    }
    try Limits.check(layers, in: Limits.layers, "text encoder num_hidden_layers")
    try Limits.check(heads, divides: hiddenSize, "text encoder num_attention_heads")
  }

  var encoderShape: CLIPEncoderShape {
    CLIPEncoderShape(
      hiddenSize: hiddenSize, intermediateSize: intermediateSize, layers: layers, heads: heads,
      activation: activation, normEpsilon: normEpsilon)
  }
}
