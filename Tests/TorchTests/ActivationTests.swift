import Testing
import Torch

// libtorch's own operations in float64, which no kernel of ours takes, are the reference.
@Suite("Our kernels of norms and activations agree with libtorch's operations")
struct ActivationTests {
  private func random(_ shape: [Int], seed: UInt64) throws -> Tensor {
    try Tensor.randn(shape: shape, generator: Generator(seed: seed))
  }

  /// The largest difference, relative to the largest number.
  private func deviation(_ a: Tensor, _ b: Tensor) throws -> Double {
    try (a.to(dtype: .float64) - b).abs().max().item() / b.abs().max().item()
  }

  /// Results and gradients of both, for the loss Σ y · direction.
  private func check(
    _ x: Tensor, direction: Tensor, _ body: (Tensor, DType) throws -> Tensor
  ) throws {
    func run(_ dtype: DType, _ x: Tensor) throws -> (Tensor, Tensor) {
      let leaf = try x.to(dtype: dtype).detach()
      leaf.requiresGrad = true
      let result = try body(leaf, dtype)
      let gradients = try Tensor.gradients(of: [(result * direction.to(dtype: dtype)).sum()], withRespectTo: [leaf])
      return (try result.detach(), try #require(gradients[0]))
    }
    let ours = try run(.float32, x), reference = try run(.float64, x.contiguous())
    #expect(try deviation(ours.0, reference.0) < 5e-6)
    #expect(try deviation(ours.1, reference.1) < 5e-6)
    let unrecorded = try noGrad { try body(x, .float32) }
    #expect(try unrecorded.floats() == ours.0.floats())
  }

  @Test(
    "group norm and its gradient, with and without SiLU, for groups narrower and wider than a vector",
    arguments: [(48, 8, 5, 7), (32, 1, 3, 3), (320, 32, 9, 8)], [false, true])
  func groupNorm(shape: (channels: Int, groups: Int, height: Int, width: Int), silu: Bool) throws {
    let (channels, groups, height, width) = shape
    // Far from zero: sums of squares must not swallow the variance.
    let x = try (random([2, channels, height, width], seed: 1) * 0.5 + 3).channelsLast()
    let weight = try random([channels], seed: 2), bias = try random([channels], seed: 3)
    try check(x, direction: random([2, channels, height, width], seed: 4)) { x, dtype in
      try F.groupNorm(
        x, groups: groups, weight: weight.to(dtype: dtype), bias: bias.to(dtype: dtype), eps: 1e-5, silu: silu)
    }
  }

  @Test("an image's norm does not depend on the images beside it, nor on the number of threads")
  func groupNormIndependence() throws {
    let x = try random([4, 32, 20, 11], seed: 5).channelsLast()
    let weight = try random([32], seed: 6), bias = try random([32], seed: 7)
    func norm(_ x: Tensor) throws -> Tensor {
      try F.groupNorm(x, groups: 8, weight: weight, bias: bias, silu: true)
    }
    let together = try norm(x)
    for image in 0..<4 {
      let alone = try norm(x.narrow(dim: 0, start: image, length: 1).channelsLast())
      #expect(try alone.floats() == together.narrow(dim: 0, start: image, length: 1).floats())
    }
    let threads = Torch.threads
    try Torch.setThreads(3)
    defer { try? Torch.setThreads(threads) }
    #expect(try norm(x).floats() == together.floats())
  }

  @Test("the gated GELU and its gradient, far into both tails", arguments: [32, 160])
  func gatedGELU(width: Int) throws {
    let x = try random([2, 19, 2 * width], seed: 8) * 4
    try check(x, direction: random([2, 19, width], seed: 9)) { x, _ in try F.gatedGELU(x) }
  }

  @Test("a gate of any width works, an odd one is refused")
  func oddGates() throws {
    let x = try random([3, 10], seed: 10)
    let parts = try x.chunk(2, dim: -1)
    #expect(try F.gatedGELU(x).floats() == (parts[0] * F.gelu(parts[1])).floats())
    #expect(throws: TorchError.self) { try F.gatedGELU(Tensor.zeros(shape: [2, 3])) }
  }
}
