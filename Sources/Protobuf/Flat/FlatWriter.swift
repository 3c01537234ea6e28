/// Writes a flat message straight to the wire, for generated code; see `FlatReader` for what is flat and why.
///
/// It checks no bounds: `FlatSizer` has counted the same fields before.
@frozen
public struct FlatWriter {
  @usableFromInline let start: UnsafeMutableRawPointer
  @usableFromInline var cursor: UnsafeMutableRawPointer
  @usableFromInline let detachingFrom: Int
  /// Nil for none: an empty array would cost more to make and give back than a small message to write.
  @usableFromInline var detached: [DetachedValue]?

  @inlinable
  init(at start: UnsafeMutableRawPointer, offset: Int = 0, detachingFrom: Int) {
    self.start = start
    cursor = start + offset
    self.detachingFrom = detachingFrom
  }

  /// Writes a `double` field.
  @inlinable @inline(__always)
  public mutating func double(_ value: Double, tag: UInt32) { bits64(value.bitPattern, tag: tag) }

  /// Writes a `float` field.
  @inlinable @inline(__always)
  public mutating func float(_ value: Float, tag: UInt32) { bits32(value.bitPattern, tag: tag) }

  /// Writes a `int32` field.
  @inlinable @inline(__always)
  public mutating func int32(_ value: Int32, tag: UInt32) { varint(UInt64(bitPattern: Int64(value)), tag: tag) }

  /// Writes a `int64` field.
  @inlinable @inline(__always)
  public mutating func int64(_ value: Int64, tag: UInt32) { varint(UInt64(bitPattern: value), tag: tag) }

  /// Writes a `uint32` field.
  @inlinable @inline(__always)
  public mutating func uint32(_ value: UInt32, tag: UInt32) { varint(UInt64(value), tag: tag) }

  /// Writes a `uint64` field.
  @inlinable @inline(__always)
  public mutating func uint64(_ value: UInt64, tag: UInt32) { varint(value, tag: tag) }

  /// Writes a `sint32` field.
  @inlinable @inline(__always)
  public mutating func sint32(_ value: Int32, tag: UInt32) { varint(WireWriter.zigZag(value), tag: tag) }

  /// Writes a `sint64` field.
  @inlinable @inline(__always)
  public mutating func sint64(_ value: Int64, tag: UInt32) { varint(WireWriter.zigZag(value), tag: tag) }

  /// Writes a `fixed32` field.
  @inlinable @inline(__always)
  public mutating func fixed32(_ value: UInt32, tag: UInt32) { bits32(value, tag: tag) }

  /// Writes a `fixed64` field.
  @inlinable @inline(__always)
  public mutating func fixed64(_ value: UInt64, tag: UInt32) { bits64(value, tag: tag) }

  /// Writes a `sfixed32` field.
  @inlinable @inline(__always)
  public mutating func sfixed32(_ value: Int32, tag: UInt32) { bits32(UInt32(bitPattern: value), tag: tag) }

  /// Writes a `sfixed64` field.
  @inlinable @inline(__always)
  public mutating func sfixed64(_ value: Int64, tag: UInt32) { bits64(UInt64(bitPattern: value), tag: tag) }

  /// Writes a `bool` field.
  @inlinable @inline(__always)
  public mutating func bool(_ value: Bool, tag: UInt32) { varint(value ? 1 : 0, tag: tag) }

  /// Writes a `string` field.
  public mutating func string(_ value: String, tag: UInt32) {
    if value.utf8.withContiguousStorageIfAvailable({ content($0, tag: tag) }) == nil {
      var native = value
      native.withUTF8 { content($0, tag: tag) }
    }
  }

  /// Writes a `bytes` field.
  public mutating func bytes(_ value: [UInt8], tag: UInt32) {
    guard value.count >= detachingFrom else { return value.withUnsafeBufferPointer { content($0, tag: tag) } }
    put(UInt64(tag))
    put(UInt64(truncatingIfNeeded: value.count))
    detached = (detached ?? []) + [DetachedValue(offset: cursor - start, bytes: value)]
  }

  /// Writes fields that the schema does not have, as they came.
  @inlinable @inline(__always)
  public mutating func unknown(_ fields: UnknownFields) {
    if !fields.isEmpty { copy(fields.bytes) }
  }

  @usableFromInline
  mutating func copy(_ bytes: [UInt8]) { bytes.withUnsafeBytes { copy($0) } }

  @inline(__always)
  private mutating func content(_ value: UnsafeBufferPointer<UInt8>, tag: UInt32) {
    put(UInt64(tag))
    put(UInt64(truncatingIfNeeded: value.count))
    copy(UnsafeRawBufferPointer(value))
  }

  @inline(__always)
  private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    cursor.copyMemory(from: start, byteCount: bytes.count)
    cursor += bytes.count
  }

  @inlinable @inline(__always)
  mutating func put(_ value: UInt64) {
    if value < 0x80 {
      cursor.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
      cursor += 1
    } else {
      cursor = WireWriter.writeVarint(value, at: cursor)
    }
  }

  @inlinable @inline(__always)
  mutating func varint(_ value: UInt64, tag: UInt32) {
    put(UInt64(tag))
    put(value)
  }

  @inlinable @inline(__always)
  mutating func bits32(_ bits: UInt32, tag: UInt32) {
    put(UInt64(tag))
    cursor.storeBytes(of: bits.littleEndian, as: UInt32.self)
    cursor += 4
  }

  @inlinable @inline(__always)
  mutating func bits64(_ bits: UInt64, tag: UInt32) {
    put(UInt64(tag))
    cursor.storeBytes(of: bits.littleEndian, as: UInt64.self)
    cursor += 8
  }
}
