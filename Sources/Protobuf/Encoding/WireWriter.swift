/// The few pieces of wire format that are not protobuf-c's to write.
@usableFromInline
enum WireWriter {
  @inlinable @inline(__always)
  static func varintByteCount(_ value: UInt64) -> Int {
    // Seven bits a byte, one byte at least: ⌈bits / 7⌉ for 1…64 bits, without a division.
    let bits = 64 &- (value | 1).leadingZeroBitCount
    return (bits &* 9 &+ 64) &>> 6
  }

  /// Small numbers of either sign as small numbers.
  @inlinable @inline(__always)
  static func zigZag(_ value: Int32) -> UInt64 { UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31))) }

  @inlinable @inline(__always)
  static func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

  static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Writes a varint and returns the address after it.
  @usableFromInline
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
