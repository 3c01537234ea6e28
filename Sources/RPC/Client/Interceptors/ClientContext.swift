internal import Synchronization

/// What an interceptor sees of a call, and what it may change.
public final class ClientContext: Sendable {
  let call: ClientCall
  private let started: @Sendable () -> Void
  private let ended: @Sendable (ClientCall) -> RPCError?
  private let state: Mutex<State>

  private struct State {
    var options: CallOptions
    var isStarted = false
    var summary: CallSummary?
  }

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

  /// How the call is to be made; changes count only before `next` is called, and those of `maxResponseMessageSize` and
  /// `compression` not at all: the request is framed already.
  public var options: CallOptions {
    get { state.withLock { $0.options } }
    set { state.withLock { $0.options = newValue } }
  }

  /// Whether requests travel encrypted.
  public var isSecure: Bool { call.channel.methods.isSecure }

  /// `:authority` of the request: the name of the service.
  public var authority: String { call.channel.methods.authority }

  /// What the server sent before its first message; empty until then.
  public var responseMetadata: Metadata { call.outcome.withLock { $0.responseMetadata } }

  /// What the server sent with the status; empty until then.
  public var trailingMetadata: Metadata { call.outcome.withLock { $0.trailingMetadata } }

  /// How often the request was sent; 0 until the call has ended.
  public var attempts: Int { call.outcome.withLock { $0.attempts } }

  /// How the call ended; nil until it has.
  public var summary: CallSummary? { state.withLock { $0.summary } }

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
    try await call.run(options, started: started) { call in
      let failure = self.ended(call)
      let summary = call.summary(failure)
      self.state.withLock { $0.summary = summary }
      return failure
    }
  }
}
