internal import NIOCore

/// What one connection has carried, or several.
struct ConnectionNumbers: Sendable, Equatable {
  var started = 0
  /// Calls that ended with OK.
  var succeeded = 0
  /// Calls that ended with another status.
  var failed = 0
  /// Calls whose status came from the server; the others were reset, or ended with their connection.
  var answered = 0
  /// The messages of calls that have ended.
  var traffic = CallTraffic()
  /// When the latest call began; nil before the first.
  var lastStarted: NIODeadline?

  static func += (left: inout ConnectionNumbers, right: ConnectionNumbers) {
    left.started += right.started
    left.succeeded += right.succeeded
    left.failed += right.failed
    left.answered += right.answered
    left.traffic += right.traffic
    if let time = right.lastStarted { left.lastStarted = max(left.lastStarted ?? time, time) }
  }
}

/// Counts on one connection, confined to its loop: plain additions, so that counting costs next to nothing. Whoever
/// asks comes to the loop for them.
final class ConnectionCounts: @unchecked Sendable {
  private(set) var numbers = ConnectionNumbers()

  /// Of a call that has not begun.
  static let none = ConnectionCounts()

  func began(at time: NIODeadline) {
    numbers.started &+= 1
    numbers.lastStarted = time
  }

  /// - Parameter answered: whether the server decided the status.
  /// - Parameter carried: all messages of the call.
  func ended(_ status: StatusCode, answered: Bool, carried: CallTraffic) {
    if status == .ok { numbers.succeeded &+= 1 } else { numbers.failed &+= 1 }
    if answered { numbers.answered &+= 1 }
    numbers.traffic += carried
  }
}
