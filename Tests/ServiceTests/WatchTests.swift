import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Watching", .timeLimit(.minutes(2)))
struct WatchTests {
  let service: ServiceUnderTest
  let backend: ScriptedBackend
  let assignment: BackendAssignment

  init() async throws {
    service = try await ServiceUnderTest(TestDirectory())
    try await service.upload("photo", Samples.png())
    try await service.createTune("cat")
    backend = try await ScriptedBackend(service, .training)
    assignment = try await backend.assignment()
  }

  private func warn(_ number: Int) async throws {
    try await backend.report(assignment, .warning("\(number)"))
  }

  private func warnings(
    _ stream: ResponseStream<WatchTuneResponse>, until last: Int
  ) async throws -> [(Int64, String)] {
    var found: [(Int64, String)] = []
    for try await response in stream {
      guard case .event(let event) = response.payload, case .warning(let text) = event.payload else { continue }
      found.append((event.sequence, text))
      if text == "\(last)" { break }
    }
    return found
  }

  @Test("a watcher that was cut off anywhere goes on with the next event, none lost and none twice")
  func resume() async throws {
    for number in 1...20 { try await warn(number) }
    var seen: [(Int64, String)] = []
    var sequence: Int64 = 2
    while seen.last?.1 != "20" {
      let stream = try await service.watch("cat", after: sequence)
      for try await response in stream {
        guard case .event(let event) = response.payload, case .warning(let text) = event.payload else {
          Issue.record("only events were asked for")
          continue
        }
        seen.append((event.sequence, text))
        sequence = event.sequence
        if seen.count % 3 == 0 || text == "20" { break }
      }
    }
    #expect(seen.map(\.1) == (1...20).map(String.init))
    #expect(seen.map(\.0) == Array(3...22))
    try await service.stop()
  }

  @Test("many watchers that join while events come see each of them once, in order")
  func concurrentWatchers() async throws {
    let service = service
    try await withThrowingTaskGroup(of: [Int64].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var sequences: [Int64] = []
          for try await response in try await service.watch("cat") {
            switch response.payload {
            case .snapshot(let tune): sequences.append(tune.lastSequence)
            case .event(let event): sequences.append(event.sequence)
            case nil: Issue.record("an empty message")
            }
          }
          return sequences
        }
      }
      for number in 1...100 { try await warn(number) }
      try await backend.finish(assignment)
      for try await sequences in group {
        let first = try #require(sequences.first)
        #expect(sequences == Array(first...103))
      }
    }
    try await service.stop()
  }

  @Test("progress that nobody has read yet is reduced to the newest")
  func coalescing() async throws {
    for step in 1...50 as ClosedRange<Int32> { try await backend.progress(assignment, step: step) }
    try await warn(1)
    _ = try await warnings(try await service.watch("cat", after: 2), until: 1)
    var steps: [Int32] = []
    for try await response in try await service.watch("cat", after: 2) {
      guard case .event(let event) = response.payload else { continue }
      if case .progress(let progress) = event.payload { steps.append(progress.step) }
      if case .warning = event.payload { break }
    }
    #expect(steps == [50])
    try await service.stop()
  }

  @Test("a watch of a tune that has ended gives its end and ends")
  func afterTheEnd() async throws {
    try await backend.finish(assignment)
    let done = try await service.waitForTune("cat", .succeeded)
    var payloads: [WatchTuneResponse.Payload?] = []
    for try await response in try await service.watch("cat") { payloads.append(response.payload) }
    #expect(payloads == [.snapshot(done)])
    var events = 0
    for try await _ in try await service.watch("cat", after: done.lastSequence - 1) { events += 1 }
    #expect(events == 1)
    for try await _ in try await service.watch("cat", after: done.lastSequence) { events += 1 }
    #expect(events == 1)
    try await service.stop()
  }

  @Test("a sequence number from the future, or below zero, is refused", arguments: [-1, 1_000])
  func wrongSequence(sequence: Int64) async throws {
    let failure = await failure { for try await _ in try await service.watch("cat", after: sequence) {} }
    #expect(failure?.fieldViolations.map(\.field) == ["after_sequence"])
    try await service.stop()
  }

  @Test("when the service ends, watchers are told to come back")
  func shutdown() async throws {
    let stream = try await service.watch("cat")
    var responses = stream.makeAsyncIterator()
    _ = try await responses.next()
    async let stopped: Void = service.stop()
    let failure = await failure { while try await responses.next() != nil {} }
    #expect(failure?.code == .unavailable)
    try await stopped
  }

  @Test("when the tune is deleted, watchers learn it")
  func deletion() async throws {
    let stream = try await service.watch("cat")
    var responses = stream.makeAsyncIterator()
    _ = try await responses.next()
    var request = DeleteTuneRequest()
    request.tune = "cat"
    _ = try await service.tunes.deleteTune(request)
    // The end as cancelled, if it was read before the deletion; else that it is gone.
    let failure = await failure { while try await responses.next() != nil {} }
    #expect(failure == nil || failure?.code == .notFound)
    try await service.stop()
  }
}
