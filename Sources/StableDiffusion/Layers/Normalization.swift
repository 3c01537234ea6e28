import Torch

/// Normalises groups of channels of `[batch, channels, …]` (Wu and He 2018).
package final class GroupNorm {
  package let weight: Tensor
  package let bias: Tensor
  private let groups: Int
  private let epsilon: Double

  init(_ scope: ParameterScope, groups: Int, channels: Int, epsilon: Double) throws(CheckpointError) {
    weight = try scope.parameter("weight", shape: [channels], .ones)
    bias = try scope.parameter("bias", shape: [channels], .zeros)
    self.groups = groups
    self.epsilon = epsilon
  }

  /// - Parameter silu: whether SiLU follows, as it does wherever a convolution is next.
  package func forward(_ x: Tensor, silu: Bool = false) throws(TorchError) -> Tensor {
    try F.groupNorm(x, groups: groups, weight: weight, bias: bias, eps: epsilon, silu: silu)
  }
}

/// Normalises the last dimension.
package final class LayerNorm {
  package let weight: Tensor
  package let bias: Tensor
  private let width: Int
  private let epsilon: Double

  init(_ scope: ParameterScope, _ width: Int, epsilon: Double = 1e-5) throws(CheckpointError) {
    weight = try scope.parameter("weight", shape: [width], .ones)
    bias = try scope.parameter("bias", shape: [width], .zeros)
    self.width = width
    self.epsilon = epsilon
  }

  package func forward(_ x: Tensor) throws(TorchError) -> Tensor {
    try F.layerNorm(x, normalizedShape: [width], weight: weight, bias: bias, eps: epsilon)
  }
}
