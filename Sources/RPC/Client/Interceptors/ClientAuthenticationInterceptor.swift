/// Sends a bearer token with each call, in `authorization`.
public struct ClientAuthenticationInterceptor: ClientInterceptor {
  private let allowsPlaintext: Bool
  private let token: @Sendable () async throws -> String

  /// - Parameters:
  ///   - allowsPlaintext: send the token over connections without TLS too, where anybody on the way can read it. Calls
  ///     over them fail with `UNAUTHENTICATED` otherwise, before anything is sent.
  ///   - token: the token of now, asked for at each call; what it throws fails the call.
  public init(allowsPlaintext: Bool = false, token: @escaping @Sendable () async throws -> String) {
    self.allowsPlaintext = allowsPlaintext
    self.token = token
  }

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ClientHandler) -> ClientHandler? {
    { [allowsPlaintext, token] context in
      guard context.isSecure || allowsPlaintext else {
        throw RPCError(
          .unauthenticated,
          "the token is not sent over a connection without TLS: use TLS, or say allowsPlaintext where that is safe")
      }
      let token = try await token()
      var options = context.options
      do throws(MetadataError) {
        try options.metadata.replace("authorization", "Bearer \(token)")
      } catch {
        throw RPCError(.unauthenticated, "the token holds characters that cannot be sent: it must be printable ASCII")
      }
      context.options = options
      try await next(context)
    }
  }
}
