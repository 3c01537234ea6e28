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

  /// - Parameter residual: added to the result, whose shape it has.
  package func forward(_ x: Tensor, residual: Tensor? = nil) throws(TorchError) -> Tensor {
    if let together = together(x) { return try F.lowRankLinears(x, [together], residual: residual)[0] }
    let output = try F.linear(x, merged?.weight ?? weight, bias, residual: residual)
    return adapters.isEmpty ? output : try addUpdates(to: output, of: x)
  }

  /// What layers make of the same input, at once where each has its one adapter.
  package static func forward(_ layers: [Linear], _ x: Tensor) throws(TorchError) -> [Tensor] {
    let together = layers.compactMap { $0.together(x) }
    guard together.count == layers.count else {
      return try layers.map { (layer) throws(TorchError) in try layer.forward(x) }
    }
    return try F.lowRankLinears(x, together)
  }

  /// The layer with its one adapter, where they can be computed as one.
  private func together(_ x: Tensor) -> F.LowRankLayer? {
    soleAdapter(for: x, bias: bias).map { adapter in
      F.LowRankLayer(merged?.weight ?? weight, bias, down: adapter.down, up: adapter.up, scale: adapter.scale)
    }
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
