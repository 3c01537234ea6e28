/// What a network's tensors tell of how it is built. Names are those of diffusers and transformers.
struct TensorShapes {
  let shapes: [String: [Int]]

  /// One side of a tensor; nil when it is not there or has fewer sides.
  func side(_ name: String, _ index: Int) -> Int? {
    shapes[name].flatMap { $0.indices.contains(index) ? $0[index] : nil }
  }

  /// How many of `before0after`, `before1after`, … are there.
  func count(_ before: String, _ after: String) -> Int {
    var count = 0
    while count < 4096, shapes["\(before)\(count)\(after)"] != nil { count += 1 }
    return count
  }
}

package struct UNetShape: Sendable, Equatable {
  package var inChannels: Int
  package var outChannels: Int
  /// Of each level, widest pictures first.
  package var widths: [Int]
  package var layersPerBlock: Int
  /// Transformer layers of each level on the way down; 0 for a level without attention.
  package var transformerLayers: [Int]
  /// Of each level on the way up, narrowest pictures first.
  package var upTransformerLayers: [Int]
  package var midTransformerLayers: Int
  package var contextWidth: Int
  /// Whether linear layers stand around the attention, or 1×1 convolutions.
  package var usesLinearProjection: Bool
  /// Width of pooled features and sizes together; nil for a U-Net that is not told them.
  package var additionInputWidth: Int?

  /// Nil when the tensors are not those of a U-Net.
  package init?(_ shapes: [String: [Int]]) {
    let tensors = TensorShapes(shapes: shapes)
    let levels = tensors.count("down_blocks.", ".resnets.0.conv1.weight")
    func layers(_ block: String) -> Int {
      tensors.count("\(block).attentions.0.transformer_blocks.", ".attn2.to_k.weight")
    }
    guard levels > 0, let inChannels = tensors.side("conv_in.weight", 1),
      let outChannels = tensors.side("conv_out.weight", 0),
      let contextWidth = tensors.side("mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1),
      let projection = shapes["mid_block.attentions.0.proj_in.weight"]
    else { return nil }
    widths = (0..<levels).compactMap { tensors.side("down_blocks.\($0).resnets.0.conv1.weight", 0) }
    guard widths.count == levels else { return nil }
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.contextWidth = contextWidth
    layersPerBlock = tensors.count("down_blocks.0.resnets.", ".conv1.weight")
    transformerLayers = (0..<levels).map { layers("down_blocks.\($0)") }
    upTransformerLayers = (0..<levels).map { layers("up_blocks.\($0)") }
    midTransformerLayers = layers("mid_block")
    usesLinearProjection = projection.count == 2
    additionInputWidth = tensors.side("add_embedding.linear_1.weight", 1)
  }
}

package struct AutoencoderShape: Sendable, Equatable {
  /// Of each level, widest pictures first.
  package var widths: [Int]
  package var layersPerBlock: Int
  package var latentChannels: Int
  package var usesQuantConv: Bool
  package var usesPostQuantConv: Bool
  package var attends: Bool

  /// Nil when the tensors are not those of an autoencoder.
  package init?(_ shapes: [String: [Int]]) {
    let tensors = TensorShapes(shapes: shapes)
    let levels = tensors.count("encoder.down_blocks.", ".resnets.0.conv1.weight")
    widths = (0..<levels).compactMap { tensors.side("encoder.down_blocks.\($0).resnets.0.conv1.weight", 0) }
    guard levels > 0, widths.count == levels, let latents = tensors.side("decoder.conv_in.weight", 1) else {
      return nil
    }
    layersPerBlock = tensors.count("encoder.down_blocks.0.resnets.", ".conv1.weight")
    latentChannels = latents
    usesQuantConv = shapes["quant_conv.weight"] != nil
    usesPostQuantConv = shapes["post_quant_conv.weight"] != nil
    attends = shapes["decoder.mid_block.attentions.0.group_norm.weight"] != nil
  }
}

package struct TextEncoderShape: Sendable, Equatable {
  package var vocabularySize: Int
  package var hiddenSize: Int
  package var intermediateSize: Int
  package var layers: Int
  package var positions: Int
  /// Of the pooled features; nil for an encoder that does not project them.
  package var projectionSize: Int?

  /// Nil when the tensors are not those of a text encoder.
  package init?(_ shapes: [String: [Int]]) {
    let tensors = TensorShapes(shapes: shapes)
    guard let vocabulary = tensors.side("text_model.embeddings.token_embedding.weight", 0),
      let hidden = tensors.side("text_model.embeddings.token_embedding.weight", 1),
      let positions = tensors.side("text_model.embeddings.position_embedding.weight", 0),
      let intermediate = tensors.side("text_model.encoder.layers.0.mlp.fc1.weight", 0)
    else { return nil }
    vocabularySize = vocabulary
    hiddenSize = hidden
    self.positions = positions
    intermediateSize = intermediate
    layers = tensors.count("text_model.encoder.layers.", ".mlp.fc1.weight")
    projectionSize = tensors.side("text_projection.weight", 0)
  }
}
