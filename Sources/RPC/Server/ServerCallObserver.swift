/// Sees the calls of one method begin and end, without being a part of them: what counts and measures costs least here.
///
/// Both methods run on the call's event loop. They must neither block nor take long: everything else on the connection
/// waits for them.
public protocol ServerCallObserver: Sendable {
  /// The request's headers have come.
  func callBegan(_ context: ServerContext)
  /// The status is decided. The handler may still be running, when a deadline, a cancellation or a fault of the peer
  /// ended the call.
  func callEnded(_ context: ServerContext, _ summary: CallSummary)
}

/// Several observers as one, so that a call looks after one at most.
struct ServerCallObservers: ServerCallObserver {
  private let observers: [any ServerCallObserver]

  /// nil when there is nobody to tell; an only observer stands for itself.
  static func joined(_ observers: [any ServerCallObserver]) -> (any ServerCallObserver)? {
    observers.count > 1 ? ServerCallObservers(observers: observers) : observers.first
  }

  func callBegan(_ context: ServerContext) {
    for observer in observers { observer.callBegan(context) }
  }

  func callEnded(_ context: ServerContext, _ summary: CallSummary) {
    for observer in observers { observer.callEnded(context, summary) }
  }
}
