import Torch

/// How the attention blocks of one level are made.
struct TransformerShape {
  var channels: Int
  var heads: Int
  var layers: Int
  var contextWidth: Int
  var groups: Int
  var linearProjection: Bool
  var upcastAttention: Bool
}

/// Attention over an image's features: pixels become a sequence, pass the transformer blocks and join the input again.
package final class Transformer2DModel {
  private enum Projection {
    case linear(Linear)
    /// 1×1.
    case convolution(Conv2d)
  }

  private let norm: GroupNorm
  private let projectionIn: Projection
  private let blocks: [BasicTransformerBlock]
  private let projectionOut: Projection

  init(_ scope: ParameterScope, _ shape: TransformerShape) throws(CheckpointError) {
    let channels = shape.channels
    func projection(_ name: String) throws(CheckpointError) -> Projection {
      shape.linearProjection
        ? .linear(try Linear(scope[name], channels, channels))
        : .convolution(try Conv2d(scope[name], channels, channels, kernel: 1))
    }
    norm = try GroupNorm(scope["norm"], groups: shape.groups, channels: channels, epsilon: 1e-6)
    projectionIn = try projection("proj_in")
    var blocks: [BasicTransformerBlock] = []
    for index in 0..<shape.layers {
      blocks.append(try BasicTransformerBlock(scope["transformer_blocks"][index], shape))
    }
    self.blocks = blocks
    projectionOut = try projection("proj_out")
  }

  /// - Parameters:
  ///   - x: `[batch, channels, height, width]`.
  ///   - context: `[batch, length, contextWidth]`.
  ///   - activations: of each block.
  package func forward(
    _ x: Tensor, context: Tensor, _ activations: Activations = .kept
  ) throws(TorchError) -> Tensor {
    let normed = try norm.forward(x)
    var h: Tensor
    switch projectionIn {
    case .linear(let linear): h = try linear.forward(sequence(normed))
    case .convolution(let convolution): h = try sequence(convolution.forward(normed))
    }
    for block in blocks {
      h = try activations.of([h, context], hasLeaves: true) { (inputs) throws(TorchError) in
        try block.forward(inputs[0], context: inputs[1])
      }
    }
    switch projectionOut {
    case .linear(let linear): return try image(linear.forward(h, residual: sequence(x)), like: x)
    case .convolution(let convolution): return try convolution.forward(image(h, like: x), residual: x)
    }
  }

  /// `[batch, channels, height, width]` → `[batch, height · width, channels]`; free of a copy with channels last.
  private func sequence(_ x: Tensor) throws(TorchError) -> Tensor {
    try x.flatten(from: 2, to: 3).transpose(1, 2).contiguous()
  }

  /// The inverse of `sequence`, with the memory format of `reference`: what follows are convolutions.
  private func image(_ x: Tensor, like reference: Tensor) throws(TorchError) -> Tensor {
    let channelsFirst = try x.transpose(1, 2)
    return try (reference.isContiguous ? channelsFirst.contiguous() : channelsFirst).reshape(reference.shape)
  }
}

/// Self-attention, attention to the prompt, and a gated feed-forward, each after a norm and added to its input.
package final class BasicTransformerBlock {
  private let norm1: LayerNorm
  private let selfAttention: Attention
  private let norm2: LayerNorm
  private let crossAttention: Attention
  private let norm3: LayerNorm
  private let feedForward: FeedForward

  init(_ scope: ParameterScope, _ shape: TransformerShape) throws(CheckpointError) {
    let width = shape.channels
    norm1 = try LayerNorm(scope["norm1"], width)
    selfAttention = try Attention(
      scope["attn1"], width: width, contextWidth: width, heads: shape.heads, upcast: shape.upcastAttention)
    norm2 = try LayerNorm(scope["norm2"], width)
    crossAttention = try Attention(
      scope["attn2"], width: width, contextWidth: shape.contextWidth, heads: shape.heads,
      upcast: shape.upcastAttention)
    norm3 = try LayerNorm(scope["norm3"], width)
    feedForward = try FeedForward(scope["ff"], width: width)
  }

  package func forward(_ x: Tensor, context: Tensor) throws(TorchError) -> Tensor {
    var h = try selfAttention.forward(norm1.forward(x), residual: x)
    h = try crossAttention.forward(norm2.forward(h), context: context, residual: h)
    return try feedForward.forward(norm3.forward(h), residual: h)
  }
}

/// A linear layer whose second half gates its first through GELU (Shazeer 2020), and one back.
package final class FeedForward {
  private let widen: Linear
  private let narrow: Linear

  init(_ scope: ParameterScope, width: Int) throws(CheckpointError) {
    widen = try Linear(scope["net"][0]["proj"], width, 8 * width)
    narrow = try Linear(scope["net"][2], 4 * width, width)
  }

  /// - Parameter residual: added to the result, which is shaped like `x`.
  package func forward(_ x: Tensor, residual: Tensor? = nil) throws(TorchError) -> Tensor {
    try narrow.forward(F.gatedGELU(widen.forward(x)), residual: residual)
  }
}
