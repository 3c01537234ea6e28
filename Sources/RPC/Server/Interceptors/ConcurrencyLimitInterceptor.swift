/// Lets only so many calls of a method run at once; further ones wait in a short queue, or are refused.
public struct ConcurrencyLimitInterceptor: ServerInterceptor {
  public struct Limit: Sendable {
    /// Handlers that may run at once: at least 1.
    public var running: Int
    /// Calls that may wait for one of them to end; 0 refuses at once.
    public var waiting: Int
    /// When a refused client may come back, sent as `grpc-retry-pushback-ms`; nil leaves that to the client.
    public var retryAfter: Duration?

    public init(running: Int, waiting: Int = 0, retryAfter: Duration? = nil) {
      self.running = max(1, running)
      self.waiting = max(0, waiting)
      self.retryAfter = retryAfter
    }
  }

  private let limit: @Sendable (MethodDescriptor) -> Limit?

  /// The same limit for every method; each method counts for itself.
  public init(_ limit: Limit) { self.init { _ in limit } }

  /// - Parameter limit: asked once for each method; nil leaves that method without one.
  public init(_ limit: @escaping @Sendable (MethodDescriptor) -> Limit?) { self.limit = limit }

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    guard let limit = limit(method) else { return next }
    let gate = ConcurrencyGate(limit)
    return { context in
      try await gate.enter()
      defer { gate.leave() }
      try await next(context)
    }
  }
}
