/// Accepts callers by the certificate that they showed in mutual TLS.
public struct PeerIdentityAuthenticator<Principal: Sendable>: Authenticator {
  private let principal: @Sendable (PeerIdentity) async throws -> Principal?

  /// - Parameter principal: whom a verified identity stands for; nil when it may not call.
  public init(_ principal: @escaping @Sendable (PeerIdentity) async throws -> Principal?) {
    self.principal = principal
  }

  public func authenticate(_ context: ServerContext) async throws -> Principal {
    guard let identity = context.peerIdentity else {
      throw RPCError(.unauthenticated, "connect over TLS with a client certificate")
    }
    guard let principal = try await principal(identity) else {
      throw RPCError(.permissionDenied, "the certificate of \(identity.commonName ?? "this client") gives no access")
    }
    return principal
  }
}
