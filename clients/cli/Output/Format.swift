import Foundation

/// Numbers and times as people read them.
enum Format {
  /// `1.5 MB`, in powers of 1,000 as disks and downloads count.
  static func bytes(_ count: Int64) -> String {
    if count < 1000 { return "\(count) B" }
    var value = Double(count)
    for unit in ["kB", "MB", "GB", "TB"] {
      value /= 1000
      // 999.95 would be written 1000.0.
      if value < 999.95 || unit == "TB" { return String(format: value < 9.995 ? "%.2f %@" : "%.1f %@", value, unit) }
    }
    return "\(count) B"
  }

  /// `0:07`, `12:30`, `1:02:03`.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }

  /// Three significant digits, without trailing zeros: `0.0821`, `12.3`, `1e-04`.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    if value != 0, abs(value) < 0.001 || abs(value) >= 1e6 {
      let text = String(format: "%.2e", value)
      guard let exponent = text.firstIndex(of: "e") else { return text }
      return trimmed(String(text[..<exponent])) + text[exponent...]
    }
    let digits = value == 0 ? 0 : max(0, 2 - Int(floor(log10(abs(value)))))
    return trimmed(String(format: "%.\(digits)f", value))
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var result = text
    while result.hasSuffix("0") { result.removeLast() }
    if result.hasSuffix(".") { result.removeLast() }
    return result
  }

  /// Local time to the second: `2026-03-01 14:05:09`.
  static func time(seconds: Int64, in zone: TimeZone = .current) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = zone
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    return formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
  }

  /// `1 image`, `2 images`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
