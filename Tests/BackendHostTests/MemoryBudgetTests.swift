import Logging
import Synchronization
import Testing
import Torch

@testable import BackendHost
@testable import SamplingBackend

@Suite("What a sampling backend may use of its device's memory")
struct MemoryBudgetTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private struct LogKeeper: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      lines.all.withLock { $0.append("\(event.level): \(event.message) \(event.metadata?["error"] ?? "")") }
    }
  }

  private let lines: Lines
  private let logger: Logger

  init() {
    let lines = Lines()
    self.lines = lines
    logger = Logger(label: "test") { _ in LogKeeper(lines: lines) }
  }

  private func budget(_ free: Int, of total: Int, chosen: Int? = nil) -> Int {
    MemoryBudget.gpu(chosen: chosen, logger) { (free, total) }
  }

  @Test("nine tenths of all that a GPU has, whatever others hold of it when the backend starts")
  func gpu() {
    #expect(budget(70 << 30, of: 80 << 30) == 72 << 30)
    #expect(budget(1 << 30, of: 80 << 30) == 72 << 30)
    // A number gone wrong is not believed.
    #expect(budget(0, of: -1) == 0)
    #expect(budget(0, of: .max) > .max / 2)
  }

  @Test("what is free is asked for each time, and nine tenths of it count")
  func room() {
    var free = 10 << 30, asked = 0
    let room = MemoryBudget.room(
      logger,
      memory: {
        asked += 1
        return (free, 80 << 30)
      },
      giveBack: { free += 10 << 30 })
    #expect(room.free() == 9 << 30)
    room.giveBack()
    #expect(room.free() == 18 << 30)
    free = 90 << 30
    #expect(room.free() == 72 << 30)
    #expect(asked == 3)
  }

  @Test("a device that does not say what it has is without a bound, and that is logged with the reason")
  func silentDevice() {
    let error = TorchError(.internalError, "no such GPU")
    #expect(MemoryBudget.gpu(chosen: nil, logger) { throw error } == .max)
    let room = MemoryBudget.room(logger, memory: { throw error }, giveBack: { throw error })
    #expect(room.free() == .max)
    room.giveBack()
    let said = lines.all.withLock { $0 }
    #expect(said.count == 3 && said.allSatisfy { $0.hasPrefix("warning:") && $0.contains("no such GPU") })
  }

  @Test("half of the machine's memory on the CPU; what was chosen counts on either")
  func others() {
    #expect(MemoryBudget.processor(physical: 24 << 30, chosen: nil) == 12 << 30)
    #expect(MemoryBudget.processor(physical: 24 << 30, chosen: 5) == 5)
    #expect(budget(1 << 30, of: 80 << 30, chosen: 79 << 30) == 79 << 30)
  }
}
