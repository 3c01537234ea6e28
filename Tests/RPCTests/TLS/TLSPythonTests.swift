import Testing

@testable import RPC

@Suite("TLS with grpcio at the other end", .timeLimit(.minutes(2)))
struct TLSPythonTests {
  private let pki: TestPKI

  init() async throws { pki = try await TestPKI.shared.value }

  @Test("a grpcio client makes every kind of call over TLS and mutual TLS", arguments: [false, true])
  func client(_ isMutual: Bool) async throws {
    let tls = RPCServer.TLS(
      credentials: pki.credentials(.server), clientVerification: isMutual ? .required(pki.trust) : .none)
    try await withTLS(pki, server: tls, client: nil) { loopback in
      let own = isMutual ? [pki.path("client.pem"), pki.path("client.key")] : []
      let client = try PythonPeer("tls_client", [loopback.address.port, pki.path("authority.pem")] + own)
      let output = await client.result().output
      #expect(output == "unary True\nexpand 3\ncollect b'\\n\\x035 0'\nchat True\n")
    }
  }

  @Test("a call reaches a grpcio server over TLS and mutual TLS", arguments: [false, true])
  func server(_ isMutual: Bool) async throws {
    let server = try PythonPeer(
      "tls_server",
      [pki.path("server.pem"), pki.path("server.key")] + (isMutual ? [pki.path("authority.pem")] : []))
    defer { server.end() }
    let port = try #require(await server.ports().first)
    var configuration = RPCClient.Configuration()
    configuration.tls = RPCClient.TLS(trust: pki.trust, credentials: isMutual ? pki.credentials(.client) : nil)
    let client = RPCClient(target: .tcp(host: "127.0.0.1", port: port), configuration: configuration)
    let answer = try await client.unary(
      method("Unary", .unary), payload("x"), response: Payload.self, options: CallOptions(timeout: .seconds(10)))
    #expect(answer.typeUrl == "x")
    await client.close()
  }
}
