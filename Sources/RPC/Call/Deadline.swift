/// The moment at which a call is given up.
public struct Deadline: Sendable, Hashable, Comparable {
  /// The moment, on the clock that does not stop while the machine sleeps.
  public let instant: ContinuousClock.Instant

  /// A deadline at a known moment.
  public init(_ instant: ContinuousClock.Instant) { self.instant = instant }

  /// A deadline that long from now.
  public static func after(_ duration: Duration) -> Deadline {
    Deadline(ContinuousClock.now.advanced(by: duration))
  }

  /// What is left; negative once it has passed.
  public var remaining: Duration { ContinuousClock.now.duration(to: instant) }

  public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}

/// `grpc-timeout`: at most eight digits and a unit.
enum Timeout {
  private static let maxValue: Int64 = 99_999_999
  private static let nanosecondsInSecond: Int64 = 1_000_000_000

  /// The nanoseconds that the value stands for, as many as fit; nil when it breaks the format.
  static func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard (2...9).contains(text.count), let unit = text.last else { return nil }
    var value: Int64 = 0
    for digit in text.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    let nanosecondsInUnit: Int64
    switch unit {
    case UInt8(ascii: "H"): nanosecondsInUnit = 3_600 * nanosecondsInSecond
    case UInt8(ascii: "M"): nanosecondsInUnit = 60 * nanosecondsInSecond
    case UInt8(ascii: "S"): nanosecondsInUnit = nanosecondsInSecond
    case UInt8(ascii: "m"): nanosecondsInUnit = 1_000_000
    case UInt8(ascii: "u"): nanosecondsInUnit = 1_000
    case UInt8(ascii: "n"): nanosecondsInUnit = 1
    default: return nil
    }
    let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: nanosecondsInUnit)
    return overflow ? .max : nanoseconds
  }

  /// The finest unit that holds the duration in eight digits, rounded up: a deadline must not come early by rounding.
  static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return "0n" }
    // Beyond this even hours do not fit; 11,000 years will do.
    guard seconds < maxValue * 3_600 else { return "\(maxValue)H" }
    let nanoseconds = (attoseconds + 999_999_999) / nanosecondsInSecond
    if seconds <= maxValue / nanosecondsInSecond, seconds * nanosecondsInSecond + nanoseconds <= maxValue {
      return "\(seconds * nanosecondsInSecond + nanoseconds)n"
    }
    for (unit, perSecond) in [("u", Int64(1_000_000)), ("m", 1_000), ("S", 1)] where seconds <= maxValue / perSecond {
      let nanosecondsInUnit = nanosecondsInSecond / perSecond
      let value = seconds * perSecond + (nanoseconds + nanosecondsInUnit - 1) / nanosecondsInUnit
      if value <= maxValue { return "\(value)\(unit)" }
    }
    let minutes = (seconds + 60) / 60
    return minutes <= maxValue ? "\(minutes)M" : "\((seconds + 3_600) / 3_600)H"
  }
}
