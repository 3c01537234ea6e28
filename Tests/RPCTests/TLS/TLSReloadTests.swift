import Foundation
import Testing

@testable import HTTP2
@testable import RPC

@Suite("Certificates that change", .timeLimit(.minutes(2)))
struct TLSReloadTests {
  private let pki: TestPKI

  init() async throws { pki = try await TestPKI.shared.value }

  private func call(_ address: RPCAddress, trust: TLSTrust) async -> RPCError? {
    var configuration = RPCClient.Configuration()
    configuration.tls = RPCClient.TLS(trust: trust)
    let client = RPCClient(target: address, configuration: configuration, logger: quietLogger)
    let error = await failure {
      try await client.unary(method("Unary", .unary), payload(), response: Payload.self, options: CallOptions())
    }
    await client.close()
    return error
  }

  @Test("new connections get the new certificate while an old call goes on")
  func reload() async throws {
    let folder = try pki.copy(.server)
    let tls = RPCServer.TLS(credentials: TestPKI.credentials(in: folder))
    try await withTLS(pki, server: tls, client: RPCClient.TLS(trust: pki.trust)) { loopback in
      let chat = try await loopback.chat()
      var answers = chat.responses.makeAsyncIterator()
      try await chat.requests.write(payload("before"))
      #expect(try await answers.next()?.typeUrl == "before")

      try pki.replace(in: folder, with: .otherServer)
      try await loopback.server.reloadTLS()
      #expect(await call(loopback.address, trust: pki.otherTrust) == nil)
      #expect(await call(loopback.address, trust: pki.trust)?.code == .unavailable)

      try await chat.requests.write(payload("after"))
      #expect(try await answers.next()?.typeUrl == "after")
      try await chat.requests.finish()
      #expect(try await answers.next() == nil)
    }
  }

  @Test("a certificate that is no good leaves the old one in place")
  func badReload() async throws {
    let folder = try pki.copy(.server)
    let tls = RPCServer.TLS(credentials: TestPKI.credentials(in: folder))
    try await withTLS(pki, server: tls, client: nil) { loopback in
      try "nonsense".write(toFile: "\(folder)/own.pem", atomically: true, encoding: .utf8)
      let error = await failure { try await loopback.server.reloadTLS() }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.message.contains("\(folder)/own.pem holds no PEM certificate") == true)
      #expect(await call(loopback.address, trust: pki.trust) == nil)
    }
  }

  @Test("files are watched: a bad change is logged and changes nothing, a good one is taken up")
  func watched() async throws {
    let folder = try pki.copy(.server)
    var tls = RPCServer.TLS(credentials: TestPKI.credentials(in: folder))
    tls.reloadInterval = .milliseconds(5)
    let log = LogRecorder()
    try await withTLS(pki, server: tls, client: nil, logger: log.logger) { loopback in
      try "nonsense".write(toFile: "\(folder)/own.key", atomically: true, encoding: .utf8)
      let line = await log.line(with: "the old certificates stay")
      #expect(line.hasPrefix("error"))
      #expect(line.contains("\(folder)/own.key holds no PEM private key"))
      #expect(await call(loopback.address, trust: pki.trust) == nil)
      try pki.replace(in: folder, with: .otherServer)
      _ = await log.line(with: "reloaded the TLS certificates")
      #expect(await call(loopback.address, trust: pki.otherTrust) == nil)
    }
  }

  @Test("a client shows its new certificate on its next connection")
  func client() async throws {
    let folder = try pki.copy(.client)
    let server = RPCServer.TLS(credentials: pki.credentials(.server), clientVerification: .required(pki.trust))
    let client = RPCClient.TLS(trust: pki.trust, credentials: TestPKI.credentials(in: folder))
    let methods = [unaryMethod { _, context in payload(context.peerIdentity?.commonName ?? "nobody") }]
    let logger = quietLogger
    func start(at address: RPCAddress) async throws -> RPCServer {
      let server = RPCServer(
        configuration: .init(listeners: [.init(address, tls: server)]),
        services: [ServiceDefinition(name: "test.Echo", methods: methods)], logger: logger)
      try await server.start()
      return server
    }
    let address = RPCAddress.unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock")
    var configuration = RPCClient.Configuration()
    configuration.tls = client
    configuration.backoff.initial = .milliseconds(10)
    configuration.backoff.maximum = .milliseconds(20)
    let rpc = RPCClient(target: address, configuration: configuration, logger: logger)
    func whoAmI() async throws -> String {
      try await rpc.unary(
        method("Unary", .unary), payload(), response: Payload.self, options: CallOptions(waitForReady: true)
      ).typeUrl
    }
    let first = try await start(at: address)
    #expect(try await whoAmI() == "client.name")
    // A server's certificate does for a client: only the name shows which one it was.
    try pki.replace(in: folder, with: .elsewhere)
    #expect(try await whoAmI() == "client.name")
    await first.shutdown(grace: .seconds(5))
    let second = try await start(at: address)
    #expect(try await whoAmI() == "elsewhere.name")
    await rpc.close()
    await second.shutdown(grace: .seconds(5))
  }

  @Test("files that have not changed are not loaded again, and bad ones only once")
  func unchanged() throws {
    let folder = try pki.copy(.server)
    let log = LogRecorder()
    let material = TLSMaterial(
      role: .server, credentials: TestPKI.credentials(in: folder), verification: .none, logger: log.logger)
    let first = try material.refresh()
    let second = try material.refresh()
    #expect(second === first)
    try "nonsense".write(toFile: "\(folder)/own.pem", atomically: true, encoding: .utf8)
    for _ in 0..<2 {
      let kept = try material.refresh()
      #expect(kept === first)
    }
    #expect(log.lines.count == 1)
    try pki.replace(in: folder, with: .server)
    let third = try material.refresh()
    #expect(third !== first)
  }

  @Test("a certificate that is not valid now is used, with a warning")
  func outOfDate() throws {
    let log = LogRecorder()
    let material = TLSMaterial(
      role: .server, credentials: pki.credentials(.expiredServer), verification: .none, logger: log.logger)
    _ = try material.refresh()
    #expect(log.lines.first?.hasPrefix("warning the TLS certificate is not valid now") == true)
  }

  // MARK: At the start

  private func startFailure(_ credentials: TLSCredentials) async -> RPCError? {
    let server = RPCServer(
      configuration: .init(
        listeners: [.init(.tcp(host: "127.0.0.1", port: 0), tls: RPCServer.TLS(credentials: credentials))]),
      services: [], logger: quietLogger)
    return await failure { try await server.start() }
  }

  @Test("a server does not start without its files, and says which one is missing")
  func missing() async {
    let error = await startFailure(pki.credentials("missing"))
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("\(pki.path("missing.pem")) cannot be read: No such file or directory") == true)
  }

  @Test("a server does not start with another certificate's key")
  func mismatch() async {
    var credentials = pki.credentials(.server)
    credentials.privateKey = .file(pki.path("client.key"))
    let error = await startFailure(credentials)
    #expect(error?.message.contains("does not belong to the certificate in \(pki.path("server.pem"))") == true)
  }

  @Test("a client's calls fail with the name of a file that is missing")
  func missingTrust() async throws {
    let trust = TLSTrust.authorities(.file("/nowhere/ca.pem"))
    try await withTLS(pki, client: RPCClient.TLS(trust: trust)) { loopback in
      let error = await failure { try await loopback.unary() }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("/nowhere/ca.pem cannot be read") == true)
    }
  }
}
