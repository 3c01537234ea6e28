/// The percent-encoding of `grpc-message`: UTF-8 with everything but printable ASCII, and `%` itself, escaped.
enum StatusMessage {
  private static let space = UInt8(ascii: " ")
  private static let digits = [UInt8]("0123456789ABCDEF".utf8)

  /// - Parameter limit: the bytes the result may take, at least a few; what does not fit is cut off between characters.
  static func encode(_ message: String, limit: Int = .max) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(min(message.utf8.count, limit))
    // Room for a space at either end, which takes three bytes there.
    let limit = limit - 4
    for scalar in message.unicodeScalars {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      if (0x20...0x7e).contains(scalar.value), byte != UInt8(ascii: "%") {
        guard encoded.count < limit else { break }
        encoded.append(byte)
      } else {
        let bytes = scalar.utf8
        guard encoded.count + 3 * bytes.count <= limit else { break }
        for byte in bytes {
          encoded.append(UInt8(ascii: "%"))
          encoded.append(digits[Int(byte >> 4)])
          encoded.append(digits[Int(byte & 0xf)])
        }
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
