/// Decides who is calling.
public protocol Authenticator: Sendable {
  /// Whom handlers see: an account, a service's name, whatever the program needs.
  associatedtype Principal: Sendable

  /// - Parameter context: what the call shows of its caller: `requestMetadata`, `peerIdentity`, `peer`.
  /// - Throws: `RPCError(.unauthenticated)` when the caller does not say who it is, or cannot prove it;
  ///   `RPCError(.permissionDenied)` when it is known and may not call this method.
  func authenticate(_ context: ServerContext) async throws -> Principal
}

/// Lets only authenticated callers through to the handlers, which find the principal in their context.
public struct AuthenticationInterceptor<A: Authenticator>: ServerInterceptor {
  private let authenticator: A
  private let open: Set<String>

  /// - Parameter open: full names of services that anybody may call, such as `grpc.health.v1.Health`.
  public init(_ authenticator: A, open: Set<String> = []) {
    self.authenticator = authenticator
    self.open = open
  }

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    if open.contains(method.service) { return next }
    return { [authenticator] context in
      var context = context
      context.userInfo[PrincipalKey<A.Principal>.self] = try await authenticator.authenticate(context)
      try await next(context)
    }
  }
}

private enum PrincipalKey<Principal: Sendable>: UserInfoKey { typealias Value = Principal }

extension ServerContext {
  /// Whom an `AuthenticationInterceptor` with an authenticator of that principal type has let through; nil without one.
  public func principal<Principal: Sendable>(_: Principal.Type = Principal.self) -> Principal? {
    userInfo[PrincipalKey<Principal>.self]
  }
}
