import Testing
import Torch

@Suite("A linear layer with a low-rank update")
struct LowRankLinearTests {
  private func lowRankLinear(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, down: Tensor, up: Tensor, scale: Double
  ) throws(TorchError) -> Tensor {
    try F.lowRankLinears(x, [F.LowRankLayer(weight, bias, down: down, up: up, scale: scale)])[0]
  }

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
      let fused = try lowRankLinear(
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

  @Test("several layers of one input are what each is alone, of any ranks and widths, with a bias or without")
  func together() throws {
    let generator = try Generator(seed: 2), x = try Tensor.randn(shape: [2, 5, 20], generator: generator)
    var layers: [F.LowRankLayer] = [], leaves = [x], directions: [Tensor] = []
    for (width, rank, scale) in [(24, 3, 0.5), (8, 1, 2), (40, 6, 1)] {
      let weight = try Tensor.randn(shape: [width, 20], generator: generator)
      let down = try Tensor.randn(shape: [rank, 20], generator: generator)
      let up = try Tensor.randn(shape: [width, rank], generator: generator)
      let bias = width == 8 ? try Tensor.randn(shape: [width], generator: generator) : nil
      layers.append(F.LowRankLayer(weight, bias, down: down, up: up, scale: scale))
      leaves += [down, up]
      directions.append(try Tensor.randn(shape: [2, 5, width], generator: generator))
    }
    for leaf in leaves { leaf.requiresGrad = true }
    func run(_ results: [Tensor]) throws -> [[Float]] {
      var loss = try Tensor.zeros(shape: [])
      for (result, direction) in zip(results, directions) { loss = try loss + (result * direction).sum() }
      let gradients = try Tensor.gradients(of: [loss], withRespectTo: leaves).map { try #require($0).floats() }
      return try results.map { try $0.detach().floats() } + gradients
    }
    let together = try run(F.lowRankLinears(x, layers))
    let alone = try run(layers.map { try F.lowRankLinears(x, [$0])[0] })
    #expect(together.count == 10)
    for (a, b) in zip(together, alone) { #expect(near(a, b, tolerance: 3e-4)) }
    #expect(try F.lowRankLinears(x, []).isEmpty)
  }

  @Test("a residual is added, with its gradient; to several layers none can be", arguments: [true, false])
  func residual(hasBias: Bool) throws {
    let example = try Case(rows: [2, 5]), bias = hasBias ? example.bias : nil
    let layer = F.LowRankLayer(example.weight, bias, down: example.down, up: example.up, scale: example.scale)
    let residual = try Tensor.randn(shape: [2, 5, 24], generator: Generator(seed: 3))
    residual.requiresGrad = true
    func fused() throws -> Tensor { try F.lowRankLinears(example.x, [layer], residual: residual)[0] }
    let parts = try F.lowRankLinears(example.x, [layer])[0] + residual
    #expect(near(try fused().detach().floats(), try parts.detach().floats(), tolerance: 1e-4))
    #expect(try example.gradients(of: fused()) == example.gradients(of: parts))
    let gradients = try Tensor.gradients(of: [(fused() * example.direction).sum()], withRespectTo: [residual])
    #expect(try gradients[0]?.floats() == example.direction.floats())
    #expect(throws: TorchError.self) { try F.lowRankLinears(example.x, [layer, layer], residual: residual) }
    #expect(throws: TorchError.self) { try F.lowRankLinears(example.x, [layer], residual: example.x) }
  }

  @Test("with an update that is zero it is the plain layer, to the bit; recorded or not", arguments: [true, false])
  func zeroUpdate(hasBias: Bool) throws {
    let example = try Case(rows: [2, 5]), bias = hasBias ? example.bias : nil
    let up = try Tensor.zeros(shape: [24, 3]), residual = try Tensor.randn(shape: [2, 5, 24])
    let layer = F.LowRankLayer(example.weight, bias, down: example.down, up: up, scale: 1)
    for around in [nil, residual] {
      let plain = try F.linear(example.x, example.weight, bias, residual: around).floats()
      #expect(try F.lowRankLinears(example.x, [layer], residual: around)[0].floats() == plain)
      #expect(try noGrad { try F.linear(example.x, example.weight, bias, residual: around).floats() } == plain)
    }
    let sum = try F.linear(example.x, example.weight, bias) + residual
    let fused = try F.linear(example.x, example.weight, bias, residual: residual)
    #expect(near(try fused.floats(), try sum.floats(), tolerance: 1e-4))
    #expect(throws: TorchError.self) { try F.linear(example.x, example.weight, bias, residual: example.x) }
  }

  @Test("without a graph it computes the same bits")
  func unrecorded() throws {
    let example = try Case(rows: [2, 5])
    func run() throws -> [Float] {
      try lowRankLinear(
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
    let y = try lowRankLinear(
      example.x.detach(), example.weight, example.bias, down: example.down, up: example.up, scale: example.scale)
    try (y * example.direction).sum().backward()
    #expect(example.x.grad == nil)
    #expect(example.down.grad?.shape == [3, 20])
    #expect(example.up.grad?.shape == [24, 3])
  }

  @Test("one matrix may be frozen, with a bias or without", arguments: [true, false], [true, false])
  func frozenMatrix(freezesDown: Bool, hasBias: Bool) throws {
    let example = try Case(rows: [6])
    let bias = hasBias ? example.bias : nil
    let frozen = freezesDown ? example.down : example.up, trained = freezesDown ? example.up : example.down
    let all = try example.gradients(
      of: lowRankLinear(
        example.x, example.weight, bias, down: example.down, up: example.up, scale: example.scale))
    frozen.requiresGrad = false
    let y = try lowRankLinear(
      example.x, example.weight, bias, down: example.down, up: example.up, scale: example.scale)
    try (y * example.direction).sum().backward()
    #expect(frozen.grad == nil)
    #expect(try trained.grad?.floats() == all[freezesDown ? 2 : 1])
    #expect(try example.x.grad?.floats() == all[0])
  }

  @Test("computed anew on the way back it gives the same gradients")
  func recomputed() throws {
    let example = try Case(rows: [2, 5])
    let (weight, bias, down, up, scale) = (example.weight, example.bias, example.down, example.up, example.scale)
    func gradients(_ activations: Activations) throws -> [[Float]] {
      let y = try activations.of([example.x], hasLeaves: true) { (inputs) throws(TorchError) in
        try lowRankLinear(inputs[0], weight, bias, down: down, up: up, scale: scale)
      }
      for leaf in [example.x, down, up] { try leaf.setGrad(nil) }
      try (y * example.direction).sum().backward()
      return try [example.x, down, up].map { try #require($0.grad).floats() }
    }
    #expect(try gradients(.recomputed) == gradients(.kept))
  }

  @Test("its result may be changed in place, as any layer's")
  func inPlace() throws {
    let example = try Case(rows: [2, 5])
    let y = try lowRankLinear(
      example.x, example.weight, example.bias, down: example.down, up: example.up, scale: example.scale)
    let before = try y.floats()
    #expect(near(try y.add_(Tensor.ones(shape: [2, 5, 24])).floats(), before.map { $0 + 1 }))
  }

  @Test("weights that are trained themselves, rows of another width and single numbers are refused")
  func refusals() throws {
    let example = try Case(rows: [6])
    let (down, up) = (example.down, example.up)
    #expect(throws: TorchError.self) {
      try lowRankLinear(Tensor.zeros(shape: [2, 9]), example.weight, nil, down: down, up: up, scale: 1)
    }
    #expect(throws: TorchError.self) {
      try lowRankLinear(Tensor.zeros(shape: [20]), example.weight, nil, down: down, up: up, scale: 1)
    }
    example.weight.requiresGrad = true
    #expect(throws: TorchError.self) {
      try lowRankLinear(example.x, example.weight, nil, down: down, up: up, scale: 1)
    }
  }
}
