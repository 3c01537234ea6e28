internal import NIOCore

/// What one connection has carried. Plain numbers, confined to the connection's loop, so that counting costs no more
/// than an addition; whoever asks merges them.
final class ConnectionCounts: @unchecked Sendable {
  private(set) var streamsStarted = 0
  private(set) var streamsSucceeded = 0
  private(set) var streamsFailed = 0
  /// The messages of streams that have ended.
  private(set) var traffic = CallTraffic()
  /// When the last stream began; nil before the first.
  private(set) var lastStreamStarted: NIODeadline?

  /// Of a call that has not begun.
  static let none = ConnectionCounts()

  func began(at time: NIODeadline) {
    streamsStarted &+= 1
    lastStreamStarted = time
  }

  /// - Parameter carried: all messages of the stream.
  func ended(_ status: StatusCode, carried: CallTraffic) {
    if status == .ok { streamsSucceeded &+= 1 } else { streamsFailed &+= 1 }
    traffic += carried
  }
}
