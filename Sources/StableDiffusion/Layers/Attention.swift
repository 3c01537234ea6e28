import Torch

/// Multi-head attention with separate projections, as every attention of the U-Net and the autoencoder has it.
package final class Attention {
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let output: Linear
  private let heads: Int
  private let upcast: Bool

  /// - Parameters:
  ///   - width: of the queries' features and of the result.
  ///   - contextWidth: of the features attended to.
  ///   - projectionBias: whether queries, keys and values have a bias; the output always has one.
  ///   - upcast: computes the attention in float32, for models whose scores leave float16 (Stable Diffusion 2.1).
  init(
    _ scope: ParameterScope, width: Int, contextWidth: Int, heads: Int, projectionBias: Bool = false,
    upcast: Bool = false
  ) throws(CheckpointError) {
    query = try Linear(scope["to_q"], width, width, bias: projectionBias)
    key = try Linear(scope["to_k"], contextWidth, width, bias: projectionBias)
    value = try Linear(scope["to_v"], contextWidth, width, bias: projectionBias)
    output = try Linear(scope["to_out"][0], width, width)
    self.heads = heads
    self.upcast = upcast
  }

  /// - Parameters:
  ///   - x: `[batch, length, width]`.
  ///   - context: `[batch, contextLength, contextWidth]`; `x` itself when nil.
  package func forward(_ x: Tensor, context: Tensor? = nil) throws(TorchError) -> Tensor {
    let context = context ?? x
    var (q, k, v) = (
      try split(query.forward(x)), try split(key.forward(context)), try split(value.forward(context))
    )
    if upcast {
      (q, k, v) = (try q.to(dtype: .float32), try k.to(dtype: .float32), try v.to(dtype: .float32))
    }
    let mixed = try F.scaledDotProductAttention(q, k, v)
    return try output.forward(merge(mixed).to(dtype: x.dtype))
  }

  /// `[batch, length, width]` → `[batch, heads, length, width / heads]`, a view.
  private func split(_ x: Tensor) throws(TorchError) -> Tensor {
    let shape = x.shape
    return try x.reshape([shape[0], shape[1], heads, shape[2] / heads]).transpose(1, 2)
  }

  /// The inverse of `split`.
  private func merge(_ x: Tensor) throws(TorchError) -> Tensor {
    let shape = x.shape
    return try x.transpose(1, 2).reshape([shape[0], shape[2], shape[1] * shape[3]])
  }
}
