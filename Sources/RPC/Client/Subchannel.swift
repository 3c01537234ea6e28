internal import HTTP2
internal import Logging
internal import NIOCore

/// Told of a subchannel's changes, on the event loop.
protocol SubchannelObserver: AnyObject {
  func subchannelChanged(_ subchannel: Subchannel)
}

/// A client's connection to one address: made when asked for, and never tried too often.
///
/// ```
///           connect()       settings
///   idle ─────────▶ connecting ─────▶ ready ──┐ GOAWAY, lost
///    ▲  ▲               │ failed              │
///    │  │  time is up   ▼                     │
///    │  └───────── transient failure          │
///    └────────────────────────────────────────┘
/// ```
/// Confined to its event loop.
final class Subchannel: @unchecked Sendable {
  let address: RPCAddress
  private let context: ConnectionContext
  private let loop: any EventLoop
  // Weak would slow every retain down; whoever made this subchannel shuts it down before going.
  private unowned(unsafe) var observer: (any SubchannelObserver)?

  private enum State {
    case idle
    case connecting
    case ready(HTTP2ChannelHandler)
    case transientFailure
    case shutdown
  }
  private var state = State.idle
  /// The connection being made.
  private var attempt: ConnectionAttempt?
  private var failures = 0
  /// Counts the waits for a time to connect, so that one that was called off changes nothing.
  private var pause = 0
  /// Before this no connection is tried: the last one was of no use.
  private var earliestConnect = NIODeadline.uptimeNanoseconds(0)
  /// A call got an answer on the current connection.
  private var isProven = false
  /// Connections that still carry calls, the ready one and those that are going away.
  private var open: [ObjectIdentifier: OpenConnection] = [:]

  struct OpenConnection {
    let channelzID = ChannelzID.next()
    let handler: HTTP2ChannelHandler
    let counts: ConnectionCounts
  }

  let channelzID = ChannelzID.next()
  /// Those of the latest connection.
  private(set) var counts = ConnectionCounts()
  /// What the connections that have closed have carried.
  private(set) var closedConnections = ConnectionNumbers()
  var connections: [OpenConnection] { Array(open.values) }

  init(address: RPCAddress, context: ConnectionContext, observer: any SubchannelObserver) {
    self.address = address
    self.context = context
    self.observer = observer
    loop = context.executor.eventLoop
  }

  var connectivity: ConnectivityState {
    switch state {
    case .idle: .idle
    case .connecting: .connecting
    case .ready: .ready
    case .transientFailure: .transientFailure
    case .shutdown: .shutdown
    }
  }

  /// Why the last attempt failed; nil once one has succeeded. Another attempt may be under way: it does not make an
  /// address that fails one that may work (gRFC A62).
  private(set) var lastFailure: String?

  /// The connection for a new call; nil when there is none that takes it.
  var connection: HTTP2Connection? {
    guard case .ready(let handler) = state else { return nil }
    if handler.connection.acceptsNewStreams, handler.isActive { return handler.connection }
    // Stream numbers have run out (RFC 9113 §5.1.1), or the socket is closing.
    handler.beginDrain()
    lost(handler)
    return nil
  }

  /// A call got an answer: the current connection is of use.
  func answered() { isProven = true }

  // MARK: Connecting

  func connect() {
    guard case .idle = state else { return }
    change(to: .connecting)
    guard earliestConnect > .now() else { return open(connection: pause) }
    let pause = pause
    loop.scheduleTask(deadline: earliestConnect) { self.open(connection: pause) }
  }

  private func open(connection pause: Int) {
    guard case .connecting = state, pause == self.pause, attempt == nil else { return }
    let attempt = ConnectionAttempt(subchannel: self)
    self.attempt = attempt
    context.connect(to: address, attempt)
  }

  func connected(_ attempt: ConnectionAttempt, _ handler: HTTP2ChannelHandler) {
    guard self.attempt === attempt, case .connecting = state else { return handler.close() }
    self.attempt = nil
    failures = 0
    lastFailure = nil
    isProven = false
    counts = ConnectionCounts()
    open[ObjectIdentifier(handler)] = OpenConnection(handler: handler, counts: counts)
    context.logger.debug("connected", metadata: ["address": "\(address)"])
    change(to: .ready(handler))
  }

  func connectFailed(_ attempt: ConnectionAttempt, _ reason: String) {
    guard self.attempt === attempt else { return }
    self.attempt = nil
    guard case .connecting = state else { return }
    let delay = nextDelay()
    context.logger.debug(
      "cannot connect", metadata: ["address": "\(address)", "error": "\(reason)", "retry": "\(delay)"])
    let pause = pause
    loop.scheduleTask(in: TimeAmount(delay)) { self.backoffPassed(pause) }
    lastFailure = reason
    change(to: .transientFailure)
  }

  private func nextDelay() -> Duration {
    failures += 1
    var generator = SystemRandomNumberGenerator()
    return context.configuration.backoff.delay(afterFailures: failures, using: &generator)
  }

  private func backoffPassed(_ pause: Int) {
    guard case .transientFailure = state, pause == self.pause else { return }
    change(to: .idle)
  }

  // MARK: Ending

  /// The connection takes no new calls: the server is going away, or has gone.
  private func lost(_ handler: HTTP2ChannelHandler) {
    guard case .ready(let current) = state, current === handler else { return }
    // A server that accepts connections and drops them at once must not be asked again without a pause.
    if !isProven { earliestConnect = .now() + TimeAmount(nextDelay()) }
    change(to: .idle)
  }

  func goingAway(_ handler: HTTP2ChannelHandler) {
    lost(handler)
    handler.beginDrain()
  }

  func closed(_ handler: HTTP2ChannelHandler) {
    if let closed = open.removeValue(forKey: ObjectIdentifier(handler)) { closedConnections += closed.counts.numbers }
    lost(handler)
  }

  /// Gives up connecting, and lets a connection go once its calls have ended.
  func rest() {
    switch state {
    case .idle, .transientFailure, .shutdown: return
    case .connecting:
      pause += 1
      giveUp("the connection is not needed any more")
    case .ready(let handler): handler.beginDrain()
    }
    state = .idle
  }

  /// As `rest`, for good.
  func shutdown() {
    lastFailure = nil
    rest()
    pause += 1
    state = .shutdown
    observer = nil
  }

  /// Ends every call.
  func close(_ reason: String) {
    shutdown()
    giveUp(reason)
    for connection in open.values { connection.handler.close() }
  }

  private func giveUp(_ reason: String) {
    let abandoned = attempt
    attempt = nil
    abandoned?.failed(reason)
  }

  private func change(to new: State) {
    state = new
    observer?.subchannelChanged(self)
  }
}
