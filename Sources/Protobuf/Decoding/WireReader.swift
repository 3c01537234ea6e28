/// A bounds-checked cursor over wire-format bytes.
struct WireReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// A field's number and wire type.
  struct Tag: Equatable {
    let number: UInt32
    let wireType: WireType
  }

  /// No tag takes more bytes, and like other runtimes protobuf-c refuses one that is padded to more.
  static let longestTag = 5

  /// The next field's tag, or nil when it breaks the format.
  mutating func tag() throws(DecodingError) -> Tag? {
    let start = offset
    guard let bits = try varint(), offset - start <= Self.longestTag, let number = UInt32(exactly: bits >> 3),
      (1...0x1FFF_FFFF).contains(number), let wireType = WireType(rawValue: UInt32(bits & 7))
    else { return nil }
    return Tag(number: number, wireType: wireType)
  }

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

  /// Skips the value behind a tag, a group to its end; false when it breaks the format.
  ///
  /// - Parameter groupLimit: how deep groups may nest.
  mutating func skipValue(of tag: Tag, groupLimit: Int) throws(DecodingError) -> Bool {
    switch tag.wireType {
    case .varint: return try varint() != nil
    case .fixed64: try skip(8)
    case .fixed32: try skip(4)
    case .lengthDelimited:
      guard let length = try varint() else { return false }
      _ = try take(length)
    case .groupStart: return try skipGroup(tag.number, limit: groupLimit)
    case .groupEnd: return false
    }
    return true
  }

  private mutating func skipGroup(_ number: UInt32, limit: Int) throws(DecodingError) -> Bool {
    guard limit > 0 else { throw .nestedTooDeeply(limit: limit) }
    var open = [number]
    while let innermost = open.last {
      guard let tag = try tag() else { return false }
      switch tag.wireType {
      case .groupEnd:
        guard tag.number == innermost else { return false }
        open.removeLast()
      case .groupStart:
        guard open.count < limit else { throw .nestedTooDeeply(limit: limit) }
        open.append(tag.number)
      default:
        guard try skipValue(of: tag, groupLimit: 0) else { return false }
      }
    }
    return true
  }

  /// The bytes from `start` to where the reader is.
  func bytes(from start: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[start..<offset]) }
}

/// The low three bits of a tag: how long the value behind it is.
enum WireType: UInt32 {
  case varint, fixed64, lengthDelimited, groupStart, groupEnd, fixed32
}
