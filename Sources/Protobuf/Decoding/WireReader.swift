/// A bounds-checked cursor over wire-format bytes.
struct WireReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// A base-128 varint, or nil when it is longer than the ten bytes a 64-bit number takes.
  mutating func varint() throws(DecodingError) -> UInt64? {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift += 7
      if shift > 63 { return nil }
    }
    throw .truncated
  }

  mutating func skip(_ count: Int) throws(DecodingError) {
    guard count <= bytes.count - offset else { throw .truncated }
    offset += count
  }

  /// The next `length` bytes.
  mutating func take(_ length: UInt64) throws(DecodingError) -> UnsafeRawBufferPointer {
    guard length <= UInt64(bytes.count - offset) else { throw .truncated }
    let start = offset
    offset += Int(length)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
  }
}
