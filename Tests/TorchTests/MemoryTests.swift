import Testing
import Torch

@Suite("Memory of tensors on the CPU")
struct MemoryTests {
  /// From below the smallest block that is kept to above the largest, and a size again and again.
  private static let sizes = [1, 700, 1024, 1025, 5000, 5000, 5000, 300_000, 1 << 20, (1 << 20) + 1]

  @Test("blocks that are used again hold what their tensor has, on many threads at once")
  func reuse() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<20 {
            let count = Self.sizes[(task + round) % Self.sizes.count]
            let tensors = try (0..<4).map { try Tensor.full(shape: [count], value: Double(4 * task + $0)) }
            for (index, tensor) in tensors.enumerated() {
              let wanted = Double(4 * task + index)
              #expect(try tensor.min().item() == wanted && tensor.max().item() == wanted)
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("what is kept can be given back, and more than is kept can be let go of at once")
  func release() throws {
    let many = try (0..<40).map { try Tensor.full(shape: [1 << 19], value: Double($0)) }
    #expect(try many.map { try $0.max().item() } == (0..<40).map(Double.init))
    Torch.releaseUnusedMemory()
    #expect(try Tensor.ones(shape: [1 << 19]).sum().item() == Double(1 << 19))
  }
}
