import Foundation
import Testing
import Torch

@Suite("AdamW")
struct AdamWTests {
  private static let target: [Float] = [0.5, 0.25, -1]

  private func parameter(_ values: [Float] = [1, -2, 3]) throws -> Tensor {
    let tensor = try Tensor(values)
    tensor.requiresGrad = true
    return tensor
  }

  private func optimiser(_ parameters: [Tensor]) -> AdamW {
    AdamW(parameters: parameters, learningRate: 0.1, betas: (0.9, 0.99), weightDecay: 0.05)
  }

  private func train(_ parameter: Tensor, _ optimiser: AdamW) throws {
    try optimiser.zeroGrad()
    try (parameter - Tensor(Self.target)).pow(2).sum().backward()
    try optimiser.step()
  }

  @Test("three steps give PyTorch's numbers")
  func reference() throws {
    let parameter = try parameter()
    let optimiser = optimiser([parameter])
    let wanted: [[Float]] = [
      [0.895, -1.89, 2.885], [0.7917619, -1.7807007, 2.7706552], [0.6916769, -1.6722093, 2.6570179],
    ]
    for step in 0..<3 {
      try train(parameter, optimiser)
      #expect(near(try parameter.floats(), wanted[step]))
    }
  }

  @Test("steps follow the formula of decoupled weight decay")
  func formula() throws {
    let parameter = try parameter([2])
    let optimiser = AdamW(
      parameters: [parameter], learningRate: 0.01, betas: (0.8, 0.95), epsilon: 1e-3, weightDecay: 0.1)
    var (x, m, v) = (2.0, 0.0, 0.0)
    for t in 1...5 {
      optimiser.learningRate = 0.01 / Double(t)
      try optimiser.zeroGrad()
      try parameter.pow(2).sum().backward()
      try optimiser.step()
      let g = 2 * x
      x *= 1 - optimiser.learningRate * 0.1
      m = 0.8 * m + 0.2 * g
      v = 0.95 * v + 0.05 * g * g
      let mHat = m / (1 - pow(0.8, Double(t)))
      let vHat = v / (1 - pow(0.95, Double(t)))
      x -= optimiser.learningRate * mHat / (vHat.squareRoot() + 1e-3)
      #expect(abs(try parameter.item() - x) < 1e-6)
    }
  }

  @Test("a run resumed from exported state ends bit for bit where the unbroken one ends")
  func resume() throws {
    let unbroken = try parameter()
    let first = optimiser([unbroken])
    for _ in 0..<2 { try train(unbroken, first) }

    let resumed = try parameter(try unbroken.floats())
    let second = optimiser([resumed])
    let state = try first.state(of: 0)
    #expect(try state["step"]?.item() == 2)
    try second.restore(state, of: 0)

    for _ in 0..<3 {
      try train(unbroken, first)
      try train(resumed, second)
    }
    #expect(try resumed.bytes() == unbroken.bytes())
    #expect(try second.state(of: 0)["step"]?.item() == 5)
  }

  @Test("a parameter without a gradient stays, and its step count too")
  func absentGradient() throws {
    let used = try parameter()
    let unused = try parameter()
    let optimiser = optimiser([unused, used])
    try train(used, optimiser)
    #expect(try unused.floats() == [1, -2, 3])
    #expect(try optimiser.state(of: 0).isEmpty)
    #expect(try optimiser.state(of: 1)["step"]?.item() == 1)
    try optimiser.zeroGrad()
    try optimiser.step()
    #expect(try optimiser.state(of: 1)["step"]?.item() == 1)
  }

  @Test("state of another shape is refused")
  func badState() throws {
    let optimiser = optimiser([try parameter()])
    let wrong = [
      "step": try Tensor([1] as [Int64], shape: [1]), "average": try Tensor.zeros(shape: [2]),
      "square_average": try Tensor.zeros(shape: [2]),
    ]
    #expect(throws: TorchError.self) { try optimiser.restore(wrong, of: 0) }
  }

  @Test("clipping scales all gradients by one factor, and leaves small and broken ones alone")
  func clipping() throws {
    let a = try parameter([0])
    let b = try parameter([0, 0])
    let optimiser = optimiser([a, b])
    try a.setGrad(Tensor([3] as [Float]))
    try b.setGrad(Tensor([0, 4] as [Float]))
    #expect(try optimiser.clipGradNorm(10) == 5)
    #expect(try a.grad?.floats() == [3])
    #expect(try optimiser.clipGradNorm(1) == 5)
    #expect(near(try #require(a.grad).floats(), [0.6]))
    #expect(near(try #require(b.grad).floats(), [0, 0.8]))
    try b.setGrad(Tensor([.nan, 1] as [Float]))
    #expect(try optimiser.clipGradNorm(0.1).isNaN)
    #expect(near(try #require(a.grad).floats(), [0.6]))
    try optimiser.zeroGrad()
    #expect(try optimiser.clipGradNorm(1) == 0)
  }
}
