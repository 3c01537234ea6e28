import LorikeetAPI
import RPC
import Testing

@testable import BackendHost

@Suite("Questions that are being answered")
struct RunningInspectionsTests {
  @Test("a question asked twice is the asker's fault, and the first one goes on; one too many may be asked again")
  func repeated() async throws {
    let running = RunningInspections()
    let gate = Gate()
    let first = running.begin("1") {
      await gate.wait()
      return .with { ($0.id, $0.forecast) = ("1", .init()) }
    }
    let second = running.begin("1") { BackendInspectionResult() }
    let again = try #require(await second().failed)
    #expect(again.code == Int32(StatusCode.alreadyExists.rawValue) && !again.retryable)
    #expect(again.message.contains("“1”") && !again.message.contains("enough"))
    gate.open()
    #expect(await first().forecast != nil)
    // Once it is answered its id is free.
    let third = running.begin("1") { BackendInspectionResult() }
    #expect(await third().failed == nil)
  }
}
