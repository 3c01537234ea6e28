import Testing
import Torch

@Suite("Views and arithmetic")
struct ArithmeticTests {
  private func grid() throws -> Tensor { try Tensor.arange(start: 0, end: 6).reshape([2, 3]) }

  @Test("views have the elements that their names promise")
  func views() throws {
    let t = try grid()
    #expect(try t.flatten().shape == [6])
    #expect(try t.permute([1, 0]).floats() == [0, 3, 1, 4, 2, 5])
    #expect(try t.unsqueeze(1).shape == [2, 1, 3])
    #expect(try t.unsqueeze(-1).squeeze(-1).shape == [2, 3])
    #expect(try t.select(dim: 1, index: -1).floats() == [2, 5])
    #expect(try t[1].floats() == [3, 4, 5])
    #expect(try t.narrow(dim: 1, start: 1, length: 2).floats() == [1, 2, 4, 5])
    #expect(try Tensor([1, 2] as [Float], shape: [2, 1]).expand([2, 3]).floats() == [1, 1, 1, 2, 2, 2])
    #expect(try t.flip(dims: [1]).floats() == [2, 1, 0, 5, 4, 3])
    #expect(try t.triu(diagonal: 1).floats() == [0, 1, 2, 0, 0, 5])
    #expect(try t.repeat([1, 2]).floats() == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    #expect(try t.repeatInterleave(2, dim: 0).shape == [4, 3])
    #expect(try t.repeatInterleave(2, dim: 0)[1].floats() == [0, 1, 2])
  }

  @Test("a view shares memory with its tensor, a clone does not")
  func sharing() throws {
    let t = try grid()
    let copy = try t.clone()
    try t[0].fill_(9)
    #expect(try t.floats() == [9, 9, 9, 3, 4, 5])
    #expect(try copy.floats() == [0, 1, 2, 3, 4, 5])
  }

  @Test("chunks are equal but for the last, as in PyTorch")
  func chunks() throws {
    let t = try Tensor.arange(7)
    #expect(try t.chunk(3).map(\.count) == [3, 3, 1])
    #expect(try t.chunk(4).map(\.count) == [2, 2, 2, 1])
    #expect(try Tensor.arange(2).chunk(4).map(\.count) == [1, 1])
    #expect(try t.split(sizes: [2, 5])[1].int64s() == [2, 3, 4, 5, 6])
    #expect(throws: TorchError.self) { try t.split(sizes: [2, 4]) }
    #expect(throws: TorchError.self) { try t.chunk(0) }
    #expect(throws: TorchError.self) { try t.chunk(2, dim: 1) }
  }

  @Test("joining and selecting")
  func joining() throws {
    let t = try grid()
    #expect(try Tensor.cat([t, t], dim: 1).shape == [2, 6])
    #expect(try Tensor.stack([t, t]).shape == [2, 2, 3])
    #expect(try t.indexSelect(dim: 1, Tensor([2, 0] as [Int64])).floats() == [2, 0, 5, 3])
    #expect(try t.gather(dim: 1, Tensor([2, 1] as [Int64], shape: [2, 1])).floats() == [2, 4])
    #expect(throws: TorchError.self) { try Tensor.cat([]) }
    #expect(throws: TorchError.self) { try t.indexSelect(dim: 1, Tensor([3] as [Int64])) }
  }

  @Test("operators broadcast, on both sides of a number")
  func operators() throws {
    let t = try Tensor([1, 2, 4] as [Float])
    let column = try Tensor([10, 20] as [Float], shape: [2, 1])
    #expect(try (t + column).floats() == [11, 12, 14, 21, 22, 24])
    #expect(try (t - 1).floats() == [0, 1, 3])
    #expect(try (1 - t).floats() == [0, -1, -3])
    #expect(try (2 * t * 0.5).floats() == [1, 2, 4])
    #expect(try (4 / t).floats() == [4, 2, 1])
    #expect(try (t / t).floats() == [1, 1, 1])
    #expect(try (-t).floats() == [-1, -2, -4])
    #expect(try Tensor.pow(2, t).floats() == [2, 4, 16])
    #expect(try t.pow(2).floats() == [1, 4, 16])
  }

  @Test("a whole number leaves an integer tensor an integer one, a fraction does not")
  func integerScalars() throws {
    let ids = try Tensor([3, 4] as [Int64])
    #expect(try (ids + 1).dtype == .int64)
    #expect(try (ids + 1).int64s() == [4, 5])
    #expect(try (ids * 0.5).floats() == [1.5, 2])
    #expect(try (ids / 2).floats() == [1.5, 2])
    #expect(try ids.clamp(max: 3).int64s() == [3, 3])
  }

  @Test("functions of one tensor")
  func unary() throws {
    let t = try Tensor([0.25, 1, 4] as [Float])
    #expect(try t.sqrt().floats() == [0.5, 1, 2])
    #expect(try t.rsqrt().floats() == [2, 1, 0.5])
    #expect(near(try t.exp().log().floats(), [0.25, 1, 4]))
    #expect(near(try (t.sin() * t.sin() + t.cos() * t.cos()).floats(), [1, 1, 1]))
    #expect(near(try t.sigmoid().floats(), [0.5621765, 0.7310586, 0.98201376]))
    #expect(near(try t.tanh().floats(), [0.24491866, 0.7615942, 0.9993293]))
    #expect(near(try t.erf().floats(), [0.27632639, 0.8427008, 1]))
    #expect(near(try t.expm1().floats(), [0.28402543, 1.7182818, 53.59815], tolerance: 1e-4))
    #expect(try Tensor([0.5, 1.5, -2.5] as [Float]).round().floats() == [0, 2, -2])
    #expect(try Tensor([-1.5, 2] as [Float]).abs().floats() == [1.5, 2])
  }

  @Test("comparisons, where and clamp")
  func comparisons() throws {
    let t = try Tensor([1, 2, 3] as [Float])
    let mask = try t.gt(1.5)
    #expect(mask.dtype == .bool)
    #expect(try mask.int64s() == [0, 1, 1])
    #expect(try t.le(Tensor([3, 2, 1] as [Float])).int64s() == [1, 1, 0])
    #expect(try Tensor.where(mask, t, -t).floats() == [-1, 2, 3])
    #expect(try t.clamp(min: 1.5, max: 2.5).floats() == [1.5, 2, 2.5])
    #expect(try t.minimum(2).floats() == [1, 2, 2])
    #expect(try t.maximum(Tensor([2, 2, 2] as [Float])).floats() == [2, 2, 3])
    #expect(try mask.any())
    #expect(try !mask.all())
  }

  @Test("reductions over everything and over dimensions")
  func reductions() throws {
    let t = try grid()
    #expect(try t.sum().item() == 15)
    #expect(try t.mean().item() == 2.5)
    #expect(try t.sum(dims: [0]).floats() == [3, 5, 7])
    #expect(try t.mean(dims: [-1], keepDim: true).shape == [2, 1])
    #expect(try t.max().item() == 5)
    #expect(try t.min(dims: [1]).floats() == [0, 3])
    #expect(try t.argmax(dim: 1).int64s() == [2, 2])
    #expect(try t.cumsum(dim: 1).floats() == [0, 1, 3, 3, 7, 12])
    #expect(try (t + 1).cumprod(dim: 1).floats() == [1, 2, 6, 4, 20, 120])
    #expect(near([Float(try Tensor([1, 2, 4] as [Float]).std().item())], [1.5275252]))
    #expect(try Tensor([3, 4] as [Float]).norm().item() == 5)
    #expect(try Tensor([1, 5, 2, 9] as [Float]).quantile(0.75, dim: 0).item() == 6)
    #expect(try Tensor([1, 5, 2] as [Float]).sorted(descending: true).floats() == [5, 2, 1])
  }

  @Test("matrix products in float32 and bfloat16")
  func matmul() throws {
    let a = try Tensor.arange(start: 0, end: 6).reshape([2, 3])
    let b = try Tensor.arange(start: 0, end: 6).reshape([3, 2])
    #expect(try a.matmul(b).floats() == [10, 13, 28, 40])
    let bias = try Tensor.ones(shape: [2, 2])
    #expect(try bias.addmm(a, b, beta: 2, alpha: 0.5).floats() == [7, 8.5, 16, 22])
    // Quotients are taken in bfloat16, as the reference values were.
    let product = try (a.to(dtype: .bfloat16) / 3).matmul(b.to(dtype: .bfloat16) / 7)
    #expect(product.dtype == .bfloat16)
    #expect(near(try product.floats(), [0.4765625, 0.6210938, 1.328125, 1.90625], tolerance: 0.008))
  }

  @Test("in-place operations write where the tensor is and give it back")
  func inPlace() throws {
    let t = try Tensor([1, 2] as [Float])
    let same = try t.add_(Tensor([1, 1] as [Float]), alpha: 2)
    #expect(same === t)
    try t.mul_(2)
    #expect(try t.floats() == [6, 8])
    try t.lerp_(Tensor([0, 0] as [Float]), weight: 0.5)
    #expect(try t.floats() == [3, 4])
    try t.addcmul_(Tensor([1, 2] as [Float]), Tensor([3, 4] as [Float]), value: 2)
    #expect(try t.floats() == [9, 20])
    try t.clamp_(max: 10)
    #expect(try t.floats() == [9, 10])
    try t.copy_(Tensor([5] as [Int64]))
    #expect(try t.floats() == [5, 5])
    let other = try Tensor([1, 1] as [Float])
    try Tensor.lerp_([t, other], towards: [Tensor([1, 1] as [Float]), Tensor([3, 5] as [Float])], weight: 0.25)
    #expect(try t.floats() == [4, 4])
    #expect(try other.floats() == [1.5, 2])
    #expect(throws: TorchError.self) { try t.copy_(Tensor([1, 2, 3] as [Float])) }
    #expect(throws: TorchError.self) { try Tensor.lerp_([t], towards: [], weight: 0.5) }
  }
}
