/// Wraps or watches every call of a server: logging, metrics, authentication, limits.
///
/// Interceptors are composed once for each method when the server is made, so a call costs no more than the closures.
/// Implement `wrap` to stand around the handler, `observer(of:)` to be told of beginnings and ends only, or both.
public protocol ServerInterceptor: Sendable {
  /// - Returns: a handler that runs around `next`; the first interceptor of the list is outermost. Throwing an
  ///   `RPCError` before calling `next` refuses the call.
  func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler

  /// - Returns: who is told of the method's calls, whatever becomes of them; nil for nobody.
  func observer(of method: MethodDescriptor) -> (any ServerCallObserver)?
}

extension ServerInterceptor {
  public func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler { next }

  public func observer(of method: MethodDescriptor) -> (any ServerCallObserver)? { nil }
}
