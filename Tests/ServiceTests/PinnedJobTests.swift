import Foundation
import Logging
import LorikeetAPI
import Store
import Testing

@testable import Service

/// The dispatcher by itself, with replays that wait for an engine and are never due.
@Suite("Jobs that wait for one engine", .timeLimit(.minutes(1)))
struct PinnedJobTests {
  let directory: TestDirectory
  let store: Store
  let dispatcher: Dispatcher
  private let engine = EngineIdentity(version: "1.0", device: "cuda Fast GPU", precision: "float16")

  init() async throws {
    directory = try TestDirectory()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    store = try await Store(directory: directory.data, logger: logger)
    dispatcher = Dispatcher(store: store, signals: JobSignals(), limits: ServiceLimits(), logger: logger)
    try await createReplay("first")
    try await createReplay("second")
  }

  private func createReplay(_ id: String) async throws {
    var generation = Generation()
    generation.id = id
    generation.stateReason = engine.waitingReason(isAttached: true)
    var assignment = BackendAssignment()
    assignment.job = .generation(BackendGenerationAssignment())
    var job = NewJob(job: generation, assignment: assignment, checkpoint: Asset(), checkpointDigest: "", inputs: [])
    job.engine = engine
    _ = try await store.createJob(job)
    _ = try await store.updateJob(Generation.self, id, ifIn: [.pending], attempt: 0) { _, changes in
      changes.availableAt = Date(timeIntervalSinceNow: 86_400)
    }
  }

  private func attach(_ id: String) async throws -> AttachedBackend.Token {
    var hello = BackendHello()
    (hello.backendId, hello.role, hello.slots) = (id, .sampling, 1)
    (hello.version, hello.device, hello.precision) = ("1.0", "cuda:0 Fast GPU", "float16")
    return try await dispatcher.attach(
      hello, outbound: AsyncStream.makeStream(of: BackendAttachResponse.self).continuation)
  }

  /// What both jobs say, once they have been told.
  private func reasons() async throws -> [String] {
    while await dispatcher.isExplaining { await Task.yield() }
    var reasons: [String] = []
    for id in ["first", "second"] { reasons.append(try #require(try await store.job(Generation.self, id)).stateReason) }
    return reasons
  }

  private func all(isAttached: Bool) -> [String] {
    Array(repeating: engine.waitingReason(isAttached: isAttached), count: 2)
  }

  @Test("a backend is taken in at once, whatever the jobs that it suits have to be told")
  func attachedAtOnce() async throws {
    await dispatcher.explainPinned()
    #expect(try await reasons() == all(isAttached: false))
    let gate = DispatchSemaphore(value: 0)
    let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
    async let blocked = store.updateJob(Generation.self, "first", ifIn: [.pending], attempt: 0) { generation, _ in
      beginning.finish()
      // The time limit ends a wait that is in vain, for nothing can be written meanwhile.
      generation.warnings = [gate.wait(timeout: .now() + 10) == .success ? "free" : "held"]
    }
    for await _ in begun {}
    _ = try await attach("backend")
    gate.signal()
    let freed = try await blocked
    #expect(freed?.warnings == ["free"])
    #expect(try await reasons() == all(isAttached: true))
    store.close()
  }

  @Test("however often engines come and go, a waiting job says what is true, and its events do not grow")
  func comingAndGoing() async throws {
    for round in 0..<5 {
      let token = try await attach("backend")
      #expect(try await reasons() == all(isAttached: true), "round \(round)")
      await dispatcher.detach(token, reason: "gone")
      #expect(try await reasons() == all(isAttached: false), "round \(round)")
    }
    let job = try #require(try await store.job(Generation.self, "second"))
    let events = try await store.events(Generation.self, ofJob: "second", after: 0, limit: 100, coalescing: false)
    // Told anew nine times: the first backend changed nothing.
    #expect(events.map(\.sequence) == [10] && job.lastSequence == 10)
    guard case .state(let told) = events.last?.payload else { throw CancellationError() }
    #expect(told.stateReason == job.stateReason && told.state == .pending)
    store.close()
  }

  @Test("a job that is given back when its engine has gone says so, and keeps the event of its return")
  func givenBack() async throws {
    _ = try await store.updateJob(Generation.self, "first", ifIn: [.pending], attempt: 0) { generation, _ in
      (generation.state, generation.attempt) = (.running, 1)
    }
    await dispatcher.giveBack(
      "first", .init(kind: .generation, attempt: 1, reason: "a passing fault", isFailure: false))
    #expect(try await reasons() == all(isAttached: false))
    let events = try await store.events(Generation.self, ofJob: "first", after: 1, limit: 100, coalescing: false)
    let told = events.map { event in
      guard case .state(let generation) = event.payload else { return "no state" }
      return generation.stateReason
    }
    #expect(told == ["waits to run again: a passing fault", engine.waitingReason(isAttached: false)])
    store.close()
  }
}
