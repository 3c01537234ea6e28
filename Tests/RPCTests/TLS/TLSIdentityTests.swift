import Testing

@testable import RPC

@Suite("What a client certificate opens", .timeLimit(.minutes(2)))
struct TLSIdentityTests {
  private let pki: TestPKI

  init() async throws { pki = try await TestPKI.shared.value }

  private let methods = [unaryMethod { _, context in payload(context.principal(String.self) ?? "nobody") }]

  /// - Parameter allowed: nil lets in whoever shows a certificate.
  private func call(_ isIdentified: Bool, allowed: String? = nil) async throws -> Result<Payload, RPCError> {
    let authenticator = PeerIdentityAuthenticator { identity in
      allowed == nil || identity.commonName == allowed ? identity.fingerprint : nil
    }
    return try await withTLS(
      pki, methods: methods,
      server: RPCServer.TLS(credentials: pki.credentials(.server), clientVerification: .optional(pki.trust)),
      client: RPCClient.TLS(trust: pki.trust, credentials: isIdentified ? pki.credentials(.client) : nil),
      interceptors: [AuthenticationInterceptor(authenticator)]
    ) { loopback in
      do throws(RPCError) { return .success(try await loopback.unary()) } catch { return .failure(error) }
    }
  }

  @Test("a verified identity leads to its principal, which the handler sees")
  func identified() async throws {
    let answer = try await call(true).get()
    #expect(answer.typeUrl.utf8.count == 64)
  }

  @Test("without a certificate a call is UNAUTHENTICATED, with one that opens nothing PERMISSION_DENIED")
  func refused() async throws {
    guard case .failure(let anonymous) = try await call(false) else { throw CancellationError() }
    #expect(anonymous.code == .unauthenticated)
    guard case .failure(let stranger) = try await call(true, allowed: "somebody else") else {
      throw CancellationError()
    }
    #expect(stranger.code == .permissionDenied)
  }

  @Test("channelz shows that a connection is secured, and the client's certificate")
  func channelz() async throws {
    let registry = ChannelzRegistry()
    try await Loopback.run(methods: [], others: [ChannelzService(registry).definition]) { administration in
      try await withTLS(
        pki, server: RPCServer.TLS(credentials: pki.credentials(.server), clientVerification: .required(pki.trust)),
        client: RPCClient.TLS(trust: pki.trust, credentials: pki.credentials(.client))
      ) { loopback in
        registry.add(loopback.server)
        _ = try await loopback.unary()
        let connection = try #require(loopback.server.channelz.connections.first)
        let client = GrpcChannelzV1ChannelzClient(administration.client)
        let response = try await client.getSocket(.with { $0.socketId = connection.id })
        guard case .tls(let tls)? = response.socket?.security?.model else {
          Issue.record("\(response)")
          return
        }
        #expect(!tls.remoteCertificate.isEmpty && tls.remoteCertificate == connection.peer.identity?.certificate)
      }
    }
  }
}
