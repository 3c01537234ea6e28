// Moments and spans, to the nanosecond. Results beyond the schema's range become the end of it: a peer's values may be
// anything, and nothing here traps on them.

extension GoogleProtobufTimestamp {
  /// The moment so much later, to the nanosecond towards the past.
  public static func + (moment: Self, span: Swift.Duration) -> Self {
    // Beyond this the components trap, and every result is at the end of the range anyway.
    let limit = Swift.Duration.seconds(1 << 62)
    let (seconds, attoseconds) = max(.zero - limit, min(span, limit)).components
    let nanos = Int64(moment.nanos) + attoseconds / 1_000_000_000 - (attoseconds % 1_000_000_000 < 0 ? 1 : 0)
    let carry = nanos.floorQuotient(by: 1_000_000_000)
    let (whole, overflow) = moment.seconds.addingReportingOverflow(seconds)
    let (total, carryOverflow) = whole.addingReportingOverflow(carry)
    guard !overflow, !carryOverflow, validSeconds.contains(total) else {
      // A sum that overflows has the sign of its addends.
      let isLate = overflow ? seconds > 0 : carryOverflow ? carry > 0 : total > 0
      return isLate
        ? Self(seconds: validSeconds.upperBound, nanos: 999_999_999) : Self(seconds: validSeconds.lowerBound)
    }
    return Self(seconds: total, nanos: Int32(nanos - carry * 1_000_000_000))
  }

  /// The moment so much earlier, to the nanosecond towards the past.
  public static func - (moment: Self, span: Swift.Duration) -> Self { moment + (.zero - span) }

  /// How much later the first moment is.
  public static func - (moment: Self, earlier: Self) -> Swift.Duration {
    .seconds(moment.seconds) - .seconds(earlier.seconds) + .nanoseconds(Int64(moment.nanos) - Int64(earlier.nanos))
  }

  public static func += (moment: inout Self, span: Swift.Duration) { moment = moment + span }
  public static func -= (moment: inout Self, span: Swift.Duration) { moment = moment - span }
}

extension GoogleProtobufDuration: Comparable {
  public static func < (left: Self, right: Self) -> Bool { left.duration < right.duration }

  public static func + (left: Self, right: Self) -> Self { Self(left.duration + right.duration) }
  public static func - (left: Self, right: Self) -> Self { Self(left.duration - right.duration) }
  public static prefix func - (span: Self) -> Self { Self(.zero - span.duration) }
}

extension Int64 {
  /// The quotient rounded down.
  fileprivate func floorQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
