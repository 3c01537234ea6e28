import Testing

@testable import RPC

@Suite("Deadlines and cancellation that travel on", .timeLimit(.minutes(2)))
struct DeadlineTests {
  /// What the far server saw of a call that the near server's handler made.
  private func relayed(
    _ outer: Duration?, inner: CallOptions = CallOptions(), globally: Bool = false
  ) async throws -> Duration? {
    let far = [
      unaryMethod { _, context in
        payload(context.deadline.map { "\($0.remaining.components.seconds)" } ?? "none")
      }
    ]
    return try await Loopback.run(methods: far) { far in
      let near = [unaryMethod { request, _ in try await far.unary(request, inner) }]
      return try await Loopback.run(methods: near, onGlobalExecutor: globally) { near in
        let answer = try await near.unary(Payload(), CallOptions(timeout: outer))
        return Int(answer.typeUrl).map { .seconds($0) }
      }
    }
  }

  @Test("a handler's calls inherit what is left of its deadline", arguments: [false, true])
  func inherited(globally: Bool) async throws {
    let left = try #require(try await relayed(.seconds(60), globally: globally))
    #expect(left <= .seconds(60) && left > .seconds(30))
  }

  @Test("the shorter of the inherited and the own time limit counts")
  func shorter() async throws {
    let inherited = try #require(try await relayed(.seconds(60), inner: CallOptions(timeout: .seconds(3_600))))
    #expect(inherited <= .seconds(60))
    let own = try #require(try await relayed(.seconds(3_600), inner: CallOptions(timeout: .seconds(60))))
    #expect(own <= .seconds(60))
  }

  @Test("a call may opt out, and without a deadline there is nothing to inherit")
  func none() async throws {
    var options = CallOptions()
    options.inheritsDeadline = false
    #expect(try await relayed(.seconds(60), inner: options) == nil)
    #expect(try await relayed(nil) == nil)
  }

  @Test("cancelling a call cancels the calls that its handler makes, to the end of the chain")
  func cancelled() async throws {
    let started = Signal()
    let cancelled = Signal()
    let far = [
      unaryMethod { request, _ in
        started.give()
        do { try await Task.sleep(for: .seconds(3_600)) } catch { cancelled.give() }
        return request
      }
    ]
    try await Loopback.run(methods: far) { far in
      let near = [unaryMethod { request, _ in try await far.unary(request) }]
      try await Loopback.run(methods: near) { near in
        let call = Task { await failure { try await near.unary() } }
        await started.wait()
        call.cancel()
        await cancelled.wait()
        #expect(await call.value?.code == .cancelled)
      }
    }
  }
}
