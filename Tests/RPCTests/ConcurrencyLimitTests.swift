import Synchronization
import Testing

@testable import RPC

@Suite("Limits of calls at once", .timeLimit(.minutes(2)))
struct ConcurrencyLimitTests {
  @Test("a call over the limit is refused at once, with the time to come back; other methods are not touched")
  func refused() async throws {
    let started = Signal()
    let go = Signal()
    let methods = [
      unaryMethod { request, _ in
        started.give()
        await go.wait()
        return request
      },
      expandMethod { _, _, _ in },
    ]
    let limit = ConcurrencyLimitInterceptor(.init(running: 1, retryAfter: .milliseconds(250)))
    try await Loopback.run(methods: methods, interceptors: [limit]) { loopback in
      async let first = loopback.unary(payload("first"))
      await started.wait()
      let refused = await failure { try await loopback.unary(payload("second")) }
      #expect(refused?.code == .resourceExhausted && refused?.retryPushback == .milliseconds(250))
      for try await _ in try await loopback.expand(Payload()) {}
      go.give()
      #expect(try await first.typeUrl == "first")
      // The place is free again.
      async let third = loopback.unary(payload("third"))
      await started.wait()
      go.give()
      #expect(try await third.typeUrl == "third")
    }
  }

  @Test("no more run at once than the limit says, and all that wait get their turn")
  func queued() async throws {
    let running = Mutex((now: 0, most: 0))
    let methods = [
      unaryMethod { request, _ in
        running.withLock { running in
          running.now += 1
          running.most = max(running.most, running.now)
        }
        for _ in 0..<5 { await Task.yield() }
        running.withLock { $0.now -= 1 }
        return request
      }
    ]
    let limit = ConcurrencyLimitInterceptor(.init(running: 3, waiting: 100))
    try await Loopback.run(methods: methods, onGlobalExecutor: true, interceptors: [limit]) { loopback in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<80 {
          group.addTask {
            let answer = try await loopback.unary(payload("\(index)"))
            #expect(answer.typeUrl == "\(index)")
          }
        }
        try await group.waitForAll()
      }
    }
    #expect((1...3).contains(running.withLock { $0.most }))
  }

  @Test("those in the queue enter in order; one that is cancelled gives its place in the queue up")
  func order() async throws {
    let gate = ConcurrencyGate(.init(running: 1, waiting: 2))
    try await gate.enter()
    let order = Names()
    func enter(_ name: String) -> Task<Void, any Error> {
      Task.detached {
        try await gate.enter()
        order.append(name)
        gate.leave()
      }
    }
    let cancelled = enter("cancelled")
    while gate.waiting < 1 { await Task.yield() }
    let second = enter("second")
    while gate.waiting < 2 { await Task.yield() }
    let overfull = await failure { try await gate.enter() }
    #expect(overfull?.code == .resourceExhausted)
    cancelled.cancel()
    let outcome = await failure { try await cancelled.value }
    #expect(outcome?.code == .cancelled)
    let third = enter("third")
    while gate.waiting < 2 { await Task.yield() }
    gate.leave()
    try await second.value
    try await third.value
    #expect(order.all == ["second", "third"])
    try await gate.enter()
  }
}

private final class Names: Sendable {
  private let names = Mutex<[String]>([])

  func append(_ name: String) { names.withLock { $0.append(name) } }

  var all: [String] { names.withLock { $0 } }
}
