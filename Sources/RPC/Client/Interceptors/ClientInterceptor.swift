/// Runs one call of a client: from before its request to after its status; interceptors wrap it.
///
/// It returns when the call ended with `OK` and throws its status otherwise.
public typealias ClientHandler = @Sendable (ClientContext) async throws -> Void

/// Wraps or watches every call of a client: logging, metrics, tracing, authentication.
///
/// Interceptors are composed once for each method, at its first call, so a call costs no more than the closures.
/// Implement `wrap` to stand around calls, `observer(of:)` to be told of beginnings and ends only, or both.
public protocol ClientInterceptor: Sendable {
  /// - Returns: a handler that runs around `next`, which is to be called once at most; the first interceptor of the
  ///   list is outermost. nil stands around no call of the method.
  ///
  /// Before `next`, the handler may change the call's options; throwing instead of calling `next` fails the call
  /// without asking the server. What it throws after `next` becomes the error of a unary call; the messages of one that streams
  /// have gone to their reader by then, and the status with them.
  func wrap(_ method: MethodDescriptor, _ next: @escaping ClientHandler) -> ClientHandler?

  /// - Returns: who is told of the method's calls, whatever becomes of them; nil for nobody.
  func observer(of method: MethodDescriptor) -> (any ClientCallObserver)?
}

extension ClientInterceptor {
  /// Stands around no call.
  public func wrap(_ method: MethodDescriptor, _ next: @escaping ClientHandler) -> ClientHandler? { nil }

  /// Tells nobody.
  public func observer(of method: MethodDescriptor) -> (any ClientCallObserver)? { nil }
}

/// Sees the calls of one method begin and end, without being a part of them: what counts and measures costs least here.
///
/// Both methods run on the client's event loop. They must neither block nor take long: all other calls wait for them.
public protocol ClientCallObserver: Sendable {
  /// A call asks for a connection.
  func callBegan()
  /// The status is known; further attempts are over. A response stream may still hold messages that nobody has read:
  /// those are not in the summary.
  func callEnded(_ summary: CallSummary)
}

/// Several observers as one, so that a call looks after one at most.
struct ClientCallObservers: ClientCallObserver {
  private let observers: [any ClientCallObserver]

  /// nil when there is nobody to tell; an only observer stands for itself.
  static func joined(_ observers: [any ClientCallObserver]) -> (any ClientCallObserver)? {
    observers.count > 1 ? ClientCallObservers(observers: observers) : observers.first
  }

  func callBegan() {
    for observer in observers { observer.callBegan() }
  }

  func callEnded(_ summary: CallSummary) {
    for observer in observers { observer.callEnded(summary) }
  }
}
