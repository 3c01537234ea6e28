import Foundation
import Testing

@testable import RPC

@Suite("Calls over TLS", .timeLimit(.minutes(2)))
struct TLSCallTests {
  private let pki: TestPKI

  init() async throws { pki = try await TestPKI.shared.value }

  private var trusting: RPCClient.TLS { RPCClient.TLS(trust: pki.trust) }

  @Test("all kinds carry their messages, in order and whole", arguments: Loopback.Transport.allCases)
  func kinds(_ transport: Loopback.Transport) async throws {
    try await withTLS(pki, transport, client: trusting) { loopback in
      // Several writes, records and window updates long.
      let large = payload("large", (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
      #expect(try await loopback.unary(large) == large)
      let sum = try await loopback.collect { requests in
        for index in 0..<100 { try await requests.write(payload("", [UInt8](repeating: 1, count: index * 100))) }
      }
      #expect(sum.typeUrl == "100 495000")
      var count = 0
      for try await message in try await loopback.expand(payload("1000", [UInt8](repeating: 2, count: 1_000))) {
        #expect(message.typeUrl == "\(count)")
        count += 1
      }
      #expect(count == 1_000)
      let chat = try await loopback.chat()
      var answers = chat.responses.makeAsyncIterator()
      for index in 0..<20 {
        try await chat.requests.write(payload("\(index)"))
        #expect(try await answers.next()?.typeUrl == "\(index)")
      }
      try await chat.requests.finish()
      #expect(try await answers.next() == nil)
    }
  }

  @Test("one server takes TLS on one address and plain text on another")
  func mixedListeners() async throws {
    let socket = RPCAddress.unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock")
    let tls = RPCServer.TLS(credentials: pki.credentials(.server))
    let server = RPCServer(
      configuration: .init(listeners: [.init(.tcp(host: "127.0.0.1", port: 0), tls: tls), .init(socket)]),
      services: [ServiceDefinition(name: "test.Echo", methods: echoMethods)], logger: quietLogger)
    let addresses = try await server.start()
    for (address, tls) in [(addresses[0], trusting), (addresses[1], nil)] {
      var configuration = RPCClient.Configuration()
      configuration.tls = tls
      let client = RPCClient(target: address, configuration: configuration)
      let answer = try await client.unary(
        method("Unary", .unary), payload("x"), response: Payload.self, options: CallOptions())
      #expect(answer.typeUrl == "x")
      await client.close()
    }
    await server.shutdown(grace: .seconds(5))
  }

  @Test("certificates and keys can be given as text")
  func text() async throws {
    func source(_ file: String) throws -> PEMSource {
      .text(try String(contentsOfFile: pki.path(file), encoding: .utf8))
    }
    let credentials = TLSCredentials(certificateChain: try source("server.pem"), privateKey: try source("server.key"))
    try await withTLS(
      pki, server: RPCServer.TLS(credentials: credentials),
      client: RPCClient.TLS(trust: .authorities(try source("authority.pem")))
    ) { loopback in
      let answer = try await loopback.unary(payload("x"))
      #expect(answer.typeUrl == "x")
    }
  }

  @Test("a server name other than the target's is sent and checked")
  func serverName() async throws {
    try await withTLS(pki, client: RPCClient.TLS(trust: pki.trust, serverName: "lorikeet.test")) { loopback in
      let answer = try await loopback.unary(payload("x"))
      #expect(answer.typeUrl == "x")
    }
  }

  @Test("a client that skips verification takes any certificate")
  func skipped() async throws {
    var tls = RPCClient.TLS(trust: pki.otherTrust)
    tls.dangerouslySkipsVerification = true
    try await withTLS(pki, server: RPCServer.TLS(credentials: pki.credentials(.elsewhere)), client: tls) { loopback in
      let answer = try await loopback.unary(payload("x"))
      #expect(answer.typeUrl == "x")
    }
  }

  @Test("the :scheme of requests is https")
  func scheme() async throws {
    let seen = Seen<String>()
    let server = try await RawHTTP2Server.listen(pki) { seen.value = $0 }
    var configuration = RPCClient.Configuration()
    configuration.tls = trusting
    let client = RPCClient(target: server.rpcAddress, configuration: configuration, logger: quietLogger)
    _ = await failure {
      try await client.unary(method("Unary", .unary), payload(), response: Payload.self, options: CallOptions())
    }
    #expect(seen.value == "https")
    await client.close()
    try await server.close()
  }

  // MARK: Mutual TLS

  private let whoAmI = [
    unaryMethod { _, context in
      guard let identity = context.peerIdentity else { return payload("nobody") }
      let names = [identity.commonName ?? "-"] + identity.dnsNames + identity.uris + [identity.fingerprint]
      return payload(names.joined(separator: " "), identity.certificate)
    }
  ]

  private func mutual(_ verification: RPCServer.TLS.ClientVerification) -> RPCServer.TLS {
    RPCServer.TLS(credentials: pki.credentials(.server), clientVerification: verification)
  }

  @Test("handlers see who the client is by its certificate")
  func identity() async throws {
    let client = RPCClient.TLS(trust: pki.trust, credentials: pki.credentials(.client))
    try await withTLS(pki, methods: whoAmI, server: mutual(.required(pki.trust)), client: client) { loopback in
      let answer = try await loopback.unary()
      let fingerprint = try pki.openssl("x509 -in client.pem -noout -fingerprint -sha256")
      let digits = fingerprint.split(separator: "=")[1].filter(\.isHexDigit).lowercased()
      #expect(answer.typeUrl == "client.name worker.test spiffe://lorikeet.test/worker \(digits)")
      try Data(answer.value).write(to: URL(fileURLWithPath: pki.path("seen.der")))
      let subject = try pki.openssl("x509 -inform DER -in seen.der -noout -subject")
      #expect(subject.contains("client.name"))
    }
  }

  @Test("where certificates are optional, a client without one is nobody, and one with a good one is itself")
  func optionalIdentity() async throws {
    for (credentials, expected) in [(nil, "nobody"), (pki.credentials(.client), "client.name")] {
      let client = RPCClient.TLS(trust: pki.trust, credentials: credentials)
      try await withTLS(pki, methods: whoAmI, server: mutual(.optional(pki.trust)), client: client) { loopback in
        let answer = try await loopback.unary()
        #expect(answer.typeUrl.hasPrefix(expected))
      }
    }
  }

  @Test("a client that is not asked for its certificate is nobody, and so is one in plain text")
  func nobody() async throws {
    let client = RPCClient.TLS(trust: pki.trust, credentials: pki.credentials(.client))
    try await withTLS(pki, methods: whoAmI, client: client) { loopback in
      let answer = try await loopback.unary()
      #expect(answer.typeUrl == "nobody")
    }
    try await Loopback.run(methods: whoAmI) { loopback in
      let answer = try await loopback.unary()
      #expect(answer.typeUrl == "nobody")
    }
  }

  @Test(
    "SHA-256 gives what FIPS 180-4's examples say",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func sha256(_ text: String, _ digits: String) {
    #expect(SHA256.hash(Array(text.utf8)).map { String(format: "%02x", $0) }.joined() == digits)
  }
}
