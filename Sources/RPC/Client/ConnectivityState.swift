internal import Synchronization

/// What a client's connections are up to, in gRPC's terms.
public enum ConnectivityState: Sendable, Hashable {
  /// Nothing is connected, and nothing tries to be; a call, or `connect()`, changes that.
  case idle
  /// The first connection is being made. Calls wait for it.
  case connecting
  /// Calls go out at once.
  case ready
  /// No address can be reached for the moment; calls fail unless they wait for ready. It is tried again on its own.
  case transientFailure
  /// The client was closed.
  case shutdown
}

/// Tells whoever asks what the state is, and each change of it.
final class ConnectivityMonitor: Sendable {
  private struct State {
    var current = ConnectivityState.idle
    var watchers: [UInt64: AsyncStream<ConnectivityState>.Continuation] = [:]
    var nextWatcher: UInt64 = 0
  }
  private let state = Mutex(State())

  /// Changes that a slow watcher may be behind; beyond these it sees the latest ones only.
  private static let backlog = 16

  var current: ConnectivityState { state.withLock { $0.current } }

  func set(_ new: ConnectivityState) {
    let ended = state.withLock { state in
      guard state.current != new, state.current != .shutdown else {
        return [AsyncStream<ConnectivityState>.Continuation]()
      }
      state.current = new
      for watcher in state.watchers.values { watcher.yield(new) }
      guard new == .shutdown else { return [] }
      defer { state.watchers = [:] }
      return Array(state.watchers.values)
    }
    // Outside the lock: ending a stream calls `forget`.
    for watcher in ended { watcher.finish() }
  }

  func watch() -> AsyncStream<ConnectivityState> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ConnectivityState.self, bufferingPolicy: .bufferingNewest(Self.backlog))
    let id: UInt64? = state.withLock { state in
      continuation.yield(state.current)
      guard state.current != .shutdown else {
        continuation.finish()
        return nil
      }
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = continuation
      return state.nextWatcher
    }
    if let id {
      continuation.onTermination = { [weak self] _ in
        self?.forget(id)
      }
    }
    return stream
  }

  private func forget(_ watcher: UInt64) {
    // Released outside the lock: ending a continuation may call back here.
    _ = state.withLock { $0.watchers.removeValue(forKey: watcher) }
  }
}
