import RPC

/// Refuses calls that do not know the word.
struct RequireToken: ServerInterceptor {
  private let expected: String

  init(_ token: String) { expected = "Bearer \(token)" }

  func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    // Health checks come from machines that know no secrets.
    if method.service == "grpc.health.v1.Health" { return next }
    return { [expected] context in
      guard context.requestMetadata["authorization"] == expected else {
        throw RPCError(.unauthenticated, "send the token as authorization metadata")
      }
      try await next(context)
    }
  }
}
