import Testing
import Torch

@Suite struct TensorTests {
  @Test("randn with seed 0 gives PyTorch's numbers")
  func randn() throws {
    let generator = try Generator(seed: 0)
    let values = try Tensor.randn(shape: [4], generator: generator).floats()
    let expected: [Float] = [1.5409961, -0.2934289, -2.1787894, 0.56843126]
    for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-6) }
  }

  @Test("A shape mismatch is a typed error that names the shapes")
  func mismatch() throws {
    let a = try Tensor.ones(shape: [2, 3])
    let b = try Tensor.ones(shape: [4, 5])
    let error = #expect(throws: TorchError.self) { try a.matmul(b) }
    #expect(error?.kind == .invalidArgument)
    #expect(error?.message.contains("2x3 and 4x5") == true)
  }
}
