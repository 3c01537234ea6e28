import MetricsTestKit
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import HTTP2
@testable import RPC

@Suite("Connections that TLS refuses", .timeLimit(.minutes(2)))
struct TLSRefusalTests {
  private let pki: TestPKI

  init() async throws { pki = try await TestPKI.shared.value }

  /// One call that must fail: what the client is told, and the server's log line with `logged`.
  private func refusal(
    server: RPCServer.TLS? = nil, client: RPCClient.TLS?, logged: String = "TLS handshake failed"
  ) async throws -> (client: String, server: String) {
    let log = LogRecorder()
    return try await withTLS(pki, server: server, client: client, logger: log.logger) { loopback in
      let error = await failure { try await loopback.unary(payload("x")) }
      #expect(error?.code == .unavailable)
      return (error?.message ?? "", await log.line(with: logged))
    }
  }

  private func serving(
    _ leaf: TestPKI.Leaf, clients: RPCServer.TLS.ClientVerification = .none
  ) -> RPCServer.TLS {
    RPCServer.TLS(credentials: pki.credentials(leaf), clientVerification: clients)
  }

  // MARK: The client refuses

  @Test("a server's certificate from an unknown authority is refused; the server hears of it")
  func unknownAuthority() async throws {
    let refusal = try await refusal(server: serving(.otherServer), client: RPCClient.TLS(trust: pki.trust))
    #expect(refusal.client.contains("not signed by an authority trusted here (its issuer is \"other-authority\")"))
    #expect(refusal.server.contains("client does not trust the authority that signed our server certificate"))
    #expect(refusal.server.contains("peer=ipv4:127.0.0.1:"))
  }

  @Test("the machine's authorities do not make a private one good")
  func systemTrust() async throws {
    let refusal = try await refusal(client: RPCClient.TLS())
    #expect(refusal.client.contains("not signed by an authority trusted here (its issuer is \"authority\")"))
  }

  @Test("a certificate signed by itself is refused as such")
  func selfSigned() async throws {
    let refusal = try await refusal(
      server: RPCServer.TLS(credentials: pki.credentials("self-signed")), client: RPCClient.TLS(trust: pki.trust))
    #expect(refusal.client.contains("signed by itself"))
  }

  @Test("an expired server certificate is refused, with how long it has been")
  func expired() async throws {
    let refusal = try await refusal(server: serving(.expiredServer), client: RPCClient.TLS(trust: pki.trust))
    #expect(refusal.client.contains("the server's certificate expired 24 hours ago"))
    #expect(refusal.server.contains("client says that our server certificate has expired"))
  }

  @Test("a good certificate of another host is refused, with the name that was expected")
  func wrongHost() async throws {
    let log = LogRecorder()
    try await withTLS(
      pki, server: serving(.elsewhere), client: RPCClient.TLS(trust: pki.trust, serverName: "lorikeet.test"),
      logger: log.logger
    ) { loopback in
      let error = await failure { try await loopback.unary(payload("x")) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("the server's certificate is not for \"lorikeet.test\"") == true)
    }
  }

  @Test("a certificate that does not hold the IP address connected to is refused")
  func wrongAddress() async throws {
    try await withTLS(pki, server: serving(.elsewhere), client: RPCClient.TLS(trust: pki.trust)) { loopback in
      let error = await failure { try await loopback.unary(payload("x")) }
      #expect(error?.message.contains("the server's certificate does not hold the IP address") == true)
    }
  }

  @Test("a server name that is none is refused before anything is sent")
  func badName() async throws {
    try await withTLS(pki, client: RPCClient.TLS(trust: pki.trust, serverName: "10.0.0.1")) { loopback in
      let error = await failure { try await loopback.unary(payload("x")) }
      #expect(error?.message.contains("\"10.0.0.1\" cannot be a server's name: give a DNS name") == true)
    }
  }

  // MARK: The server refuses

  @Test("a client without a certificate is told that the server asked for one")
  func noClientCertificate() async throws {
    let refusal = try await refusal(
      server: serving(.server, clients: .required(pki.trust)), client: RPCClient.TLS(trust: pki.trust))
    #expect(refusal.client.contains("the server asked for a client certificate: set one"))
    #expect(refusal.server.contains("the client showed no certificate"))
  }

  @Test("a client's certificate from an unknown authority is refused, required or not", arguments: [true, false])
  func unknownClient(_ isRequired: Bool) async throws {
    let refusal = try await refusal(
      server: serving(.server, clients: isRequired ? .required(pki.trust) : .optional(pki.trust)),
      client: RPCClient.TLS(trust: pki.trust, credentials: pki.credentials(.otherClient)))
    #expect(refusal.client.contains("server does not trust the authority that signed our client certificate"))
    #expect(refusal.server.contains("not signed by an authority trusted here (its issuer is \"other-authority\")"))
  }

  @Test("an expired client certificate is refused")
  func expiredClient() async throws {
    let refusal = try await refusal(
      server: serving(.server, clients: .required(pki.trust)),
      client: RPCClient.TLS(trust: pki.trust, credentials: pki.credentials(.expiredClient)))
    #expect(refusal.client.contains("the server says that our client certificate has expired"))
    #expect(refusal.server.contains("the client's certificate expired 24 hours ago"))
  }

  // MARK: Versions, ciphers, protocols

  /// A raw client's handshake with our server: what came of it, and the server's log line.
  private func handshake(
    _ configure: (inout NIOSSL.TLSConfiguration) -> Void
  ) async throws -> (RawTLSPeer.Outcome, server: String) {
    let log = LogRecorder()
    return try await withTLS(pki, client: nil, logger: log.logger) { loopback in
      let outcome = try await RawTLSPeer.connect(to: loopback.address, configure)
      return (outcome, await log.line(with: "TLS handshake failed"))
    }
  }

  /// Our client's handshake with a raw server: what the client is told.
  private func message(_ configure: (inout NIOSSL.TLSConfiguration) -> Void) async throws -> String {
    let server = try await RawTLSPeer.listen(pki, configure)
    defer { server.close(promise: nil) }
    return try await message(from: server.rpcAddress)
  }

  private func message(from address: RPCAddress, handshakeTimeout: Duration = .seconds(10)) async throws -> String {
    var configuration = RPCClient.Configuration()
    configuration.tls = RPCClient.TLS(trust: pki.trust)
    configuration.tls?.handshakeTimeout = handshakeTimeout
    let client = RPCClient(target: address, configuration: configuration, logger: quietLogger)
    let error = await failure {
      try await client.unary(method("Unary", .unary), payload(), response: Payload.self, options: CallOptions())
    }
    #expect(error?.code == .unavailable)
    await client.close()
    return error?.message ?? ""
  }

  @Test("a client that offers no protocol, or another one, is refused", arguments: [[], ["http/1.1"]])
  func clientWithoutHTTP2(_ protocols: [String]) async throws {
    let (outcome, line) = try await handshake { $0.applicationProtocols = protocols }
    #expect(outcome == .handshaken(protocol: nil))
    #expect(line.contains("the client did not agree to speak HTTP/2 (ALPN \"h2\")"))
  }

  @Test("a server that agrees to no protocol is refused")
  func serverWithoutHTTP2() async throws {
    let message = try await message { $0.applicationProtocols = ["http/1.1"] }
    #expect(message.contains("the server did not agree to speak HTTP/2 (ALPN \"h2\")"))
  }

  @Test("TLS 1.1 is refused on both sides")
  func oldVersion() async throws {
    let (outcome, line) = try await handshake {
      $0.minimumTLSVersion = .tlsv1
      $0.maximumTLSVersion = .tlsv11
      $0.applicationProtocols = ["h2"]
    }
    #expect(outcome != .handshaken(protocol: "h2"))
    #expect(line.contains("the client offers neither TLS 1.2 nor 1.3"))
    let message = try await message {
      $0.minimumTLSVersion = .tlsv1
      $0.maximumTLSVersion = .tlsv11
      $0.applicationProtocols = ["h2"]
    }
    #expect(message.contains("no TLS version in common"))
  }

  @Test("of TLS 1.2's ciphers those that RFC 9113 forbids are refused")
  func oldCipher() async throws {
    let (outcome, line) = try await handshake {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]
      $0.applicationProtocols = ["h2"]
    }
    #expect(outcome != .handshaken(protocol: "h2"))
    #expect(line.contains("with a cipher that HTTP/2 allows"))
  }

  // MARK: The wrong port

  @Test("a plain-text client at a TLS port is told so, and the server's log says it too")
  func plainTextClient() async throws {
    let refusal = try await refusal(client: nil)
    #expect(refusal.client.contains("the server speaks TLS on this port: connect with TLS"))
    #expect(refusal.server.contains("the client does not speak TLS"))
  }

  @Test("a TLS client at a plain-text port is told so, and the server's log says it too")
  func plainTextServer() async throws {
    let log = LogRecorder()
    try await Loopback.run(
      methods: echoMethods, client: { $0.tls = RPCClient.TLS(trust: pki.trust) }, logger: log.logger
    ) { loopback in
      let error = await failure { try await loopback.unary(payload("x")) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("the server does not speak TLS on this port: connect in plain text") == true)
      #expect(await log.line(with: "TLS handshake failed").contains("this port takes plain text"))
    }
  }

  // MARK: Time

  @Test("a client that connects and says nothing is dropped when the handshake's time is up")
  func slowClient() async throws {
    let log = LogRecorder()
    var tls = serving(.server)
    tls.handshakeTimeout = .milliseconds(20)
    try await withTLS(pki, server: tls, client: nil, logger: log.logger) { loopback in
      guard case .tcp(let host, let port) = loopback.address else { return }
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: host, port: port).get()
      try await channel.closeFuture.get()
      #expect(await log.line(with: "TLS handshake failed").contains("took more than 0.02 seconds"))
    }
  }

  @Test("a server that never answers the handshake fails the call when the handshake's time is up")
  func slowServer() async throws {
    let server = try await RawTLSPeer.listenSilently()
    let message = try await message(from: server.rpcAddress, handshakeTimeout: .milliseconds(20))
    #expect(message.contains("the TLS handshake took more than 0.02 seconds"))
    try await server.close()
  }

  @Test("a client that leaves before it has said anything is no matter for the log's readers")
  func portScan() async throws {
    let log = LogRecorder()
    try await withTLS(pki, client: nil, logger: log.logger) { loopback in
      guard case .tcp(let host, let port) = loopback.address else { return }
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: host, port: port).get()
      try await channel.close()
      #expect(await log.line(with: "TLS handshake failed").hasPrefix("debug"))
    }
  }

  @Test("failed handshakes are counted by their reason")
  func counted() throws {
    let metrics = TestMetrics()
    for reason in [TLSFailure.Reason.noCertificate, .noCertificate, .timedOut(seconds: 1)] {
      TLSFailureReport.report(
        TLSFailure(role: .server, reason: reason), peer: "ipv4:127.0.0.1:1", logger: quietLogger, factory: metrics)
    }
    func count(_ reason: String) throws -> Int64 {
      try metrics.expectCounter("rpc_tls_handshake_failures", [("reason", reason)]).totalValue
    }
    #expect(try count("no_certificate") == 2)
    #expect(try count("timed_out") == 1)
  }
}
