import Testing

@testable import HTTP2
@testable import RPC

@Suite("Calls that are made again", .timeLimit(.minutes(2)))
struct RetryTests {
  private func policy(
    _ attempts: Int = 3, on codes: Set<StatusCode> = [.unavailable], backoff: Duration = .milliseconds(1)
  ) -> RetryPolicy {
    RetryPolicy(
      maxAttempts: attempts, initialBackoff: backoff, maxBackoff: backoff, backoffMultiplier: 2,
      retryableStatusCodes: codes)
  }

  /// Connections that were of no use are made again soon.
  private static let backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(10))

  /// Makes one call, which streams its request if there are several messages, to a server that answers by the script.
  private func call(
    _ script: [ScriptedServer.Answer], policy: RetryPolicy? = nil, throttling: RetryThrottling? = nil,
    messages: [Payload] = [payload("x")], options: CallOptions = CallOptions(),
    configure: (inout RPCClient.Configuration) -> Void = { _ in }
  ) async throws -> (error: RPCError?, requests: [ScriptedServer.Request]) {
    var configuration = RPCClient.Configuration()
    configuration.backoff = Self.backoff
    var service = ServiceConfig()
    if let policy { service.methods[""] = .init(retryPolicy: policy) }
    service.retryThrottling = throttling
    configuration.serviceConfig = service
    configure(&configuration)
    return try await ScriptedServer.run(script) { server, address in
      let client = RPCClient(target: address, configuration: configuration)
      let error = await failure {
        if messages.count == 1 {
          let answer = try await client.unary(
            method("Unary", .unary), messages[0], response: Payload.self, options: options)
          #expect(answer == messages[0])
        } else {
          let chat = try await client.bidirectionalStreaming(
            method("Chat", .bidirectionalStreaming), request: Payload.self, response: Payload.self, options: options)
          for message in messages { try await chat.requests.write(message) }
          try await chat.requests.finish()
          var answers: [Payload] = []
          for try await answer in chat.responses { answers.append(answer) }
          #expect(answers == messages)
        }
      }
      await client.close()
      return (error, server.requests)
    }
  }

  private let attempts = "grpc-previous-rpc-attempts"
  private let several = (0..<5).map { payload("\($0)", [UInt8](repeating: 1, count: 1_000)) }

  // MARK: Without a policy

  @Test("a refused call is made again once, whether or not it streams, and does not count as an attempt")
  func refused() async throws {
    for messages in [[payload("x")], several] {
      let once = try await call([.reset(.refusedStream)], messages: messages)
      #expect(once.error == nil)
      #expect(once.requests.count == 2)
      #expect(once.requests[1].fields[attempts] == nil)
      let twice = try await call([.reset(.refusedStream), .reset(.refusedStream)], messages: messages)
      #expect(twice.error?.code == .unavailable)
      #expect(twice.requests.count == 2)
    }
  }

  @Test("a call that the server's GOAWAY has not seen is made again on another connection")
  func unseen() async throws {
    let result = try await call([.goAwayUnseen])
    #expect(result.error == nil)
    #expect(result.requests.map(\.connection) == [0, 1])
  }

  @Test("calls that never left, for want of a free stream, move to another connection when the server goes away")
  func neverSent() async throws {
    try await ScriptedServer.run([.nothing], maxConcurrentStreams: 1) { server, address in
      var configuration = RPCClient.Configuration()
      configuration.backoff = Self.backoff
      let client = RPCClient(target: address, configuration: configuration)
      let stuck = Task { await failure { try await self.unary(client) } }
      await server.nextOpening()
      async let second = unary(client)
      async let third = unary(client)
      // They wait behind the first one: nothing of them can come while it is open.
      server.goAway(lastStreamID: 1)
      let answers = try await [second, third]
      #expect(answers == [payload("x"), payload("x")])
      #expect(server.requests.map(\.connection) == [0, 1, 1])
      stuck.cancel()
      #expect(await stuck.value?.code == .cancelled)
      await client.close()
    }
  }

  private func unary(_ client: RPCClient) async throws -> Payload {
    try await client.unary(method("Unary", .unary), payload("x"), response: Payload.self, options: CallOptions())
  }

  @Test("a call that the server may have seen is not made again without a policy", arguments: [
    ScriptedServer.Answer.trailersOnly(.unavailable), .drop, .reset(.internalError), .http(503),
  ])
  func noPolicy(answer: ScriptedServer.Answer) async throws {
    let result = try await call([answer])
    #expect(result.error != nil)
    #expect(result.requests.count == 1)
  }

  // MARK: With a policy

  @Test("a retryable failure is followed by attempts that say how many came before", arguments: [
    ScriptedServer.Answer.trailersOnly(.unavailable), .drop, .reset(.refusedStream), .http(503),
  ])
  func retried(answer: ScriptedServer.Answer) async throws {
    for messages in [[payload("x")], several] {
      let result = try await call([answer, answer], policy: policy(), messages: messages)
      #expect(result.error == nil)
      let counts = result.requests.map { $0.fields[attempts] }
      // The first refusal is free of charge.
      if case .reset = answer { #expect(counts == [nil, nil, "1"]) } else { #expect(counts == [nil, "1", "2"]) }
    }
  }

  @Test("attempts end at the policy's limit, and at five; the last failure is the call's")
  func exhausted() async throws {
    let answers = (1...8).map { ScriptedServer.Answer.trailersOnly(.unavailable, [("x-attempt", "\($0)")]) }
    let three = try await call(answers, policy: policy(3))
    #expect(three.requests.count == 3)
    #expect(three.error?.code == .unavailable)
    #expect(three.error?.metadata["x-attempt"] == "3")
    #expect(try await call(answers, policy: policy(100)).requests.count == 5)
  }

  @Test("what the policy does not name is not retried, nor is anything when retries are switched off")
  func notRetryable() async throws {
    let other = try await call([.trailersOnly(.notFound)], policy: policy())
    #expect(other.error?.code == .notFound)
    #expect(other.requests.count == 1)
    let off = try await call([.trailersOnly(.unavailable)], policy: policy()) { $0.retriesEnabled = false }
    #expect(off.error?.code == .unavailable)
    #expect(off.requests.count == 1)
  }

  @Test("once the response's headers are there the call is committed")
  func committed() async throws {
    for messages in [[payload("x")], several] {
      let result = try await call([.headersThen(.unavailable)], policy: policy(), messages: messages)
      #expect(result.error?.code == .unavailable)
      #expect(result.requests.count == 1)
    }
  }

  @Test("a server that answers while the client still writes gets every message of the call again")
  func earlyFailure() async throws {
    let result = try await call([.earlyTrailersOnly(.unavailable)], policy: policy(), messages: several)
    #expect(result.error == nil)
    #expect(result.requests.count == 2)
  }

  @Test("a streamed request that outgrows the buffer is not retried")
  func outgrown() async throws {
    let result = try await call([.trailersOnly(.unavailable)], policy: policy(), messages: several) {
      $0.retryBufferSize = 2_000
    }
    #expect(result.error?.code == .unavailable)
    #expect(result.requests.count == 1)
    let fitting = try await call([.trailersOnly(.unavailable)], policy: policy(), messages: several) {
      $0.retryBufferSize = 20_000
    }
    #expect(fitting.requests.count == 2)
  }

  @Test("the server says when to try again, or not to")
  func pushback() async throws {
    let hour = policy(backoff: .seconds(3_600))
    let soon = try await call([.trailersOnly(.unavailable, [("grpc-retry-pushback-ms", "1")])], policy: hour)
    #expect(soon.error == nil)
    #expect(soon.requests.count == 2)
    for never in ["-1", "soon", "", "99999999999999999999"] {
      let result = try await call(
        [.trailersOnly(.unavailable, [("grpc-retry-pushback-ms", never)])], policy: policy())
      #expect(result.error?.code == .unavailable)
      #expect(result.requests.count == 1)
    }
  }

  @Test("a deadline covers all attempts, and the waits between them")
  func deadline() async throws {
    // A busy machine may let a short deadline pass before the server has seen the call.
    var timeout = Duration.milliseconds(50)
    var requests = 0
    while requests == 0 {
      let result = try await call(
        [.trailersOnly(.unavailable)], policy: policy(backoff: .seconds(3_600)), options: CallOptions(timeout: timeout))
      #expect(result.error?.code == .deadlineExceeded)
      requests = result.requests.count
      timeout = timeout * 2
    }
    #expect(requests == 1)
  }

  @Test("a call that waits for its next attempt can be cancelled, and ends with its client", arguments: [true, false])
  func parked(closes: Bool) async throws {
    var configuration = RPCClient.Configuration()
    configuration.serviceConfig = ServiceConfig()
    configuration.serviceConfig?.methods[""] = .init(retryPolicy: policy(backoff: .seconds(3_600)))
    try await ScriptedServer.run([.earlyTrailersOnly(.unavailable)]) { server, address in
      let client = RPCClient(target: address, configuration: configuration)
      let call = Task { await failure { try await self.unary(client) } }
      await server.nextOpening()
      if closes { await client.close() } else { call.cancel() }
      let error = await call.value
      // Closing may come before the failure has: either way the call does not wait for an hour.
      #expect(error?.code == .cancelled || closes && error?.code == .unavailable)
      await client.close()
    }
  }

  @Test("throttled: after many failures nothing is retried, until successes have made up for them")
  func throttled() {
    let throttle = RetryThrottle(RetryThrottling(maxTokens: 4, tokenRatio: 0.5))
    var generator = Seeded(state: 1)
    func decision() -> RetryState.Decision {
      var retry = RetryState(policy: policy())
      return retry.attemptFailed(
        .status(.unavailable, nil), isRepeatable: true, throttle: throttle, using: &generator)
    }
    #expect(decision() != .giveUp)
    #expect(throttle.tokens == 3)
    #expect(decision() == .giveUp)
    #expect(throttle.tokens == 2)
    for _ in 0..<10 { #expect(decision() == .giveUp) }
    #expect(throttle.tokens == 0)
    for _ in 0..<7 { throttle.succeeded() }
    #expect(decision() != .giveUp)
    for _ in 0..<100 { throttle.succeeded() }
    #expect(throttle.tokens == 4)
  }

  @Test("a service that fails much is left alone by a client whose config throttles retries")
  func throttledClient() async throws {
    let answers = [ScriptedServer.Answer](repeating: .trailersOnly(.unavailable), count: 10)
    let result = try await call(
      answers, policy: policy(5), throttling: RetryThrottling(maxTokens: 4, tokenRatio: 0.1))
    #expect(result.error?.code == .unavailable)
    // 4 tokens, then 3, then 2, which is half.
    #expect(result.requests.count == 2)
  }

  @Test("delays grow by the multiplier to their limit, varied by a fifth, and begin anew after a pushback")
  func delays() {
    let policy = RetryPolicy(
      maxAttempts: 5, initialBackoff: .seconds(1), maxBackoff: .seconds(3), backoffMultiplier: 2,
      retryableStatusCodes: [.aborted])
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = Seeded(state: seed)
    for _ in 0..<100 {
      var retry = RetryState(policy: policy)
      let pushbacks: [RetryState.Pushback?] = [nil, nil, .after(.seconds(60)), nil]
      for (pushback, expected) in zip(pushbacks, [1.0, 2, 60, 1]) {
        let decision = retry.attemptFailed(
          .status(.aborted, pushback), isRepeatable: true, throttle: nil, using: &generator)
        guard case .after(let delay) = decision else {
          Issue.record("\(decision)")
          return
        }
        let seconds = delay / .seconds(1)
        #expect(seconds >= expected * 0.799 && seconds <= expected * 1.201)
        if pushback != nil { #expect(seconds == 60) }
      }
      let last = retry.attemptFailed(.status(.aborted, nil), isRepeatable: true, throttle: nil, using: &generator)
      #expect(last == .giveUp)
    }
    #expect(policy.delay(beforeRetry: 4, using: &generator) <= .seconds(3.61))
  }

  @Test("what never left is sent again however often; what is committed, never")
  func unlimited() {
    var generator = Seeded(state: 1)
    var retry = RetryState(policy: nil)
    for _ in 0..<100 {
      #expect(retry.attemptFailed(.neverSent, isRepeatable: true, throttle: nil, using: &generator) == .now)
    }
    #expect(retry.previousAttempts == 0)
    for failure in [RetryState.Failure.neverSent, .refused(.unavailable), .status(.unavailable, nil)] {
      var committed = RetryState(policy: policy())
      #expect(committed.attemptFailed(failure, isRepeatable: false, throttle: nil, using: &generator) == .giveUp)
    }
  }
}
