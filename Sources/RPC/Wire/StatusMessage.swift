/// The percent-encoding of `grpc-message`: UTF-8 with everything but printable ASCII, and `%` itself, escaped.
enum StatusMessage {
  private static let space = UInt8(ascii: " ")
  private static let digits = [UInt8]("0123456789ABCDEF".utf8)

  static func encode(_ message: String) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(message.utf8.count)
    for byte in message.utf8 {
      if byte >= 0x20, byte <= 0x7e, byte != UInt8(ascii: "%") {
        encoded.append(byte)
      } else {
        encoded.append(UInt8(ascii: "%"))
        encoded.append(digits[Int(byte >> 4)])
        encoded.append(digits[Int(byte & 0xf)])
      }
    }
    // Spaces are allowed, but HTTP drops them at the ends of a field value.
    if encoded.first == space { encoded.replaceSubrange(..<1, with: "%20".utf8) }
    if encoded.last == space { encoded.replaceSubrange((encoded.count - 1)..., with: "%20".utf8) }
    return encoded
  }

  /// Reads what a peer sent; a broken escape is kept as it stands, as gRPC asks, rather than losing the message.
  static func decode(_ encoded: some Collection<UInt8>) -> String {
    let encoded = Array(encoded)
    guard encoded.contains(UInt8(ascii: "%")) else { return String(decoding: encoded, as: UTF8.self) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(encoded.count)
    var index = 0
    while index < encoded.count {
      if encoded[index] == UInt8(ascii: "%"), index + 2 < encoded.count,
        let high = hexValue(encoded[index + 1]), let low = hexValue(encoded[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(encoded[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
