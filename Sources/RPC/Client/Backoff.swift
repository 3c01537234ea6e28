/// How long to wait between attempts to connect: each failure waits longer, up to a limit, and never two clients alike.
public struct Backoff: Sendable {
  /// The delay after the first failure.
  public var initial: Duration = .milliseconds(250)
  /// What each further failure multiplies the delay by.
  public var multiplier = 1.6
  /// The longest delay, before it is varied.
  public var maximum: Duration = .seconds(30)
  /// The share of a delay by which it is varied up or down, so that clients do not return all at once.
  public var jitter = 0.2

  /// A quarter of a second at first, half a minute at most.
  public static var defaults: Backoff { Backoff() }

  /// The delay after the given number of failures in a row, at least one.
  func delay(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    var delay = initial
    for _ in 1..<max(failures, 1) where delay < maximum { delay = delay * multiplier }
    return min(delay, maximum) * Double.random(in: 1 - jitter...1 + jitter, using: &generator)
  }
}
