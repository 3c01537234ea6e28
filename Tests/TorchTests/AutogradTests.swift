import Testing
import Torch

@Suite("Gradients")
struct AutogradTests {
  private func leaf(_ values: [Float], shape: [Int]? = nil) throws -> Tensor {
    let tensor = try Tensor(values, shape: shape)
    tensor.requiresGrad = true
    return tensor
  }

  @Test("the gradient of Σ x³ + 2x is 3x² + 2, and a second backward adds to it")
  func polynomial() throws {
    let x = try leaf([1, -2])
    try (x.pow(3) + x * 2).sum().backward()
    #expect(try x.grad?.floats() == [5, 14])
    try (x * 1).sum().backward()
    #expect(try x.grad?.floats() == [6, 15])
    try x.setGrad(nil)
    #expect(x.grad == nil)
  }

  @Test("a convolution's gradient agrees with finite differences")
  func convolution() throws {
    let seed: UInt64 = 11
    let generator = try Generator(seed: seed)
    let x = try Tensor.randn(shape: [1, 2, 4, 4], generator: generator, dtype: .float64)
    let weight = try Tensor.randn(shape: [3, 2, 3, 3], generator: generator, dtype: .float64)
    weight.requiresGrad = true
    func loss() throws -> Tensor { try F.silu(F.conv2d(x, weight, padding: 1)).pow(2).sum() }
    try loss().backward()
    let gradient = try #require(weight.grad).doubles()
    let flat = try weight.detach().flatten()
    let step = 1e-6
    for index in [0, 17, 53] {
      let element = try flat.select(dim: 0, index: index)
      try element.add_(step)
      let above = try noGrad { try loss().item() }
      try element.add_(-2 * step)
      let below = try noGrad { try loss().item() }
      try element.add_(step)
      #expect(abs((above - below) / (2 * step) - gradient[index]) < 1e-5, "seed \(seed)")
    }
  }

  @Test("low-rank factors learn while the frozen weight gets no gradient")
  func lowRank() throws {
    let frozen = try Tensor.ones(shape: [3, 2])
    let down = try leaf([1, 2], shape: [1, 2])
    let up = try leaf([0, 0, 0], shape: [3, 1])
    let x = try Tensor([1, 1] as [Float], shape: [1, 2])
    let y = try F.linear(x, frozen) + F.linear(F.linear(x, down), up) * 0.5
    try y.sum().backward()
    #expect(frozen.grad == nil)
    #expect(try up.grad?.floats() == [1.5, 1.5, 1.5])
    #expect(try down.grad?.floats() == [0, 0])
  }

  @Test("nothing is recorded in noGrad and inferenceMode, and the mode ends with the closure, thrown or not")
  func modes() throws {
    let x = try leaf([1])
    struct Stop: Error {}
    #expect(try !noGrad { try x * 2 }.requiresGrad)
    #expect(try !inferenceMode { try x * 2 }.requiresGrad)
    #expect(throws: Stop.self) { try noGrad { throw Stop() } }
    #expect(throws: Stop.self) { try inferenceMode { throw Stop() } }
    #expect(try (x * 2).requiresGrad)
    #expect(try noGrad { try withGrad { try x * 2 } }.requiresGrad)
  }

  @Test("an update in place of a leaf is refused outside noGrad")
  func inPlaceUpdate() throws {
    let x = try leaf([1])
    #expect(throws: TorchError.self) { try x.add_(1) }
    try noGrad { _ = try x.add_(1) }
    #expect(try x.floats() == [2])
  }

  @Test("gradients can be asked for without touching grad; one that took no part is nil")
  func functional() throws {
    let x = try leaf([3])
    let unused = try leaf([1])
    let found = try Tensor.gradients(of: [x * x], withRespectTo: [x, unused])
    #expect(try found[0]?.floats() == [6])
    #expect(found[1] == nil)
    #expect(x.grad == nil)
    let weighted = try Tensor.gradients(
      of: [x * x], withRespectTo: [x], gradients: [Tensor([0.5] as [Float])])
    #expect(try weighted[0]?.floats() == [3])
  }

  @Test("backward from a tensor without a graph, or from many elements, says what is wrong")
  func refusals() throws {
    #expect(throws: TorchError.self) { try Tensor.ones(shape: [1]).backward() }
    let x = try leaf([1, 2])
    let error = #expect(throws: TorchError.self) { try (x * 2).backward() }
    #expect(error?.message.contains("scalar") == true)
    try (x * 2).backward(gradient: Tensor([1, 10] as [Float]))
    #expect(try x.grad?.floats() == [2, 20])
    #expect(throws: TorchError.self) { try x.setGrad(Tensor.ones(shape: [3])) }
  }
}
