import Testing
import Torch

// The numbers are PyTorch 2.13's for the same inputs.
@Suite("Layers and losses agree with PyTorch")
struct FunctionalTests {
  private func image() throws -> Tensor { try Tensor.arange(start: 0, end: 36).reshape([1, 4, 3, 3]) / 10 - 1.5 }

  private func cyclic(_ modulus: Int, shape: [Int]) throws -> Tensor {
    let values = (0..<shape.reduce(1, *)).map { Float($0 % modulus - modulus / 2) / 2 }
    return try Tensor(values, shape: shape)
  }

  @Test("linear is x·Wᵀ + b, with and without a bias")
  func linear() throws {
    let x = try Tensor([1, 2] as [Float], shape: [1, 2])
    let weight = try Tensor([1, 0, 0, 1, 3, 4] as [Float], shape: [3, 2])
    #expect(try F.linear(x, weight).floats() == [1, 2, 11])
    #expect(try F.linear(x, weight, Tensor([10, 20, 30] as [Float])).floats() == [11, 22, 41])
  }

  @Test("a convolution with stride and padding")
  func conv2d() throws {
    let weight = try Tensor((0..<72).map { Float($0 % 7 - 3) / 10 }, shape: [2, 4, 3, 3])
    let bias = try Tensor([0.5, -0.5] as [Float])
    let wanted: [Float] = [0.85, 0.73, 0.02, 0.55, -0.7, -0.17, -0.91, -0.99]
    let result = try F.conv2d(image(), weight, bias, stride: 2, padding: 1)
    #expect(result.shape == [1, 2, 2, 2])
    #expect(near(try result.floats(), wanted))
    let half = try F.conv2d(
      image().to(dtype: .bfloat16), weight.to(dtype: .bfloat16), bias.to(dtype: .bfloat16), stride: 2, padding: 1)
    #expect(half.dtype == .bfloat16)
    #expect(near(try half.floats(), wanted, tolerance: 0.03))
    #expect(near(try F.conv2d(image().channelsLast(), weight, bias, stride: 2, padding: 1).floats(), wanted))
  }

  @Test("group norm and layer norm")
  func norms() throws {
    let weight = try Tensor([1, 2, 3, 4] as [Float])
    let bias = try Tensor([0, 0.1, 0.2, 0.3] as [Float])
    let groups = try F.groupNorm(image(), groups: 2, weight: weight, bias: bias).select(dim: 2, index: 0)
    #expect(
      near(
        try groups.floats(),
        [
          -1.6383256, -1.4455813, -1.2528371, 0.292744, 0.6782324, 1.0637209, -4.7149773, -4.1367445, -3.5585117,
          0.6854885, 1.4564645, 2.2274423,
        ]))
    let layer = try F.layerNorm(
      image()[0][0], normalizedShape: [3], weight: Tensor([1, 2, 3] as [Float]), bias: Tensor([0, 0.1, 0.2] as [Float]))
    #expect(near(try layer[0].floats(), [-1.2238269, 0.1, 3.8714807]))
  }

  @Test("attention, causal and not, and with a mask that does the same")
  func attention() throws {
    let shape = [1, 2, 3, 4]
    let q = try cyclic(5, shape: shape)
    let k = try cyclic(7, shape: shape)
    let v = try cyclic(11, shape: shape)
    let open = try F.scaledDotProductAttention(q, k, v)
    #expect(
      near(
        Array(try open.floats().prefix(6)), [-0.7289662, -0.2289662, 0.2710337, -1.4458704, -0.5944169, -0.0944169]))
    let causal = try F.scaledDotProductAttention(q, k, v, causal: true)
    #expect(near(Array(try causal.floats().prefix(6)), [-2.5, -2, -1.5, -1, -1.7449187, -1.2449187]))
    let mask = try Tensor.ones(shape: [3, 3]).triu(diagonal: 1).eq(0)
    #expect(near(try F.scaledDotProductAttention(q, k, v, mask: mask).floats(), try causal.floats()))
    #expect(near(try F.scaledDotProductAttention(q, k, v, scale: 0.5).floats(), try open.floats()))
  }

  @Test("activations")
  func activations() throws {
    let x = try Tensor([-2, -0.5, 0, 0.5, 2] as [Float])
    #expect(near(try F.silu(x).floats(), [-0.2384058, -0.1887703, 0, 0.3112297, 1.7615941]))
    #expect(near(try F.gelu(x).floats(), [-0.0455003, -0.1542688, 0, 0.3457312, 1.9544997]))
    #expect(near(try F.gelu(x, tanh: true).floats(), [-0.0454023, -0.154286, 0, 0.345714, 1.9545977]))
    #expect(near(try F.quickGELU(x).floats(), [-0.0643414, -0.1496116, 0, 0.3503884, 1.9356586]))
    #expect(try F.relu(x).floats() == [0, 0, 0, 0.5, 2])
    #expect(near([Float(try F.softmax(x, dim: 0).sum().item())], [1]))
    #expect(near(try x.logSoftmax(dim: 0).exp().floats(), try F.softmax(x, dim: 0).floats()))
  }

  @Test("an embedding takes rows, and refuses ids outside")
  func embedding() throws {
    let weight = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
    #expect(try F.embedding(weight, Tensor([2, 0] as [Int64], shape: [1, 2])).floats() == [5, 6, 1, 2])
    #expect(throws: TorchError.self) { try F.embedding(weight, Tensor([3] as [Int64])) }
  }

  @Test("resizing, padding and pooling")
  func images() throws {
    let x = try Tensor.arange(start: 0, end: 16).reshape([1, 1, 4, 4])
    let up = try F.interpolateNearest(x, scale: 2)
    #expect(up.shape == [1, 1, 8, 8])
    #expect(try up[0][0][1].floats() == [0, 0, 1, 1, 2, 2, 3, 3])
    #expect(near(try F.interpolate(x, height: 2, width: 2, mode: .bilinear).floats(), [2.5, 4.5, 10.5, 12.5]))
    #expect(
      near(
        try F.interpolate(x, height: 2, width: 2, mode: .bicubic).floats(), [2.03125, 4.21875, 10.78125, 12.96875]))
    #expect(
      near(
        try F.interpolate(x, height: 2, width: 2, mode: .bicubicAntialias).floats(),
        [2.9338841, 4.7603307, 10.2396698, 12.0661154]))
    #expect(
      near(
        try F.interpolate(x, height: 3, width: 3, mode: .bilinearAntialias).floats(),
        [1.5, 2.7, 3.9, 6.3, 7.5, 8.7, 11.1, 12.3, 13.5]))
    #expect(try F.avgPool2d(x, kernel: 2).floats() == [2.5, 4.5, 10.5, 12.5])
    let padded = try F.pad(x, [0, 1, 0, 1], value: 7)
    #expect(padded.shape == [1, 1, 5, 5])
    #expect(try padded[0][0][0].floats() == [0, 1, 2, 3, 7])
  }

  @Test("losses")
  func losses() throws {
    let a = try Tensor([1, 2, 4] as [Float])
    let b = try Tensor([1.5, 0, 9] as [Float])
    #expect(try F.mseLoss(a, b).item() == 9.75)
    #expect(try F.mseLoss(a, b, reduction: .none).floats() == [0.25, 4, 25])
    #expect(try F.mseLoss(a, b, reduction: .sum).item() == 29.25)
    #expect(try F.l1Loss(a, b).item() == 2.5)
    #expect(try F.huberLoss(a, b, delta: 2).item() == 3.375)
    #expect(try F.smoothL1Loss(a, b, beta: 2).item() == 1.6875)
    #expect(throws: TorchError.self) { try F.mseLoss(a, Tensor.ones(shape: [3, 1])) }
    let logits = try Tensor([1, 2, 3, 0, 0, 1] as [Float], shape: [2, 3])
    let classes = try Tensor([2, 0] as [Int64])
    #expect(near([Float(try F.crossEntropy(logits, classes).item())], [0.9795253]))
    #expect(near([Float(try F.crossEntropy(logits, classes, labelSmoothing: 0.1).item())], [1.0128586]))
  }
}
