package import NIOCore

/// How a quiet connection is watched.
package struct HTTP2Keepalive: Sendable {
  /// Silence after which a PING asks whether the peer is still there; nil never asks.
  package var interval: TimeAmount?
  /// How long the answer may take.
  package var timeout: TimeAmount
  /// Ask also while no stream is open.
  package var withoutStreams: Bool

  package init(interval: TimeAmount?, timeout: TimeAmount, withoutStreams: Bool) {
    self.interval = interval
    self.timeout = timeout
    self.withoutStreams = withoutStreams
  }
}

/// How long a connection, and what goes on in it, may last; nil is for ever.
package struct HTTP2Timeouts: Sendable {
  /// From the first byte's chance to the peer's SETTINGS.
  package var handshake: TimeAmount?
  /// From a HEADERS frame to the end of its block.
  package var headers: TimeAmount?
  /// Without a stream; the connection drains then.
  package var idle: TimeAmount?
  /// In all; the connection drains then. Vary it from connection to connection, or all come back at once.
  package var age: TimeAmount?
  /// For the streams that are open when the age is reached.
  package var ageGrace: TimeAmount?
  /// While a stream's data waits and the peer takes not a byte of it; the stream is reset between one and two such times.
  package var stall: TimeAmount?

  package init() {}
}

/// Decides when a connection is asked, drained or ended. Knows no clock: times come in, actions go out.
struct ConnectionTimers {
  enum Action: Equatable {
    case ping
    case pingTimedOut
    case drain
    /// The grace after the greatest age has passed.
    case close
    case end(HTTP2Violation)
    /// Look for streams whose peer takes nothing.
    case sweep
  }

  /// What the connection knows itself.
  struct View {
    var lastRead: NIODeadline
    var isReady: Bool
    var openStreams: Int
    var unfinishedHeadersSince: NIODeadline?
  }

  private let timeouts: HTTP2Timeouts
  private let keepalive: HTTP2Keepalive
  private let start: NIODeadline
  private var idleSince: NIODeadline
  private var quietSince: NIODeadline
  private var pingedAt: NIODeadline?
  private var agedAt: NIODeadline?
  private var sweptAt: NIODeadline

  init(timeouts: HTTP2Timeouts, keepalive: HTTP2Keepalive, start: NIODeadline) {
    self.timeouts = timeouts
    self.keepalive = keepalive
    self.start = start
    idleSince = start
    quietSince = start
    sweptAt = start
  }

  /// The last open stream has closed.
  mutating func becameIdle(at now: NIODeadline) { idleSince = now }

  /// Something was read: whatever it is, it proves that the peer lives.
  /// - Returns: whether that answers a ping, so that the next one is due earlier than its time-out was.
  mutating func heard() -> Bool {
    guard pingedAt != nil else { return false }
    pingedAt = nil
    return true
  }

  /// What is due. Called early it does nothing; called late it does what would have been done in time.
  mutating func due(at now: NIODeadline, _ view: View) -> [Action] {
    if !view.isReady, isDue(start, timeouts.handshake, now) { return [.end(.handshakeTimeout)] }
    if let since = view.unfinishedHeadersSince, isDue(since, timeouts.headers, now) { return [.end(.headersTimeout)] }
    if let agedAt, isDue(agedAt, timeouts.ageGrace, now) { return [.close] }
    var actions: [Action] = []
    if agedAt == nil, isDue(start, timeouts.age, now) {
      agedAt = now
      actions.append(.drain)
    } else if view.openStreams == 0, isDue(idleSince, timeouts.idle, now) {
      // Should the drain not end it, it is tried again.
      idleSince = now
      actions.append(.drain)
    }
    if isDue(sweptAt, timeouts.stall, now) {
      sweptAt = now
      if view.openStreams > 0 { actions.append(.sweep) }
    }
    if let action = keepaliveAction(at: now, view) { actions.append(action) }
    return actions
  }

  private mutating func keepaliveAction(at now: NIODeadline, _ view: View) -> Action? {
    if let asked = pingedAt { return isDue(asked, keepalive.timeout, now) ? .pingTimedOut : nil }
    guard isDue(max(view.lastRead, quietSince), keepalive.interval, now) else { return nil }
    guard keepalive.withoutStreams || view.openStreams > 0 else {
      quietSince = now
      return nil
    }
    pingedAt = now
    return .ping
  }

  private func isDue(_ since: NIODeadline, _ time: TimeAmount?, _ now: NIODeadline) -> Bool {
    time.map { now >= since + $0 } ?? false
  }

  /// When `due` is to be called next; nil while nothing can become due.
  func next(_ view: View) -> NIODeadline? {
    var next: NIODeadline?
    let consider = { (since: NIODeadline?, time: TimeAmount?) in
      guard let since, let time else { return }
      next = min(next ?? .distantFuture, since + time)
    }
    if !view.isReady { consider(start, timeouts.handshake) }
    consider(view.unfinishedHeadersSince, timeouts.headers)
    if view.openStreams == 0 { consider(idleSince, timeouts.idle) }
    if agedAt == nil { consider(start, timeouts.age) }
    consider(agedAt, timeouts.ageGrace)
    consider(sweptAt, timeouts.stall)
    if let pingedAt {
      consider(pingedAt, keepalive.timeout)
    } else {
      consider(max(view.lastRead, quietSince), keepalive.interval)
    }
    return next
  }
}
