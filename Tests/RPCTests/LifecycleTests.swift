import Foundation
import Logging
import Protobuf
import Testing

@testable import HTTP2
@testable import RPC

@Suite("Servers and clients that come and go", .timeLimit(.minutes(2)))
struct LifecycleTests {
  private func server(_ address: RPCAddress, _ methods: [MethodDefinition] = echoMethods) -> RPCServer {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return RPCServer(
      configuration: RPCServer.Configuration(addresses: [address]),
      services: [ServiceDefinition(name: "test.Echo", methods: methods)], logger: logger)
  }

  private func client(_ address: RPCAddress) -> RPCClient {
    var configuration = RPCClient.Configuration()
    configuration.backoff.initial = .milliseconds(10)
    configuration.backoff.maximum = .milliseconds(20)
    return RPCClient(target: address, configuration: configuration)
  }

  private func echo(_ client: RPCClient, waitForReady: Bool = false) async throws(RPCError) -> Payload {
    try await client.unary(
      method("Unary", .unary), payload("x"), response: Payload.self, options: CallOptions(waitForReady: waitForReady))
  }

  private func socketPath() -> RPCAddress { .unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock") }

  @Test("a graceful shutdown lets calls finish and takes no new ones")
  func gracefulShutdown() async throws {
    let started = Signal()
    let go = Signal()
    let server = server(
      .tcp(host: "127.0.0.1", port: 0),
      [
        unaryMethod { request, _ in
          started.give()
          await go.wait()
          return request
        }
      ])
    let address = try await server.start()[0]
    let running = Task { try await server.run() }
    let client = client(address)
    async let answer = echo(client)
    await started.wait()
    server.beginGracefulShutdown()
    // The listener is gone once a new client is refused.
    let late = self.client(address)
    while await failure(of: { try await echo(late) })?.code != .unavailable {}
    go.give()
    #expect(try await answer.typeUrl == "x")
    try await running.value
    #expect(server.activeCalls == 0)
    await client.close()
    await late.close()
  }

  @Test("no call is lost while servers on one address are replaced")
  func replacedServers() async throws {
    let address = socketPath()
    let client = client(address)
    let done = Counter()
    let calls = Task {
      while !Task.isCancelled {
        let answer = try await echo(client, waitForReady: true)
        #expect(answer.typeUrl == "x")
        done.increment()
      }
    }
    for _ in 0..<5 {
      let server = server(address)
      try await server.start()
      let target = done.value + 50
      while done.value < target { await Task.yield() }
      await server.shutdown(grace: .seconds(5))
    }
    let last = server(address)
    try await last.start()
    let target = done.value + 10
    while done.value < target { await Task.yield() }
    calls.cancel()
    let result = await calls.result
    if case .failure(let error) = result { #expect((error as? RPCError)?.code == .cancelled) }
    await client.close()
    await last.shutdown(grace: .zero)
  }

  @Test("what does not end within the grace period is cancelled")
  func graceEnds() async throws {
    let started = Signal()
    let cancelled = Signal()
    let server = server(
      .tcp(host: "127.0.0.1", port: 0),
      [
        unaryMethod { _, _ in
          started.give()
          do { try await Task.sleep(for: .seconds(3_600)) } catch { cancelled.give() }
          return Payload()
        }
      ])
    let client = client(try await server.start()[0])
    async let error = failure { try await echo(client) }
    await started.wait()
    await server.shutdown(grace: .milliseconds(20))
    await cancelled.wait()
    #expect(await error?.code == .unavailable)
    await client.close()
  }

  @Test("cancelling run() stops the server")
  func cancelledRun() async throws {
    let server = server(.tcp(host: "127.0.0.1", port: 0))
    let running = Task { try await server.run() }
    while server.addresses.isEmpty { await Task.yield() }
    let client = client(server.addresses[0])
    _ = try await echo(client)
    running.cancel()
    try await running.value
    #expect(await failure { try await echo(client) }?.code == .unavailable)
    await client.close()
  }

  @Test("a handler can learn that the server is shutting down")
  func shutdownSignal() async throws {
    let methods = [
      expandMethod { _, responses, context in
        try await responses.write(payload("open"))
        await context.waitForShutdown()
        try await responses.write(payload("goodbye"))
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      var seen: [String] = []
      for try await message in try await loopback.expand(Payload()) {
        seen.append(message.typeUrl)
        loopback.server.beginGracefulShutdown()
      }
      #expect(seen == ["open", "goodbye"])
    }
  }

  @Test("without a server a call fails with UNAVAILABLE; one that waits succeeds once there is one")
  func waitForReady() async throws {
    let address = socketPath()
    let client = client(address)
    #expect(await failure { try await echo(client) }?.code == .unavailable)
    async let patient = echo(client, waitForReady: true)
    let server = server(address)
    try await server.start()
    #expect(try await patient.typeUrl == "x")
    await client.close()
    await server.shutdown(grace: .zero)
  }

  @Test("a call that waits for a server still keeps its deadline and can be cancelled")
  func waitingCallEnds() async throws {
    let client = client(socketPath())
    let late = await failure {
      try await client.unary(
        method("Unary", .unary), Payload(), response: Payload.self,
        options: CallOptions(timeout: .milliseconds(50), waitForReady: true))
    }
    #expect(late?.code == .deadlineExceeded)
    let waiting = Task { await failure { try await echo(client, waitForReady: true) } }
    waiting.cancel()
    #expect(await waiting.value?.code == .cancelled)
    await client.close()
  }

  @Test("an address in use is a typed error")
  func addressInUse() async throws {
    let first = server(.tcp(host: "127.0.0.1", port: 0))
    let address = try await first.start()[0]
    let second = server(address)
    #expect(await failure { try await second.start() }?.code == .unavailable)
    await first.shutdown(grace: .zero)
  }

  @Test("a closed client's calls fail, those under way and later ones")
  func closedClient() async throws {
    let started = Signal()
    let methods = [
      unaryMethod { _, _ in
        started.give()
        try await Task.sleep(for: .seconds(3_600))
        return Payload()
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      async let open = failure { try await loopback.unary() }
      await started.wait()
      await loopback.client.close()
      #expect(await open != nil)
      #expect(await failure { try await loopback.unary() }?.code == .cancelled)
    }
  }
}
