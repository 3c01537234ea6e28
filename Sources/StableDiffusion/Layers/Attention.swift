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
  ///   - residual: added to the result, which is shaped like `x`.
  package func forward(
    _ x: Tensor, context: Tensor? = nil, residual: Tensor? = nil
  ) throws(TorchError) -> Tensor {
    var (q, k, v) = try project(x, context)
    if upcast {
      (q, k, v) = (try q.to(dtype: .float32), try k.to(dtype: .float32), try v.to(dtype: .float32))
    }
    return try output.forward(F.attention(q, k, v, heads: heads).to(dtype: x.dtype), residual: residual)
  }

  private func project(_ x: Tensor, _ context: Tensor?) throws(TorchError) -> (Tensor, Tensor, Tensor) {
    guard let context else {
      let all = try Linear.forward([query, key, value], x)
      return (all[0], all[1], all[2])
    }
    let both = try Linear.forward([key, value], context)
    return (try query.forward(x), both[0], both[1])
  }
}
