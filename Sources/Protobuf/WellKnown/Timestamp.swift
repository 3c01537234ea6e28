#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension GoogleProtobufTimestamp {
  /// The seconds that a valid timestamp may have: from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
  public static let validSeconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// Seconds and nanoseconds since 1970-01-01T00:00:00Z; `nanos` counts forward also before it.
  public init(seconds: Int64, nanos: Int32 = 0) {
    self.init()
    self.seconds = seconds
    self.nanos = nanos
  }

  /// The moment, to the microsecond or so that `Date` holds, and within the years that a timestamp may have.
  public init(_ date: Date) {
    let interval = date.timeIntervalSince1970
    let seconds = interval.rounded(.down)
    // Double's rounding can bring the fraction to a whole second.
    let nanos = min(((interval - seconds) * 1e9).rounded(), 999_999_999)
    guard interval.isFinite, let whole = Int64(exactly: seconds), Self.validSeconds.contains(whole) else {
      let isLate = interval > 0
      self.init(
        seconds: isLate ? Self.validSeconds.upperBound : Self.validSeconds.lowerBound, nanos: isLate ? 999_999_999 : 0)
      return
    }
    self.init(seconds: whole, nanos: Int32(nanos))
  }

  /// The present moment.
  public static var now: Self { Self(Date()) }

  /// The moment as a `Date`.
  public var date: Date { Date(timeIntervalSince1970: Double(seconds) + Double(nanos) / 1e9) }

  /// Whether the fields are within the ranges that the schema allows; a peer may send anything.
  public var isValid: Bool { Self.validSeconds.contains(seconds) && (0...999_999_999).contains(nanos) }
}

extension GoogleProtobufTimestamp: Comparable {
  public static func < (left: Self, right: Self) -> Bool { (left.seconds, left.nanos) < (right.seconds, right.nanos) }
}
