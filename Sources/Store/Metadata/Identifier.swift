import Foundation

/// Ids such as `asset_01k3…`: a prefix and 26 digits of Crockford's base 32, 48 bits of time before 80 random ones.
package enum Identifier {
  package enum Prefix: String, CaseIterable, Sendable {
    case asset, tune, generation
  }

  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  package static func make(_ prefix: Prefix) -> String {
    let milliseconds = UInt64(max(0, Date().timeIntervalSince1970 * 1000)) & 0xFFFF_FFFF_FFFF
    var text: [UInt8] = []
    text.reserveCapacity(26)
    for shift in stride(from: 45, through: 0, by: -5) { text.append(digits[Int(milliseconds >> UInt64(shift) & 31)]) }
    for _ in 0..<16 { text.append(digits[Int.random(in: 0..<32)]) }
    return "\(prefix.rawValue)_\(String(decoding: text, as: UTF8.self))"
  }

  /// Whether a text has the form of an id. No resource may be named like this.
  package static func isIdentifier(_ text: String) -> Bool {
    Prefix.allCases.contains { prefix in
      text.hasPrefix(prefix.rawValue + "_") && text.utf8.count == prefix.rawValue.utf8.count + 27
        && text.utf8.suffix(26).allSatisfy(digits.contains)
    }
  }
}
