import Testing
import Torch

@Suite("A linear layer with a low-rank update")
struct LowRankLinearTests {
  private struct Case {
    let x, weight, bias, down, up, direction: Tensor
    let scale = 0.75

    init(rows: [Int], dtype: DType = .float32) throws {
      let generator = try Generator(seed: 1)
      func random(_ shape: [Int]) throws -> Tensor {
        try Tensor.randn(shape: shape, generator: generator).to(dtype: dtype)
      }
      x = try random(rows + [20])
      weight = try random([24, 20])
      bias = try random([24])
      down = try random([3, 20])
      up = try random([24, 3])
      direction = try random(rows + [24])
      for leaf in [x, down, up] { leaf.requiresGrad = true }
    }

    func gradients(of y: Tensor) throws -> [[Float]] {
      try Tensor.gradients(of: [(y * direction).sum()], withRespectTo: [x, down, up]).map {
        try #require($0).floats()
      }
    }
  }

  @Test("is the layer plus the scaled product of both matrices, and so are its gradients", arguments: [true, false])
  func composition(hasBias: Bool) throws {
    for rows in [[7], [2, 5], [2, 3, 4]] {
      let example = try Case(rows: rows)
      let bias = hasBias ? example.bias : nil
      let fused = try F.lowRankLinear(
        example.x, example.weight, bias, down: example.down, up: example.up, scale: example.scale)
      let low = try F.linear(F.linear(example.x, example.down), example.up)
      let parts = try F.linear(example.x, example.weight, bias) + low * example.scale
      #expect(fused.shape == rows + [24])
      #expect(near(try fused.floats(), try parts.floats(), tolerance: 1e-4))
      for (a, b) in zip(try example.gradients(of: fused), try example.gradients(of: parts)) {
        #expect(near(a, b, tolerance: 3e-4))
      }
    }
  }

  @Test("without a graph it computes the same bits")
  func unrecorded() throws {
    let example = try Case(rows: [2, 5])
    func run() throws -> [Float] {
      try F.lowRankLinear(
        example.x, example.weight, example.bias, down: example.down, up: example.up, scale: example.scale
      ).floats()
    }
    let recorded = try run()
    #expect(try noGrad { try run() } == recorded)
    #expect(try inferenceMode { try run() } == recorded)
  }

  @Test("an input that needs no gradient gets none, and the update still its own")
  func inputWithoutGradient() throws {
    let example = try Case(rows: [6])
    let y = try F.lowRankLinear(
      example.x.detach(), example.weight, example.bias, down: example.down, up: example.up, scale: example.scale)
    try (y * example.direction).sum().backward()
    #expect(example.x.grad == nil)
    #expect(example.down.grad?.shape == [3, 20])
    #expect(example.up.grad?.shape == [24, 3])
  }

  @Test("weights that are trained themselves, rows of another width and single numbers are refused")
  func refusals() throws {
    let example = try Case(rows: [6])
    let (down, up) = (example.down, example.up)
    #expect(throws: TorchError.self) {
      try F.lowRankLinear(Tensor.zeros(shape: [2, 9]), example.weight, nil, down: down, up: up, scale: 1)
    }
    #expect(throws: TorchError.self) {
      try F.lowRankLinear(Tensor.zeros(shape: [20]), example.weight, nil, down: down, up: up, scale: 1)
    }
    example.weight.requiresGrad = true
    #expect(throws: TorchError.self) {
      try F.lowRankLinear(example.x, example.weight, nil, down: down, up: up, scale: 1)
    }
  }
}
