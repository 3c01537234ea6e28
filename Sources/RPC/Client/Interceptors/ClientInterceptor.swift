internal import Synchronization

/// Runs one call of a client: from before its request to after its status; interceptors wrap it.
///
/// It returns when the call ended with `OK` and throws its status otherwise.
public typealias ClientHandler = @Sendable (ClientContext) async throws -> Void

/// Wraps every call of a client: logging, metrics, tracing, authentication.
///
/// Interceptors are composed once for each method, at its first call, so a call costs no more than the closures.
public protocol ClientInterceptor: Sendable {
  /// - Returns: a handler that runs around `next`, which is to be called once at most; the first interceptor of the
  ///   list is outermost. Before `next`, the handler may change the call's options; throwing instead of calling `next`
  ///   fails the call without asking the server. What it throws after `next` becomes the error of a call that does not
  ///   stream; the messages of one that does have gone to their reader by then, and the status with them.
  func wrap(_ method: MethodDescriptor, _ next: @escaping ClientHandler) -> ClientHandler
}

/// What an interceptor sees of a call, and what it may change.
public final class ClientContext: Sendable {
  let call: ClientCall
  private let state: Mutex<State>

  private struct State {
    var options: CallOptions
    var isStarted = false
  }

  private let started: @Sendable () -> Void
  private let ended: @Sendable (ClientCall) -> RPCError?

  /// - Parameters:
  ///   - started: called as soon as the call is under way.
  ///   - ended: called on the loop with the finished call; it may find that it failed all the same.
  init(
    _ call: ClientCall, started: @escaping @Sendable () -> Void = {},
    ended: @escaping @Sendable (ClientCall) -> RPCError? = { _ in nil }
  ) {
    self.call = call
    self.started = started
    self.ended = ended
    state = Mutex(State(options: call.options))
  }

  /// The method that is called.
  public var method: MethodDescriptor { call.method.descriptor }

  /// How the call is to be made; changes count only before `next` is called.
  public var options: CallOptions {
    get { state.withLock { $0.options } }
    set { state.withLock { $0.options = newValue } }
  }

  /// Whether requests travel encrypted.
  public var isSecure: Bool { call.channel.methods.isSecure }

  /// `:authority` of the request: the name of the service.
  public var authority: String { call.channel.target.authority }

  /// What the server sent before its first message; empty until then.
  public var responseMetadata: Metadata { call.outcome.withLock { $0.responseMetadata } }

  /// What the server sent with the status; empty until then.
  public var trailingMetadata: Metadata { call.outcome.withLock { $0.trailingMetadata } }

  /// How often the request was sent; known after `next`.
  public var attempts: Int { call.outcome.withLock { $0.attempts } }

  /// The innermost handler: makes the call.
  static let callHandler: ClientHandler = { context in try await context.makeCall() }

  private func makeCall() async throws(RPCError) {
    let options: CallOptions? = state.withLock { state in
      guard !state.isStarted else { return nil }
      state.isStarted = true
      return state.options
    }
    guard let options else {
      throw RPCError(.internalError, "an interceptor has called next twice: a call is made once")
    }
    try await call.run(options, started: started, ended: ended)
  }
}
