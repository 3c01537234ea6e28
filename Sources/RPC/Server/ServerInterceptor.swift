/// Wraps every call of a server: logging, metrics, authentication, limits.
///
/// Interceptors are composed once for each method when the server is made, so a call costs no more than the closures.
public protocol ServerInterceptor: Sendable {
  /// - Returns: a handler that runs around `next`; the first interceptor of the list is outermost. Throwing an
  ///   `RPCError` before calling `next` refuses the call.
  func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler
}
