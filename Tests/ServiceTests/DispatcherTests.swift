import Foundation
import Logging
import LorikeetAPI
import RPC
import Store
import Testing

@testable import Service

/// The dispatcher by itself, with one running tune and without a clock: a lease of no length at all ends at every tick.
@Suite("Dispatcher", .timeLimit(.minutes(1)))
struct DispatcherTests {
  let directory: TestDirectory
  let store: Store
  let dispatcher: Dispatcher
  let token: AttachedBackend.Token
  let messages: AsyncStream<BackendAttachResponse>

  init() async throws {
    directory = try TestDirectory()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    store = try await Store(directory: directory.data, logger: logger)
    var timing = DispatchTiming()
    timing.lease = .zero
    dispatcher = Dispatcher(
      store: store, signals: JobSignals(), limits: ServiceLimits(), timing: timing, logger: logger)
    var tune = Tune()
    tune.id = "tune"
    tune.name = "cat"
    var assignment = BackendAssignment()
    assignment.job = .tune(BackendTuneAssignment())
    _ = try await store.createJob(
      NewJob(job: tune, assignment: assignment, checkpoint: Asset(), checkpointDigest: "", inputs: []))
    var hello = BackendHello()
    hello.backendId = "backend"
    hello.role = .training
    hello.slots = 2
    let continuation: AsyncStream<BackendAttachResponse>.Continuation
    (messages, continuation) = AsyncStream.makeStream()
    token = try await dispatcher.attach(hello, outbound: continuation)
    try await waitForAssignment(attempt: 1)
  }

  private func waitForAssignment(attempt: Int32) async throws {
    for await message in messages {
      if case .assignment(let assignment) = message.payload, assignment.attempt == attempt { return }
    }
    throw CancellationError()
  }

  private func report(_ payload: BackendJobReport.Payload) -> BackendAttachRequest.Payload {
    var report = BackendJobReport()
    report.jobId = "tune"
    report.attempt = 1
    report.payload = payload
    return .report(report)
  }

  @Test("a backend whose report is still being stored is not silent, however long the store takes")
  func slowStore() async throws {
    let gate = DispatchSemaphore(value: 0)
    let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
    async let blocked = store.updateJob(Tune.self, "tune", ifIn: [.running], attempt: 1) { _, _ in
      beginning.finish()
      gate.wait()
    }
    for await _ in begun {}
    let receiving = Task { await dispatcher.receive(report(.warning("slow")), from: token) }
    while await dispatcher.backends[token]?.isBeingHeard != true { await Task.yield() }
    await dispatcher.tick()
    #expect(await dispatcher.hasBackend(for: .tune))
    gate.signal()
    await receiving.value
    #expect(try await blocked != nil)
    await dispatcher.tick()
    #expect(await !dispatcher.hasBackend(for: .tune))
    store.close()
  }

  @Test("the end of one attempt leaves the slot of the next one taken")
  func slotOfNextAttempt() async throws {
    var failed = BackendJobFailed()
    failed.message = "a passing fault"
    failed.retryable = true
    await dispatcher.receive(report(.failed(failed)), from: token)
    try await waitForAssignment(attempt: 2)
    #expect(await dispatcher.backends[token]?.jobs["tune"]?.attempt == 2)
    // The same report once more: it is of an old attempt now.
    await dispatcher.receive(report(.failed(failed)), from: token)
    #expect(await dispatcher.backends[token]?.jobs["tune"]?.attempt == 2)
    store.close()
  }
}
