import Testing
import Torch

// libtorch's own operations in float64, which no kernel of ours takes, are the reference.
@Suite("Our attention kernel agrees with libtorch's operations")
struct AttentionTests {
  struct Shape: CustomStringConvertible {
    var images = 2
    var heads: Int
    var queries: Int
    var keys: Int
    var width: Int
    var description: String { "\(heads) heads of \(width), \(queries) × \(keys)" }

    func random(seed: UInt64) throws -> [Tensor] {
      let generator = try Generator(seed: seed)
      return try [queries, keys, keys, queries].map {
        try Tensor.randn(shape: [images, $0, heads * width], generator: generator)
      }
    }
  }

  /// The largest difference, relative to the largest number.
  private func deviation(_ a: Tensor, _ b: Tensor) throws -> Double {
    try (a.to(dtype: .float64) - b).abs().max().item() / b.abs().max().item()
  }

  /// The result and the gradients of q, k and v for the loss Σ y · direction.
  private func run(_ inputs: [Tensor], heads: Int, _ dtype: DType) throws -> [Tensor] {
    let leaves = try inputs.prefix(3).map { try $0.to(dtype: dtype).detach() }
    for leaf in leaves { leaf.requiresGrad = true }
    let y = try F.attention(leaves[0], leaves[1], leaves[2], heads: heads)
    let loss = try (y * inputs[3].to(dtype: dtype)).sum()
    return [try y.detach()] + (try Tensor.gradients(of: [loss], withRespectTo: leaves).map { try #require($0) })
  }

  @Test(
    "results and gradients, where heads fill their vectors and where not, in one block and in several",
    arguments: [
      Shape(heads: 3, queries: 37, keys: 53, width: 20), Shape(heads: 4, queries: 64, keys: 77, width: 16),
      Shape(heads: 1, queries: 1, keys: 1, width: 1), Shape(heads: 2, queries: 130, keys: 300, width: 40),
      Shape(heads: 1, queries: 58, keys: 129, width: 112),
    ])
  func agrees(shape: Shape) throws {
    let inputs = try shape.random(seed: 1)
    let ours = try run(inputs, heads: shape.heads, .float32), reference = try run(inputs, heads: shape.heads, .float64)
    for (a, b) in zip(ours, reference) where try b.abs().max().item() > 1e-9 { #expect(try deviation(a, b) < 5e-6) }
    let unrecorded = try noGrad { try F.attention(inputs[0], inputs[1], inputs[2], heads: shape.heads) }
    #expect(try unrecorded.floats() == ours[0].floats())
  }

  @Test("scores so large that hardly more than one key counts overflow nowhere")
  func largeScores() throws {
    let inputs = try Shape(heads: 2, queries: 20, keys: 140, width: 16).random(seed: 2).map { try $0 * 40 }
    let ours = try run(inputs, heads: 2, .float32), reference = try run(inputs, heads: 2, .float64)
    // Scores of ten thousand have a rounding of a thousandth, and weights are their exponentials.
    #expect(try deviation(ours[0], reference[0]) < 5e-4)
    for result in ours { #expect(try result.isFiniteAll) }
  }

  @Test("keys whose scores are minus infinity weigh nothing, a whole block of them too")
  func infiniteScores() throws {
    let inputs = try Shape(images: 1, heads: 1, queries: 3, keys: 140, width: 16).random(seed: 6)
    let far = try Tensor.cat([
      Tensor.full(shape: [1, 130, 16], value: -3e38), inputs[1].narrow(dim: 1, start: 130, length: 10),
    ], dim: 1)
    let queries = try inputs[0].abs() + 1
    let y = try F.attention(queries, far, inputs[2], heads: 1)
    let others = try F.attention(
      queries, inputs[1].narrow(dim: 1, start: 130, length: 10), inputs[2].narrow(dim: 1, start: 130, length: 10),
      heads: 1)
    #expect(near(try y.floats(), try others.floats()))
  }

  @Test("what is not a number stays in its image, and comes out of it")
  func notANumber() throws {
    let inputs = try Shape(heads: 2, queries: 5, keys: 40, width: 16).random(seed: 3)
    let key = try inputs[1].narrow(dim: 0, start: 1, length: 1).narrow(dim: 1, start: 7, length: 1)
    _ = try key.fill_(.nan)
    let y = try F.attention(inputs[0], inputs[1], inputs[2], heads: 2)
    #expect(try y.narrow(dim: 0, start: 0, length: 1).isFiniteAll)
    #expect(try y.narrow(dim: 0, start: 1, length: 1).floats().allSatisfy(\.isNaN))
  }

  @Test(
    "an image's result and gradients do not depend on the images beside it, nor on the number of threads",
    arguments: [1, 4])
  func independence(heads: Int) throws {
    let inputs = try Shape(images: 3, heads: heads, queries: 150, keys: 290, width: 24).random(seed: 4)
    let threads = Torch.threads
    defer { try? Torch.setThreads(threads) }
    try Torch.setThreads(1)
    let together = try run(inputs, heads: heads, .float32)
    try Torch.setThreads(16)
    for image in 0..<3 {
      let part = try inputs.map { try $0.narrow(dim: 0, start: image, length: 1) }
      for (alone, all) in zip(try run(part, heads: heads, .float32), together) {
        #expect(try alone.floats() == all.narrow(dim: 0, start: image, length: 1).floats())
      }
    }
  }

  @Test("views of wider rows are read where they are, on the way back too", arguments: [32, 40])
  func views(width: Int) throws {
    let all = try Tensor.randn(shape: [2, 30, 3 * width], generator: Generator(seed: 5))
    let direction = try Tensor.randn(shape: [2, width, 30], generator: Generator(seed: 6)).transpose(1, 2)
    func run(_ parts: [Tensor], _ direction: Tensor) throws -> [[Float]] {
      for part in parts { part.requiresGrad = true }
      let y = try F.attention(parts[0], parts[1], parts[2], heads: 2)
      let gradients = try Tensor.gradients(of: [(y * direction).sum()], withRespectTo: parts)
      return [try y.detach().floats()] + (try gradients.map { try #require($0).floats() })
    }
    let parts = try (0..<3).map { try all.narrow(dim: 2, start: $0 * width, length: width).detach() }
    let copies = try parts.map { try $0.contiguous().detach() }
    #expect(try run(parts, direction) == run(copies, direction.contiguous()))
  }

  @Test("shapes that do not fit each other are errors that name them")
  func badShapes() throws {
    let x = try Tensor.zeros(shape: [1, 4, 12]), other = try Tensor.zeros(shape: [1, 4, 16])
    #expect(throws: TorchError.self) { try F.attention(x, x, x, heads: 5) }
    #expect(throws: TorchError.self) { try F.attention(x, other, other, heads: 4) }
    #expect(throws: TorchError.self) { try F.attention(x, x, x, heads: 0) }
  }
}
