import Testing
import Torch

// The numbers are PyTorch 2.13's for torch.Generator("cpu").manual_seed(7).
@Suite("Random numbers")
struct GeneratorTests {
  @Test("seeded numbers are PyTorch's, below and above 16 elements, where its algorithm changes")
  func reference() throws {
    let many = try Tensor.randn(shape: [20], generator: Generator(seed: 7)).floats()
    #expect(near(Array(many.prefix(4)), [-0.8201345, 0.3956312, 0.8989085, -1.3884039]))
    #expect(near(Array(many.suffix(4)), [-0.8667016, -0.5640067, -2.0564625, -0.3567225]))
    let few = try Tensor.randn(shape: [4], generator: Generator(seed: 0)).floats()
    #expect(near(few, [1.5409961, -0.2934289, -2.1787894, 0.56843126]))
    let uniform = try Tensor.rand(shape: [4], generator: Generator(seed: 7)).floats()
    #expect(near(uniform, [0.5349225, 0.1988032, 0.6592117, 0.6568903]))
    let whole = try Tensor.randint(high: 1000, shape: [6], generator: Generator(seed: 7)).int64s()
    #expect(whole == [615, 892, 721, 286, 283, 347])
    #expect(try Tensor.randperm(8, generator: Generator(seed: 7)).int64s() == [7, 0, 3, 4, 1, 5, 2, 6])
  }

  @Test("a restored state goes on with the very same numbers")
  func state() throws {
    let generator = try Generator(seed: 5)
    _ = try Tensor.randn(shape: [3], generator: generator)
    let state = try generator.state()
    let first = try Tensor.randn(shape: [33], generator: generator).floats()
    let other = try Generator(seed: 99)
    try other.setState(state)
    #expect(try Tensor.randn(shape: [33], generator: other).floats() == first)
    try generator.seed(5)
    _ = try Tensor.randn(shape: [3], generator: generator)
    #expect(try generator.state() == state)
  }

  @Test("bytes that are no state are refused")
  func badState() throws {
    let generator = try Generator(seed: 1)
    #expect(throws: TorchError.self) { try generator.setState([]) }
    #expect(throws: TorchError.self) { try generator.setState([1, 2, 3]) }
  }

  @Test("generators do not disturb one another")
  func independence() throws {
    let a = try Generator(seed: 3)
    let b = try Generator(seed: 3)
    let first = try Tensor.randn(shape: [2], generator: a).floats()
    _ = try Tensor.randn(shape: [2])
    #expect(try Tensor.randn(shape: [2], generator: b).floats() == first)
  }
}
