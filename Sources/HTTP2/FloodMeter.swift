/// Weighs the frames that cost their sender nothing against what a peer may send of them.
///
/// PING, SETTINGS, PRIORITY, WINDOW_UPDATE, unknown and empty DATA frames draw on one allowance, which time refills and
/// every frame we send adds to: a peer that takes much from us has windows to give back. Streams that were opened for
/// nothing draw on another. Times are nanoseconds of a clock that only goes forward.
struct FloodMeter {
  /// The frame types of RFC 9113 §6 that the meter knows.
  private enum FrameType {
    static let data: UInt8 = 0x0
    static let headers: UInt8 = 0x1
    static let priority: UInt8 = 0x2
    static let rstStream: UInt8 = 0x3
    static let settings: UInt8 = 0x4
    static let pushPromise: UInt8 = 0x5
    static let ping: UInt8 = 0x6
    static let goAway: UInt8 = 0x7
    static let windowUpdate: UInt8 = 0x8
    static let continuation: UInt8 = 0x9
  }
  private static let endStream: UInt8 = 0x1
  /// What one DATA or HEADERS frame of ours may provoke: updates of each window, and a ping that measures. HAProxy takes
  /// a full frame in up to three pieces and gives both windows back for each of them.
  private static let provoked = 10.0

  private var control: TokenBucket
  /// nil where the peer may reset what it likes: a server that refuses a client harms nobody.
  private var resets: TokenBucket?

  init(role: HTTP2Role, configuration: HTTP2Configuration) {
    control = TokenBucket(burst: configuration.controlFrameBurst, rate: configuration.controlFrameRate)
    resets = role == .client
      ? nil : TokenBucket(burst: configuration.streamResetBurst, rate: configuration.streamResetRate)
  }

  /// - Returns: the violation that the frame completes, if it does.
  mutating func received(type: UInt8, length: Int, flags: UInt8, at now: UInt64) -> HTTP2Violation? {
    let violation: HTTP2Violation
    switch type {
    case FrameType.headers: return nil
    case FrameType.data:
      if length > 0 || flags & Self.endStream != 0 { return nil }
      violation = .emptyDataFlood
    case FrameType.rstStream: return streamWasted(at: now)
    case FrameType.pushPromise, FrameType.goAway, FrameType.continuation: return nil
    case FrameType.ping: violation = .pingFlood
    case FrameType.settings: violation = .settingsFlood
    case FrameType.priority: violation = .priorityFlood
    case FrameType.windowUpdate: violation = .windowUpdateFlood
    default: violation = .unknownFrameFlood
    }
    return control.take(at: now) ? nil : violation
  }

  /// A stream has ended for nothing: reset by the peer, or by us for the peer's fault.
  mutating func streamWasted(at now: UInt64) -> HTTP2Violation? {
    guard resets != nil else { return nil }
    return resets?.take(at: now) == true ? nil : .rapidReset
  }

  /// One of our DATA or HEADERS frames has left.
  mutating func sentFrame() { control.add(Self.provoked) }
}

/// An allowance that fills at a steady rate up to its burst; what is earned comes on top.
struct TokenBucket {
  private let burst: Double
  /// Tokens a nanosecond.
  private let rate: Double
  private var tokens: Double
  private var filledAt: UInt64?

  /// - Parameter rate: tokens a second.
  init(burst: UInt64, rate: UInt64) {
    self.burst = Double(burst)
    self.rate = Double(rate) / 1e9
    tokens = Double(burst)
  }

  /// Takes one token; false when there is none.
  mutating func take(at now: UInt64) -> Bool {
    if let filledAt, now > filledAt, tokens < burst { tokens = min(burst, tokens + Double(now - filledAt) * rate) }
    filledAt = max(now, filledAt ?? 0)
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }

  /// Not limited by the burst: a peer with large windows may answer to many frames long after they left.
  mutating func add(_ count: Double) { tokens += count }
}
