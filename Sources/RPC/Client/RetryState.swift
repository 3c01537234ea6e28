internal import HTTP2

/// Whether a failed attempt of a call is followed by another (gRFC A6), for one call.
///
/// ```
///   attempt ──▶ response headers, or too much sent to keep ──▶ committed: its outcome is the call's
///      ▲  │
///      │  └─ failed ─▶ never sent, or refused once ─▶ again at once
///      └─────────────  a retryable status ─▶ again after a delay, while attempts and tokens last
/// ```
struct RetryState {
  /// How an attempt ended that failed.
  enum Failure {
    /// The request never left this process: making it again is safe, however often.
    case neverSent
    /// The server promises that it has not looked at the request.
    case refused(StatusCode)
    case status(StatusCode, Pushback?)
  }

  /// What the server said about retrying, in `grpc-retry-pushback-ms`.
  enum Pushback: Equatable {
    case after(Duration)
    case never
  }

  enum Decision: Equatable {
    case now
    case after(Duration)
    case giveUp
  }

  var policy: RetryPolicy?
  /// Attempts the server may have seen, before the current one: `grpc-previous-rpc-attempts`.
  private(set) var previousAttempts = 0
  private var wasRefused = false
  private var retriesSincePushback = 0

  init(policy: RetryPolicy?) { self.policy = policy }

  /// - Parameter isRepeatable: the server has not begun to answer, and what was sent is still there.
  mutating func attemptFailed(
    _ failure: Failure, isRepeatable: Bool, throttle: RetryThrottle?, using generator: inout some RandomNumberGenerator
  ) -> Decision {
    let code: StatusCode
    var pushback: Pushback?
    switch failure {
    case .neverSent: return isRepeatable ? .now : .giveUp
    case .refused(let status):
      guard wasRefused || !isRepeatable else {
        wasRefused = true
        return .now
      }
      code = status
    case .status(let status, let said):
      code = status
      pushback = said
    }
    guard let policy else { return .giveUp }
    let isRetryable = policy.retryableStatusCodes.contains(code)
    // What the server does not want to see again counts as overload too.
    if isRetryable || pushback == .never { throttle?.failed() }
    guard isRepeatable, isRetryable, pushback != .never, throttle?.allowsRetries != false,
      previousAttempts + 1 < policy.maxAttempts
    else { return .giveUp }
    previousAttempts += 1
    if case .after(let delay)? = pushback {
      retriesSincePushback = 0
      return .after(delay)
    }
    defer { retriesSincePushback += 1 }
    return .after(policy.delay(beforeRetry: retriesSincePushback, using: &generator))
  }
}

extension RetryState.Pushback {
  init?(in headers: HeaderView) {
    guard let field = headers.first("grpc-retry-pushback-ms") else { return nil }
    self.init(headers.valueBytes(field))
  }

  /// Anything but a number of milliseconds means: do not retry.
  init(_ value: some Collection<UInt8>) {
    guard !value.isEmpty, value.count <= 10, value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else {
      self = .never
      return
    }
    self = .after(.milliseconds(value.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }))
  }
}

/// The tokens of `RetryThrottling`, for all calls of a client. Confined to its event loop.
final class RetryThrottle {
  let policy: RetryThrottling
  private(set) var tokens: Double

  init(_ policy: RetryThrottling) {
    self.policy = policy
    tokens = Double(policy.maxTokens)
  }

  var allowsRetries: Bool { tokens > Double(policy.maxTokens) / 2 }

  func failed() { tokens = max(tokens - 1, 0) }
  func succeeded() { tokens = min(tokens + policy.tokenRatio, Double(policy.maxTokens)) }
}
