import Testing

@testable import RPC

@Suite("A client of gRPC's own Python servers", .timeLimit(.minutes(2)))
struct PythonServerTests {
  /// Runs `body` with servers that fail the first attempts of each call.
  private func withServers<T: Sendable>(
    _ count: Int, failures: Int, _ body: ([RPCAddress]) async throws -> T
  ) async throws -> T {
    let servers = try PythonPeer("numbered_servers", ["\(count)", "\(failures)"])
    defer { servers.end() }
    let ports = await servers.ports()
    try #require(ports.count == count)
    return try await body(ports.map { .tcp(host: "127.0.0.1", port: $0) })
  }

  private func call(_ client: RPCClient) async throws -> String {
    try await client.unary(
      method("Unary", .unary), payload("x"), response: Payload.self,
      options: CallOptions(timeout: .seconds(30), waitForReady: true)
    ).typeUrl
  }

  @Test("retries reach a Python server, which sees how many attempts came before")
  func retries() async throws {
    try await withServers(1, failures: 2) { addresses in
      var configuration = RPCClient.Configuration()
      configuration.serviceConfig = try ServiceConfig(
        json: """
          {"methodConfig": [{"name": [{"service": "test.Echo"}], "retryPolicy": {"maxAttempts": 3,
            "initialBackoff": "0.001s", "maxBackoff": "0.01s", "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"]}}]}
          """)
      let client = RPCClient(target: addresses[0], configuration: configuration)
      let answer = try await call(client)
      #expect(answer == "0 2")
      await client.close()
      let plain = RPCClient(target: addresses[0])
      #expect(await failure { try await call(plain) }?.message == "not yet")
      await plain.close()
    }
  }

  @Test("round_robin spreads calls evenly over Python servers")
  func roundRobin() async throws {
    try await withServers(3, failures: 0) { addresses in
      var configuration = RPCClient.Configuration()
      configuration.loadBalancing = .roundRobin
      let client = RPCClient(target: RPCTarget(addresses: addresses), configuration: configuration)
      // The first calls may find some connections not made yet.
      var seen: Set<String> = []
      while seen.count < 3 { seen.insert(try await call(client)) }
      var counts: [String: Int] = [:]
      for _ in 0..<30 { counts[try await call(client), default: 0] += 1 }
      #expect(counts == ["0 0": 10, "1 0": 10, "2 0": 10])
      await client.close()
    }
  }
}
