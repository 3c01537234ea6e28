import Torch

/// The picture half of CLIP (Radford et al. 2021): a transformer over the squares of a picture (Dosovitskiy et al.
/// 2020), read at a class token in front of them.
package final class CLIPVisionModel {
  package let configuration: CLIPVisionConfiguration
  /// `[hiddenSize]`.
  private let classToken: Tensor
  /// `[hiddenSize, 3, patchSize, patchSize]`; there is no bias.
  private let patches: Tensor
  /// `[1 + patches, hiddenSize]`.
  private let positions: Embedding
  private let firstNorm: LayerNorm
  private let layers: [CLIPEncoderLayer]
  private let lastNorm: LayerNorm

  init(_ scope: ParameterScope, _ configuration: CLIPVisionConfiguration) throws(CheckpointError) {
    try configuration.validate()
    self.configuration = configuration
    let width = configuration.hiddenSize, side = configuration.patchSize
    let embeddings = scope["embeddings"]
    classToken = try embeddings.parameter(
      "class_embedding", shape: [width], .normal(deviation: 1 / Double(width).squareRoot()))
    patches = try embeddings["patch_embedding"].parameter(
      "weight", shape: [width, 3, side, side], .fanIn(3 * side * side))
    positions = try Embedding(
      embeddings["position_embedding"], count: configuration.patches + 1, width: width, deviation: 0.02)
    // The name is misspelled in the format.
    firstNorm = try LayerNorm(scope["pre_layrnorm"], width, epsilon: configuration.normEpsilon)
    var layers: [CLIPEncoderLayer] = []
    for index in 0..<configuration.layers {
      layers.append(try CLIPEncoderLayer(scope["encoder"]["layers"][index], configuration.encoderShape))
    }
    self.layers = layers
    lastNorm = try LayerNorm(scope["post_layernorm"], width, epsilon: configuration.normEpsilon)
  }

  /// - Parameter images: `[batch, 3, imageSize, imageSize]`, normalised.
  /// - Returns: what the class token has gathered, `[batch, hiddenSize]`.
  package func forward(_ images: Tensor) throws(TorchError) -> Tensor {
    let batch = images.shape[0], width = configuration.hiddenSize
    let grid = try F.conv2d(images, patches, nil, stride: configuration.patchSize)
    let squares = try grid.flatten(from: 2, to: 3).transpose(1, 2)
    let token = try classToken.reshape([1, 1, width]).expand([batch, 1, width])
    var h = try firstNorm.forward(Tensor.cat([token, squares], dim: 1) + positions.weight)
    for layer in layers { h = try layer.forward(h, causal: false) }
    return try lastNorm.forward(h.select(dim: 1, index: 0))
  }
}
