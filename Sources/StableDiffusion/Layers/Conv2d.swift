import Torch

/// A two-dimensional convolution over `[batch, channels, height, width]` with a square kernel.
package final class Conv2d: AdaptableLayer {
  package let path: String
  /// `[out, in, kernel, kernel]`.
  package let weight: Tensor
  package let bias: Tensor
  package var adapters: [LowRankAdapter] = [] { didSet { stacks.removeAll() } }
  package var merged: MergedWeight?
  package let stacks = LowRankStacks()
  private let inputs: Int
  private let outputs: Int
  private let kernel: Int
  private let stride: Int
  private let padding: Int

  init(
    _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0
  ) throws(CheckpointError) {
    path = scope.path
    self.inputs = inputs
    self.outputs = outputs
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    let initialization = Initialization.fanIn(inputs * kernel * kernel)
    weight = try scope.parameter("weight", shape: [outputs, inputs, kernel, kernel], initialization)
    bias = try scope.parameter("bias", shape: [outputs], initialization)
    scope.store.register(self)
  }

  /// - Parameters:
  ///   - perImage: `[batch, outputs]`, added to every pixel of its image.
  ///   - residual: added to the result, whose shape it has.
  package func forward(
    _ x: Tensor, perImage: Tensor? = nil, residual: Tensor? = nil
  ) throws(TorchError) -> Tensor {
    let weight = merged?.weight ?? weight
    if kernel == 1, perImage == nil, let adapter = soleAdapter(for: x, bias: bias),
      let result = try linear(x, weight, adapter, residual)
    {
      return result
    }
    let output = try F.conv2d(
      x, weight, bias, perImage: perImage, residual: residual, stride: stride, padding: padding)
    return adapters.isEmpty ? output : try addUpdates(to: output, of: x)
  }

  /// A 1×1 convolution with its adapter as a linear layer over the pixels; nil where the channels are not last in
  /// memory, so that it would copy.
  private func linear(
    _ x: Tensor, _ weight: Tensor, _ adapter: LowRankAdapter, _ residual: Tensor?
  ) throws(TorchError) -> Tensor? {
    guard stride == 1, padding == 0 else { return nil }
    let pixels = try x.permute([0, 2, 3, 1])
    guard pixels.isContiguous else { return nil }
    let layer = F.LowRankLayer(
      try weight.reshape([outputs, inputs]), bias, down: try adapter.down.reshape([adapter.rank, inputs]),
      up: try adapter.up.reshape([outputs, adapter.rank]), scale: adapter.scale)
    let around = try residual?.permute([0, 2, 3, 1])
    return try F.lowRankLinears(pixels, [layer], residual: around)[0].permute([0, 3, 1, 2])
  }

  package func unbiased(_ x: Tensor) throws(TorchError) -> Tensor {
    try F.conv2d(x, weight, nil, stride: stride, padding: padding)
  }

  package func lowRank(_ adapter: LowRankAdapter, _ x: Tensor) throws(TorchError) -> Tensor {
    try F.conv2d(
      F.conv2d(x, adapter.down, nil, stride: stride, padding: padding), adapter.up, nil, stride: 1, padding: 0)
  }

  package func adapterShapes(rank: Int) -> (down: [Int], up: [Int]) {
    ([rank, inputs, kernel, kernel], [outputs, rank, 1, 1])
  }
}
