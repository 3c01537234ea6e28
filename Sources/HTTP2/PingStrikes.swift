package import NIOCore

/// How often a client may send keepalive pings (gRFC A8).
package struct HTTP2PingPolicy: Sendable {
  /// The least time between two pings.
  package var minInterval: TimeAmount
  /// Whether pings are welcome while no stream is open.
  package var permitWithoutStreams: Bool

  package init(minInterval: TimeAmount, permitWithoutStreams: Bool) {
    self.minInterval = minInterval
    self.permitWithoutStreams = permitWithoutStreams
  }
}

/// Counts the pings that came too early. Data or headers of ours pardon all of them: a client that measures its
/// bandwidth sends a ping for what it receives.
struct PingStrikes {
  private let policy: HTTP2PingPolicy
  private var lastPing: UInt64?
  private var strikes = 0

  private static let allowed = 2
  /// Between pings that are not permitted without streams; a client that errs now and then is not punished.
  private static let idleInterval = TimeAmount.hours(2)

  init(_ policy: HTTP2PingPolicy) { self.policy = policy }

  /// - Parameter now: nanoseconds of a clock that only goes forward.
  /// - Returns: whether that was one ping too many.
  mutating func received(at now: UInt64, hasStreams: Bool) -> Bool {
    defer { lastPing = now }
    guard let lastPing else { return false }
    let interval = hasStreams || policy.permitWithoutStreams ? policy.minInterval : Self.idleInterval
    let elapsed = now >= lastPing ? now - lastPing : 0
    guard elapsed < UInt64(max(interval.nanoseconds, 0)) else { return false }
    strikes += 1
    return strikes > Self.allowed
  }

  mutating func sentFrame() {
    lastPing = nil
    strikes = 0
  }
}
