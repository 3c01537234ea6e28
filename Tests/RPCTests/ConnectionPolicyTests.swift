import Logging
import MetricsTestKit
import NIOCore
import NIOPosix
import Testing

@testable import HTTP2
@testable import RPC

@Suite("How a server treats connections", .timeLimit(.minutes(2)))
struct ConnectionPolicyTests {
  private func emptyCall(_ loopback: Loopback) async throws -> RawClient.Outcome {
    let raw = try await RawClient.connect(to: loopback.address)
    let outcome = try await raw.call("/test.Echo/Unary", body: [0, 0, 0, 0, 0], endStream: true)
    await raw.close()
    return outcome
  }

  @Test("a connection beyond the limit is closed, and there is room again once another has ended")
  func maxConnections() async throws {
    try await Loopback.run(
      methods: echoMethods, server: { $0.connections.maxConnections = 1 },
      client: { $0.backoff.initial = .milliseconds(10) }
    ) { loopback in
      let first = try await RawClient.connect(to: loopback.address)
      let served = try await first.call("/test.Echo/Unary", body: [0, 0, 0, 0, 0], endStream: true)
      #expect(served.fields["grpc-status"] == "0")
      let second = try await RawClient.connect(to: loopback.address)
      await second.waitForClose()
      await first.close()
      // The server may learn of the first one's end a little later.
      while await failure(of: { try await loopback.unary() }) != nil {}
    }
  }

  @Test("a call beyond the server's limit is refused at once, with the time after which to come again")
  func maxConcurrentCalls() async throws {
    let started = Signal()
    let go = Signal()
    let methods = [
      unaryMethod { request, _ in
        started.give()
        await go.wait()
        return request
      }
    ]
    try await Loopback.run(
      methods: methods,
      server: {
        $0.limits.maxConcurrentCalls = 1
        $0.limits.overloadPushback = .milliseconds(1_500)
      }
    ) { loopback in
      async let first = loopback.unary(payload("x"))
      await started.wait()
      let refused = try await emptyCall(loopback)
      #expect(refused.fields["grpc-status"] == "\(StatusCode.resourceExhausted.rawValue)")
      #expect(refused.fields["grpc-retry-pushback-ms"] == "1500")
      go.give()
      #expect(try await first.typeUrl == "x")
    }
  }

  @Test("partial messages of all calls together are bounded: the call that goes over it is told, the others go on")
  func bufferedBytes() async throws {
    try await Loopback.run(
      methods: echoMethods,
      server: {
        $0.limits.maxReceiveMessageSize = 100_000
        $0.limits.maxBufferedBytesPerConnection = 150_000
      }
    ) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      // 90,000 bytes of a message of 95,000 each.
      let partial: [UInt8] = [0, 0, 1, 0x73, 0x18] + Array(repeating: 0, count: 90_000)
      try await raw.open("/test.Echo/Unary", body: partial, endStream: false)
      let second = try await raw.call("/test.Echo/Unary", body: partial, endStream: false)
      #expect(second.fields["grpc-status"] == "\(StatusCode.resourceExhausted.rawValue)")
      #expect(second.fields["grpc-message"]?.contains("maxBufferedBytesPerConnection") == true)
      let third = try await raw.call("/test.Echo/Unary", body: [0, 0, 0, 0, 0], endStream: true)
      #expect(third.fields["grpc-status"] == "0")
      await raw.close()
    }
  }

  @Test("every kind of violation is counted by its kind, and so are refused connections")
  func counted() throws {
    let metrics = TestMetrics()
    for violation in HTTP2Violation.allCases {
      ConnectionViolations.report(violation, peer: "ipv4:127.0.0.1:1", logger: quietLogger, factory: metrics)
      let counter = try metrics.expectCounter("rpc_connection_violations", [("kind", violation.rawValue)])
      #expect(counter.totalValue == 1)
    }
    ConnectionViolations.reportRefused(peer: "ipv4:127.0.0.1:1", logger: quietLogger, factory: metrics)
    #expect(try metrics.expectCounter("rpc_connections_refused").totalValue == 1)
  }

  @Test("a client that pings oftener than permitted loses its connection")
  func tooManyPings() async throws {
    let methods = [
      expandMethod { _, _, _ in try await Task.sleep(for: .seconds(3_600)) }
    ]
    try await Loopback.run(methods: methods, client: { $0.keepalive.interval = .milliseconds(5) }) { loopback in
      let error = await failure { for try await _ in try await loopback.expand(Payload()) {} }
      #expect(error?.code == .unavailable || error?.code == .resourceExhausted)
    }
  }

  @Test("a connection that says nothing is closed, and so is one that is idle or old")
  func timeouts() async throws {
    let policies: [@Sendable (inout RPCServer.ConnectionPolicy) -> Void] = [
      { $0.handshakeTimeout = .milliseconds(20) }, { $0.maxIdle = .milliseconds(20) },
      { $0.maxAge = .milliseconds(20) },
    ]
    for (index, policy) in policies.enumerated() {
      try await Loopback.run(methods: echoMethods, server: { policy(&$0.connections) }) { loopback in
        if index > 0 {
          let raw = try await RawClient.connect(to: loopback.address)
          await raw.waitForClose()
        } else if case .tcp(let host, let port) = loopback.address {
          let silent = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port).get()
          try await silent.closeFuture.get()
        }
      }
    }
  }

  @Test("no call is lost while connections grow old under load")
  func ageUnderLoad() async throws {
    try await Loopback.run(
      methods: echoMethods, server: { $0.connections.maxAge = .milliseconds(10) }
    ) { loopback in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            for index in 0..<200 {
              let answer = try await loopback.unary(payload("\(index)"), CallOptions(waitForReady: true))
              #expect(answer.typeUrl == "\(index)")
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
