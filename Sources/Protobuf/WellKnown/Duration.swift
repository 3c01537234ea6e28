extension GoogleProtobufDuration {
  /// The seconds that a valid duration may have: ±10,000 years.
  public static let validSeconds: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

  /// Seconds and nanoseconds, of the same sign.
  public init(seconds: Int64, nanos: Int32 = 0) {
    self.init()
    self.seconds = seconds
    self.nanos = nanos
  }

  /// The span of time, to the nanosecond towards zero, and at most the schema's ±10,000 years.
  public init(_ duration: Swift.Duration) {
    // Compared before it is taken apart, which traps when the seconds are too many for an integer.
    let (shortest, longest) = (Self.validSeconds.lowerBound, Self.validSeconds.upperBound)
    guard duration > .seconds(shortest), duration < .seconds(longest) else {
      self.init(seconds: duration < .zero ? shortest : longest)
      return
    }
    let (seconds, attoseconds) = duration.components
    self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
  }

  /// The span as Swift's `Duration`.
  public var duration: Swift.Duration { .seconds(seconds) + .nanoseconds(Int64(nanos)) }

  /// Whether the fields are within the ranges that the schema allows; a peer may send anything.
  public var isValid: Bool {
    Self.validSeconds.contains(seconds) && (-999_999_999...999_999_999).contains(nanos)
      && (seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0))
  }
}
