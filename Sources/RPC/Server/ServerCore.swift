internal import Logging
internal import NIOCore
internal import Synchronization

/// What a server's connections and calls share: the methods, the limits, and the count of what is still going on.
final class ServerCore: Sendable {
  let methods: MethodTable
  let limits: RPCServer.Limits
  let compression: RPCServer.Compression
  /// The value of our `grpc-accept-encoding`.
  let acceptEncoding: String
  let accepted: CompressionSet
  private let maxConnections: Int
  let logger: Logger
  let channelzID = ChannelzID.next()

  struct ListenSocket: Sendable {
    let id = ChannelzID.next()
    let channel: any Channel
  }

  private struct State {
    var isDraining = false
    /// The time for calls to finish is over.
    var isAborting = false
    var isStopped = false
    var listeners: [ListenSocket] = []
    /// What closed connections have carried.
    var closedConnections = ConnectionNumbers()
    var connections: [ObjectIdentifier: ServerConnection] = [:]
    var drainWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
    var nextWaiter: UInt64 = 0
  }
  private let state = Mutex(State())
  private let loops = Mutex<[ServerLoop]>([])
  // The same as the state's, for the loops to look at after each last call.
  private let drains = Atomic(false)

  init(
    methods: MethodTable, limits: RPCServer.Limits, compression: RPCServer.Compression = .defaults,
    maxConnections: Int? = nil, logger: Logger
  ) {
    self.methods = methods
    self.maxConnections = maxConnections ?? .max
    self.limits = limits
    self.compression = compression
    accepted = CompressionSet(compression.accepted)
    acceptEncoding = accepted.header
    self.logger = logger
  }

  // MARK: What goes on

  func listening(on channel: any Channel) -> Bool {
    state.withLock { state in
      guard !state.isDraining else { return false }
      state.listeners.append(ListenSocket(channel: channel))
      return true
    }
  }

  /// What becomes of a connection that was accepted just now.
  enum Admission {
    case serve
    case refuse
    case drain
    case abort
  }

  func connectionOpened(_ connection: ServerConnection) -> Admission {
    state.withLock { state in
      guard state.connections.count < maxConnections else { return .refuse }
      state.connections[ObjectIdentifier(connection)] = connection
      return state.isAborting ? .abort : state.isDraining ? .drain : .serve
    }
  }

  func connectionClosed(_ connection: ServerConnection) {
    settle { state in
      guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
      state.closedConnections += connection.counts.numbers
    }
  }

  /// Open connections, and what the closed ones have carried: each connection is in one of the two.
  var countedConnections: (closed: ConnectionNumbers, open: [ServerConnection]) {
    state.withLock { ($0.closedConnections, Array($0.connections.values)) }
  }

  var listenSockets: [ListenSocket] { state.withLock { $0.listeners } }

  func join(_ loop: ServerLoop) { loops.withLock { $0.append(loop) } }

  /// A loop's last call has ended.
  func loopIsIdle() {
    if drains.load(ordering: .sequentiallyConsistent) { settle { _ in } }
  }

  /// Calls whose handlers have not ended.
  var callCount: Int { loops.withLock { $0.reduce(0) { $0 + $1.activeCalls } } }

  /// Changes the state, and wakes those who wait for the end when that was the last of it.
  private func settle(_ change: (inout State) -> Void) {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      change(&state)
      guard state.isDraining, state.connections.isEmpty, state.listeners.isEmpty, callCount == 0 else { return [] }
      state.isStopped = true
      defer { state.stopWaiters = [] }
      return state.stopWaiters
    }
    for waiter in waiters { waiter.resume() }
    if state.withLock({ $0.isStopped }) { close() }
  }

  /// Lets go of what the loops keep for more calls.
  func close() {
    for loop in loops.withLock({ $0 }) { loop.close() }
  }

  // MARK: Stopping

  /// Stops listening and lets every connection finish its streams.
  func beginDrain() {
    let (listeners, connections, waiters) = state.withLock { state in
      guard !state.isDraining else {
        return ([ListenSocket](), [ServerConnection](), [CheckedContinuation<Void, Never>]())
      }
      state.isDraining = true
      drains.store(true, ordering: .sequentiallyConsistent)
      defer { state.drainWaiters = [:] }
      return (state.listeners, Array(state.connections.values), Array(state.drainWaiters.values))
    }
    for listener in listeners {
      listener.channel.closeFuture.whenComplete { _ in
        self.settle { $0.listeners.removeAll { $0.id == listener.id } }
      }
      listener.channel.close(promise: nil)
    }
    for connection in connections { connection.drain() }
    for waiter in waiters { waiter.resume() }
    settle { _ in }
  }

  /// Ends everything that still goes on.
  func stopNow() {
    let connections = state.withLock { state in
      state.isAborting = true
      return Array(state.connections.values)
    }
    for connection in connections { connection.abort() }
  }

  /// Returns when draining is done: no listener, no connection, no handler left.
  func waitUntilStopped() async {
    await withCheckedContinuation { continuation in
      let isStopped = state.withLock { state in
        if !state.isStopped { state.stopWaiters.append(continuation) }
        return state.isStopped
      }
      if isStopped { continuation.resume() }
    }
  }

  /// Returns when draining begins, or the task is cancelled.
  func waitForDrain() async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // A cancellation that comes later finds the waiter in the table.
          if state.isDraining || Task.isCancelled { return true }
          state.drainWaiters[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.drainWaiters.removeValue(forKey: id) }?.resume()
    }
  }
}
