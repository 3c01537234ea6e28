import NIOPosix
import Synchronization
import Testing

@testable import RPC

/// Objects that must be gone in the end.
final class Survivors: Sendable {
  private struct Watched {
    weak var object: (any AnyObject & Sendable)?
  }
  private let watched = Mutex<[Watched]>([])

  func watch(_ object: any AnyObject & Sendable) { watched.withLock { $0.append(Watched(object: object)) } }

  var watchedCount: Int { watched.withLock { $0.count } }
  var count: Int { watched.withLock { $0.count { $0.object != nil } } }

  /// Lets every event loop go round until all are gone, or until that seems to be in vain.
  func wait() async throws {
    for _ in 0..<1_000 where count > 0 {
      for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try await loop.submit {}.get() }
      await Task.yield()
    }
  }
}

@Suite("Random calls, all at once", .timeLimit(.minutes(2)))
struct RandomCallTests {
  @Test("each ends plausibly, with its own messages in order, and leaves nothing behind", arguments: [
    (Loopback.Transport.tcp, false, false), (.unix, true, false), (.unix, false, true), (.tcp, true, true),
  ])
  func manyCalls(transport: Loopback.Transport, onGlobalExecutor: Bool, drains: Bool) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = Seeded(state: seed)
    let plans = (0..<150).map { CallPlan(number: $0, using: &generator) }
    let drainAfter = drains ? Int.random(in: 10..<100, using: &generator) : Int.max
    let survivors = Survivors()
    try await Loopback.run(
      transport, methods: CallPlan.methods(plans, watching: survivors), onGlobalExecutor: onGlobalExecutor
    ) { loopback in
      var ended = 0
      await withTaskGroup(of: (CallPlan, StatusCode, [Payload]).self) { group in
        for plan in plans {
          group.addTask {
            let (code, received) = await plan.perform(loopback, watching: survivors)
            return (plan, code, received)
          }
        }
        for await (plan, code, received) in group {
          #expect(plan.allows(code, draining: drains), "\(code), seed \(seed): \(plan)")
          let expected = plan.expected
          #expect(received == Array(expected.prefix(received.count)), "seed \(seed), call \(plan.number)")
          if code == .ok, plan.dropAfter == nil {
            #expect(received.count == expected.count, "seed \(seed), call \(plan.number)")
          }
          ended += 1
          if ended == drainAfter { loopback.server.beginGracefulShutdown() }
        }
      }
      await loopback.server.shutdown(grace: .seconds(5))
      #expect(loopback.server.activeCalls == 0)
    }
    #expect(survivors.watchedCount > 50)
    try await survivors.wait()
    #expect(survivors.count == 0, "seed \(seed)")
  }
}
