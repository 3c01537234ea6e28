import Crypto

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits: the name of a blob.
///
/// A value of this type is well formed, so that it can stand in a path.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  package let hex: String

  /// Accepts 64 hexadecimal digits in either case; anything else is `nil`.
  package init?(hex text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var lower: [UInt8] = []
    lower.reserveCapacity(64)
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): lower.append(digit)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): lower.append(digit | 0x20)
      default: return nil
      }
    }
    hex = String(decoding: lower, as: UTF8.self)
  }

  init(_ digest: SHA256.Digest) {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    hex = String(decoding: text, as: UTF8.self)
  }

  /// The digest of bytes in memory.
  package init(of bytes: [UInt8]) {
    self.init(SHA256.hash(data: bytes))
  }

  package var description: String { hex }
}

/// Takes the digest of bytes that come in pieces.
package struct DigestBuilder: Sendable {
  private var hash = SHA256()

  package init() {}

  package mutating func append(_ bytes: [UInt8]) { hash.update(data: bytes) }

  package consuming func finish() -> Digest { Digest(hash.finalize()) }
}
