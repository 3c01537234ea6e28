import Torch

/// The sizes of one layer of CLIP's encoders, of text and of pictures alike.
struct CLIPEncoderShape {
  var hiddenSize: Int
  var intermediateSize: Int
  var layers: Int
  var heads: Int
  var activation: CLIPTextConfiguration.Activation
  var normEpsilon: Double
}

/// Self-attention, then two linear layers, each after a norm and added to its input.
final class CLIPEncoderLayer {
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let output: Linear
  private let norm1: LayerNorm
  private let widen: Linear
  private let narrow: Linear
  private let norm2: LayerNorm
  private let heads: Int
  private let activation: CLIPTextConfiguration.Activation

  init(_ scope: ParameterScope, _ shape: CLIPEncoderShape) throws(CheckpointError) {
    let width = shape.hiddenSize
    // CLIP's own rule for new weights: what feeds the residual stream shrinks with the number of layers.
    let scale = 1 / Double(width).squareRoot()
    let deep = Initialization.normal(deviation: scale / Double(2 * shape.layers).squareRoot())
    let attention = scope["self_attn"]
    key = try Linear(attention["k_proj"], width, width, initialization: deep)
    value = try Linear(attention["v_proj"], width, width, initialization: deep)
    query = try Linear(attention["q_proj"], width, width, initialization: deep)
    output = try Linear(attention["out_proj"], width, width, initialization: .normal(deviation: scale))
    norm1 = try LayerNorm(scope["layer_norm1"], width, epsilon: shape.normEpsilon)
    widen = try Linear(
      scope["mlp"]["fc1"], width, shape.intermediateSize,
      initialization: .normal(deviation: scale / 2.0.squareRoot()))
    narrow = try Linear(scope["mlp"]["fc2"], shape.intermediateSize, width, initialization: deep)
    norm2 = try LayerNorm(scope["layer_norm2"], width, epsilon: shape.normEpsilon)
    heads = shape.heads
    activation = shape.activation
  }

  /// - Parameters:
  ///   - x: `[batch, length, hiddenSize]`.
  ///   - causal: whether each position sees only those before it, as words do and patches of a picture do not.
  func forward(_ x: Tensor, causal: Bool) throws(TorchError) -> Tensor {
    let normed = try norm1.forward(x)
    let mixed = try F.scaledDotProductAttention(
      split(query.forward(normed)), split(key.forward(normed)), split(value.forward(normed)), causal: causal)
    let attended = try output.forward(mixed.transpose(1, 2).reshape(x.shape)) + x
    let wide = try widen.forward(norm2.forward(attended))
    let activated =
      switch activation {
      case .quickGELU: try F.quickGELU(wide)
      case .gelu: try F.gelu(wide)
      }
    return try narrow.forward(activated) + attended
  }

  /// `[batch, length, width]` → `[batch, heads, length, width / heads]`, a view.
  private func split(_ x: Tensor) throws(TorchError) -> Tensor {
    let shape = x.shape
    return try x.reshape([shape[0], shape[1], heads, shape[2] / heads]).transpose(1, 2)
  }
}
