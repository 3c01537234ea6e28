/// Reads a flat message straight from the wire, for generated code.
///
/// A message is flat when all of its fields are single numbers, strings, bytes or enums. protobuf-c takes some two
/// thousand instructions for one of them, most of it spent on what such a message does not have: a table of the
/// members met, presence bits, a structure on the heap and a second copy of every value. Calls with small messages and
/// streams of chunks are made of flat messages, so the generated code reads and writes them itself.
///
/// The reader does not report faults. At anything out of the ordinary, be it malformed, an unknown field or a member
/// that is a message, it gives up, and protobuf-c's way, with all of its checks, decides what the bytes are.
@frozen
public struct FlatReader {
  @usableFromInline var cursor: UnsafeRawPointer
  @usableFromInline let end: UnsafeRawPointer
  /// Whether all that was read so far is in order; otherwise what was read means nothing.
  public internal(set) var isSound = true

  @inlinable
  init(_ bytes: UnsafeRawBufferPointer) {
    // Any address does for no bytes.
    cursor = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    end = cursor + bytes.count
  }

  /// Whether all bytes have been read.
  @inlinable
  public var isAtEnd: Bool { cursor == end }

  /// Leaves the message to protobuf-c.
  @inline(never)
  public mutating func giveUp() {
    isSound = false
    cursor = end
  }

  /// The next field's number and wire type, as one number; 0 when there is none.
  @inlinable
  public mutating func tag() -> UInt32 {
    guard cursor < end, cursor.load(as: UInt8.self) < 0x80 else { return longTag() }
    return UInt32(truncatingIfNeeded: varint())
  }

  @usableFromInline @inline(never)
  mutating func longTag() -> UInt32 {
    let start = cursor
    let bits = varint()
    return cursor - start <= WireReader.longestTag ? UInt32(exactly: bits) ?? 0 : 0
  }

  // MARK: Numbers

  /// A base-128 varint.
  @inlinable
  public mutating func varint() -> UInt64 {
    guard cursor < end else { return brokenVarint() }
    let byte = cursor.load(as: UInt8.self)
    guard byte < 0x80 else { return longVarint() }
    cursor += 1
    return UInt64(byte)
  }

  @usableFromInline @inline(never)
  mutating func longVarint() -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while cursor < end, shift < 64 {
      let byte = cursor.load(as: UInt8.self)
      cursor += 1
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift += 7
    }
    return brokenVarint()
  }

  @usableFromInline @inline(never)
  mutating func brokenVarint() -> UInt64 {
    giveUp()
    return 0
  }

  /// Takes the value of a `int32` field.
  @inlinable
  public mutating func int32() -> Int32 { Int32(truncatingIfNeeded: varint()) }

  /// Takes the value of a `int64` field.
  @inlinable
  public mutating func int64() -> Int64 { Int64(bitPattern: varint()) }

  /// Takes the value of a `uint32` field.
  @inlinable
  public mutating func uint32() -> UInt32 { UInt32(truncatingIfNeeded: varint()) }

  /// Takes the value of a `uint64` field.
  @inlinable
  public mutating func uint64() -> UInt64 { varint() }

  /// A number in ZigZag form.
  @inlinable
  public mutating func sint32() -> Int32 {
    let bits = uint32()
    return Int32(bitPattern: bits >> 1) ^ -Int32(bits & 1)
  }

  /// A number in ZigZag form.
  @inlinable
  public mutating func sint64() -> Int64 {
    let bits = varint()
    return Int64(bitPattern: bits >> 1) ^ -Int64(bits & 1)
  }

  /// Takes the value of a `bool` field.
  @inlinable
  public mutating func bool() -> Bool { varint() != 0 }

  /// Takes the value of a `fixed32` field.
  @inlinable
  public mutating func fixed32() -> UInt32 {
    guard end - cursor >= 4 else { return UInt32(truncatingIfNeeded: brokenVarint()) }
    defer { cursor += 4 }
    return UInt32(littleEndian: cursor.loadUnaligned(as: UInt32.self))
  }

  /// Takes the value of a `fixed64` field.
  @inlinable
  public mutating func fixed64() -> UInt64 {
    guard end - cursor >= 8 else { return brokenVarint() }
    defer { cursor += 8 }
    return UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self))
  }

  /// Takes the value of a `sfixed32` field.
  @inlinable
  public mutating func sfixed32() -> Int32 { Int32(bitPattern: fixed32()) }

  /// Takes the value of a `sfixed64` field.
  @inlinable
  public mutating func sfixed64() -> Int64 { Int64(bitPattern: fixed64()) }

  /// Takes the value of a `float` field.
  @inlinable
  public mutating func float() -> Float { Float(bitPattern: fixed32()) }

  /// Takes the value of a `double` field.
  @inlinable
  public mutating func double() -> Double { Double(bitPattern: fixed64()) }

  // MARK: Values with a length

  /// Takes the value of a `bytes` field.
  public mutating func bytes() -> [UInt8] {
    guard let content = content() else { return [] }
    return [UInt8](content)
  }

  /// Takes the value of a `string` field.
  public mutating func string() -> String {
    guard let content = content() else { return "" }
    guard let string = String(checking: content) else {
      giveUp()
      return ""
    }
    return string
  }

  /// The content of a value, nil when there is none.
  @inline(__always)
  private mutating func content() -> UnsafeBufferPointer<UInt8>? {
    let length = varint()
    guard length <= UInt64(end - cursor) else {
      giveUp()
      return nil
    }
    defer { cursor += Int(length) }
    let start = cursor.assumingMemoryBound(to: UInt8.self)
    return length == 0 ? nil : UnsafeBufferPointer(start: start, count: Int(length))
  }
}
