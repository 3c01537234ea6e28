import Testing
import Torch

/// Memory that tells when it goes.
private final class Block {
  let bytes: UnsafeMutableRawBufferPointer
  let released: () -> Void

  init(_ values: [Float], released: @escaping () -> Void) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: values.count * 4, alignment: 16)
    values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    self.bytes = bytes
    self.released = released
  }

  deinit {
    released()
    bytes.deallocate()
  }
}

@Suite("Tensors: who owns what")
struct OwnershipTests {
  @Test("mapped memory is used in place and its owner goes with the last view")
  func mapping() throws {
    var released = 0
    var view: Tensor?
    do {
      let block = Block([1, 2, 3, 4]) { released += 1 }
      let tensor = try Tensor(
        mapping: UnsafeRawPointer(block.bytes.baseAddress!), shape: [2, 2], dtype: .float32, owner: block)
      view = try tensor.select(dim: 0, index: 1)
      block.bytes.storeBytes(of: Float(9), toByteOffset: 8, as: Float.self)
    }
    #expect(released == 0)
    #expect(try view?.floats() == [9, 4])
    view = nil
    #expect(released == 1)
  }

  @Test("a mapping that is refused lets its owner go at once")
  func refusedMapping() {
    var released = 0
    do {
      let block = Block([1, 2]) { released += 1 }
      let error = #expect(throws: TorchError.self) {
        try Tensor(
          mapping: UnsafeRawPointer(block.bytes.baseAddress! + 2), shape: [1], dtype: .float32, owner: block)
      }
      #expect(error?.message.contains("aligned to 4 bytes") == true)
      #expect(throws: TorchError.self) {
        try Tensor(
          mapping: UnsafeRawPointer(block.bytes.baseAddress!), shape: [.max, 4], dtype: .float32, owner: block)
      }
    }
    #expect(released == 1)
  }

  @Test("tensors, graphs, lists and errors leave no handle behind")
  func noLeak() throws {
    // Other tests hold tensors of their own meanwhile, two thousand at most; a leak here would hold more.
    let before = Torch.liveTensors
    for _ in 0..<3000 {
      let weight = try Tensor.ones(shape: [4, 4])
      weight.requiresGrad = true
      let parts = try F.linear(Tensor.ones(shape: [2, 4]), weight).chunk(2, dim: 1)
      let loss = try Tensor.cat(parts, dim: 1).sum()
      try loss.backward()
      #expect(weight.grad != nil)
      #expect(throws: TorchError.self) { try weight.reshape([3]) }
      let optimiser = AdamW(parameters: [weight], learningRate: 0.1)
      try optimiser.step()
    }
    #expect(Torch.liveTensors - before < 2500)
  }
}
