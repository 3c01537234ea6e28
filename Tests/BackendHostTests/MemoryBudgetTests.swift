import Testing

@testable import BackendHost

@Suite("What a sampling backend may use of its device's memory")
struct MemoryBudgetTests {
  @Test("nine tenths of what is free on a GPU, and not of what others hold there")
  func gpu() {
    #expect(MemoryBudget.gpu(free: 70 << 30, total: 80 << 30, chosen: nil) == 63 << 30)
    #expect(MemoryBudget.gpu(free: 0, total: 80 << 30, chosen: nil) == 0)
    // More than there is, or a number gone wrong, is not believed.
    #expect(MemoryBudget.gpu(free: 90 << 30, total: 80 << 30, chosen: nil) == 72 << 30)
    #expect(MemoryBudget.gpu(free: -1, total: 80 << 30, chosen: nil) == 0)
    #expect(MemoryBudget.gpu(free: .max, total: .max, chosen: nil) > .max / 2)
  }

  @Test("half of the machine's memory on the CPU; what was chosen counts on either")
  func others() {
    #expect(MemoryBudget.processor(physical: 24 << 30, chosen: nil) == 12 << 30)
    #expect(MemoryBudget.processor(physical: 24 << 30, chosen: 5) == 5)
    #expect(MemoryBudget.gpu(free: 1 << 30, total: 80 << 30, chosen: 79 << 30) == 79 << 30)
  }
}
