/// Estimates how many bytes are on their way to us, so that receive windows can be as large as that and no larger.
///
/// A PING leaves when data arrives; what arrives until its answer is what the path holds in one round trip. When that
/// comes near the window, the window is the bottleneck: it is doubled past the estimate, as long as the throughput still
/// grows. Once it does not, pings become rare. Knows no clock: times come in, in nanoseconds.
struct BandwidthProbe {
  private(set) var window: Int
  private let limit: Int
  /// Bytes received since the ping that is out.
  private var sample: Int?
  private var pingedAt: UInt64 = 0
  private var nextPing: UInt64 = 0
  private var interval = Self.shortInterval
  /// The greatest throughput seen, in bytes a nanosecond.
  private var bandwidth = 0.0

  private static let shortInterval: UInt64 = 100_000_000
  private static let longInterval: UInt64 = 10_000_000_000

  /// - Parameters:
  ///   - window: the window to begin with.
  ///   - limit: the largest window.
  init(window: Int, limit: Int) {
    self.window = window
    self.limit = limit
  }

  /// Bytes of DATA have come.
  /// - Returns: whether a ping is to leave now.
  mutating func received(_ count: Int, at now: UInt64) -> Bool {
    if let sample {
      self.sample = sample + count
      return false
    }
    guard window < limit, now >= nextPing else { return false }
    sample = count
    pingedAt = now
    return true
  }

  /// The ping's answer has come.
  /// - Returns: the new window, when it has grown.
  mutating func acknowledged(at now: UInt64) -> Int? {
    guard let sample else { return nil }
    self.sample = nil
    let elapsed = max(Double(now) - Double(pingedAt), 1)
    // Half a round trip more: the sender had begun before our ping reached it.
    let throughput = Double(sample) / (elapsed * 1.5)
    guard sample >= window / 3 * 2, throughput > bandwidth else {
      interval = min(interval * 2, Self.longInterval)
      nextPing = now &+ interval
      return nil
    }
    bandwidth = throughput
    interval = Self.shortInterval
    nextPing = now
    window = min(max(sample * 2, window), limit)
    return window
  }
}
