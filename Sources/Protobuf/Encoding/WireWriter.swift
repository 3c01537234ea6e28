/// The few pieces of wire format that are not protobuf-c's to write.
enum WireWriter {
  static func varintByteCount(_ value: UInt64) -> Int { (70 - (value | 1).leadingZeroBitCount) / 7 }

  static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Writes a varint and returns the address after it.
  static func writeVarint(_ value: UInt64, at start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    var rest = value
    var output = start
    while rest >= 0x80 {
      output.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
      output += 1
      rest >>= 7
    }
    output.storeBytes(of: UInt8(rest), as: UInt8.self)
    return output + 1
  }
}
