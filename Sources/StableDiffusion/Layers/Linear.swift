import Torch

/// `x · weightᵀ + bias` over the last dimension.
package final class Linear: AdaptableLayer {
  package let path: String
  /// `[out, in]`.
  package let weight: Tensor
  package let bias: Tensor?
  package var adapters: [LowRankAdapter] = [] { didSet { stacks.removeAll() } }
  package var merged: MergedWeight?
  package let stacks = LowRankStacks()
  private let inputs: Int
  private let outputs: Int

  /// - Parameter initialization: of a new weight, whose bias is then zero; PyTorch's default for both when nil.
  init(
    _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, bias hasBias: Bool = true,
    initialization: Initialization? = nil
  ) throws(CheckpointError) {
    path = scope.path
    self.inputs = inputs
    self.outputs = outputs
    weight = try scope.parameter("weight", shape: [outputs, inputs], initialization ?? .fanIn(inputs))
    bias =
      hasBias
      ? try scope.parameter("bias", shape: [outputs], initialization == nil ? .fanIn(inputs) : .zeros) : nil
    scope.store.register(self)
  }

  package func forward(_ x: Tensor) throws(TorchError) -> Tensor {
    let weight = merged?.weight ?? weight
    if let adapter = soleAdapter(for: x) {
      return try F.lowRankLinear(x, weight, bias, down: adapter.down, up: adapter.up, scale: adapter.scale)
    }
    let output = try F.linear(x, weight, bias)
    return adapters.isEmpty ? output : try addUpdates(to: output, of: x)
  }

  package func unbiased(_ x: Tensor) throws(TorchError) -> Tensor {
    try F.linear(x, weight, nil)
  }

  package func lowRank(_ adapter: LowRankAdapter, _ x: Tensor) throws(TorchError) -> Tensor {
    try F.linear(F.linear(x, adapter.down, nil), adapter.up, nil)
  }

  package func adapterShapes(rank: Int) -> (down: [Int], up: [Int]) {
    ([rank, inputs], [outputs, rank])
  }
}
