import MicroCheckpoint
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

@Suite("adapters on some rows of a batch")
struct PlacementTests {
  private let checkpoint: StableDiffusionCheckpoint
  private let generator: Generator

  init() throws {
    checkpoint = try MicroCheckpoint.makeXL()
    generator = try Generator(seed: 4)
  }

  /// Random adapters on every layer of the U-Net, or on those of a kind.
  private func hang(_ name: String, rank: Int, magnitudes: Bool = false) throws {
    for layer in checkpoint.unet.store.layers {
      let shapes = layer.adapterShapes(rank: rank)
      let plain = LowRankAdapter(
        name: name, down: try Tensor.randn(shape: shapes.down, generator: generator) * 0.2,
        up: try Tensor.randn(shape: shapes.up, generator: generator) * 0.2, scale: 0.7)
      var lengths: WeightMagnitudes?
      if magnitudes {
        lengths = try WeightMagnitudes(
          values: Tensor.rand(shape: [layer.weight.shape[0]], generator: generator) + 0.5, perOutput: true,
          weight: layer.weight, product: plain.product())
      }
      layer.adapters.append(
        LowRankAdapter(name: name, down: plain.down, up: plain.up, scale: plain.scale, magnitudes: lengths))
    }
  }

  private func predict(rows: Range<Int>) throws -> Tensor {
    let random = try Generator(seed: 8), batch = 4
    let sample = try Tensor.randn(shape: [batch, 4, 8, 8], generator: random)
    let conditioning = Conditioning(
      context: try Tensor.randn(shape: [batch, 5, 40], generator: random),
      pooled: try Tensor.randn(shape: [batch, 20], generator: random),
      timeIDs: try Tensor([Float](repeating: 16, count: batch * 6), shape: [batch, 6]))
    return try noGrad {
      try checkpoint.unet.forward(
        sample.narrow(dim: 0, start: rows.lowerBound, length: rows.count),
        timesteps: Tensor([Float(300)], shape: [1]),
        conditioning: conditioning.rows(from: rows.lowerBound, count: rows.count))
    }
  }

  private func difference(_ a: Tensor, _ b: Tensor) throws -> Double { try (a - b).abs().max().item() }

  /// Every row of a batch against the row alone with its own adapters on all rows.
  private func expectRowsAlone(_ places: [String: [Range<Int>]]) throws {
    let set = checkpoint.adapterSet
    for (name, rows) in places { set.place(name: name, rows: rows) }
    let together = try predict(rows: 0..<4)
    for row in 0..<4 {
      for (name, rows) in places { set.place(name: name, rows: rows.contains { $0.contains(row) } ? nil : []) }
      let alone = try predict(rows: row..<row + 1)
      #expect(try difference(together.narrow(dim: 0, start: row, length: 1), alone) < 2e-5, "row \(row)")
    }
  }

  @Test(
    "every row comes out as it does alone with its adapter",
    arguments: [
      // As guidance lays out a batch, both ways round; one adapter with two images; neighbours out of order.
      ["a": [0..<1, 2..<3], "b": [1..<2, 3..<4]], ["a": [0..<2], "b": [2..<4]], ["a": [0..<1], "b": [1..<4]],
      ["b": [0..<1, 3..<4], "a": [1..<2]], ["a": [1..<2], "b": [1..<3]],
    ])
  func pairs(places: [String: [Range<Int>]]) throws {
    try hang("a", rank: 2)
    try hang("b", rank: 2)
    try expectRowsAlone(places)
  }

  @Test("other ranks, several adapters on a row, and magnitudes go together")
  func mixed() throws {
    try hang("a", rank: 2)
    try hang("b", rank: 3)
    try hang("c", rank: 2)
    try hang("d", rank: 2, magnitudes: true)
    try expectRowsAlone(["a": [0..<1], "b": [0..<2, 3..<4], "c": [2..<3], "d": [1..<2]])
  }

  @Test("rows without an adapter keep their very bits")
  func others() throws {
    let plain = try predict(rows: 0..<4)
    try hang("a", rank: 2)
    try hang("b", rank: 2)
    let set = checkpoint.adapterSet
    set.place(name: "a", rows: [1..<2])
    set.place(name: "b", rows: [3..<4])
    let placed = try predict(rows: 0..<4)
    for row in [0, 2] {
      let same = try placed.narrow(dim: 0, start: row, length: 1).floats()
      #expect(try same == plain.narrow(dim: 0, start: row, length: 1).floats())
    }
    #expect(try difference(placed, plain) > 1e-2)
    set.place(name: "a", rows: [])
    set.place(name: "b", rows: [])
    #expect(try predict(rows: 0..<4).floats() == plain.floats())
  }

  @Test("rows that the batch does not have are an error")
  func outside() throws {
    try hang("a", rank: 2)
    try hang("b", rank: 2)
    checkpoint.adapterSet.place(name: "a", rows: [3..<5])
    #expect(throws: TorchError.self) { try predict(rows: 0..<4) }
    checkpoint.adapterSet.place(name: "b", rows: [5..<6])
    #expect(throws: TorchError.self) { try predict(rows: 0..<4) }
  }

  @Test("merged adapters do what they do beside the weights, and leave without a trace")
  func merging() throws {
    let plain = try predict(rows: 0..<2)
    try hang("a", rank: 2)
    try hang("b", rank: 3, magnitudes: true)
    let set = checkpoint.adapterSet
    let beside = try predict(rows: 0..<2)
    try set.merge(names: ["a", "b"])
    #expect(try difference(predict(rows: 0..<2), beside) < 2e-5)
    #expect(checkpoint.unet.store.layers.allSatisfy { $0.adapters.isEmpty })
    set.unmerge()
    #expect(try predict(rows: 0..<2).floats() == beside.floats())
    try set.merge(names: ["a"])
    set.detach(name: "b")
    set.detach(name: "a")
    #expect(try predict(rows: 0..<2).floats() == plain.floats())
    #expect(checkpoint.unet.store.layers.allSatisfy { $0.merged == nil && $0.adapters.isEmpty })
  }
}
