/// Measures a flat message for `FlatWriter`, for generated code; see `FlatReader` for what is flat and why.
@frozen
public struct FlatSizer {
  /// How many bytes the fields measured so far take.
  @usableFromInline var byteCount = 0
  /// How many of these are in values that are not copied.
  @usableFromInline var detachedByteCount = 0
  /// From which size on a `bytes` value is not copied.
  @usableFromInline let detachingFrom: Int
  @usableFromInline var isFlat = true

  @inlinable
  init(detachingFrom: Int) { self.detachingFrom = detachingFrom }

  /// Leaves the message to protobuf-c.
  @inlinable
  public mutating func giveUp() { isFlat = false }

  /// Counts a `double` field.
  @inlinable @inline(__always)
  public mutating func double(_: Double, tag: UInt32) { fixed(8, tag: tag) }

  /// Counts a `float` field.
  @inlinable @inline(__always)
  public mutating func float(_: Float, tag: UInt32) { fixed(4, tag: tag) }

  /// Counts a `int32` field.
  @inlinable @inline(__always)
  public mutating func int32(_ value: Int32, tag: UInt32) { varint(UInt64(bitPattern: Int64(value)), tag: tag) }

  /// Counts a `int64` field.
  @inlinable @inline(__always)
  public mutating func int64(_ value: Int64, tag: UInt32) { varint(UInt64(bitPattern: value), tag: tag) }

  /// Counts a `uint32` field.
  @inlinable @inline(__always)
  public mutating func uint32(_ value: UInt32, tag: UInt32) { varint(UInt64(value), tag: tag) }

  /// Counts a `uint64` field.
  @inlinable @inline(__always)
  public mutating func uint64(_ value: UInt64, tag: UInt32) { varint(value, tag: tag) }

  /// Counts a `sint32` field.
  @inlinable @inline(__always)
  public mutating func sint32(_ value: Int32, tag: UInt32) { varint(WireWriter.zigZag(value), tag: tag) }

  /// Counts a `sint64` field.
  @inlinable @inline(__always)
  public mutating func sint64(_ value: Int64, tag: UInt32) { varint(WireWriter.zigZag(value), tag: tag) }

  /// Counts a `fixed32` field.
  @inlinable @inline(__always)
  public mutating func fixed32(_: UInt32, tag: UInt32) { fixed(4, tag: tag) }

  /// Counts a `fixed64` field.
  @inlinable @inline(__always)
  public mutating func fixed64(_: UInt64, tag: UInt32) { fixed(8, tag: tag) }

  /// Counts a `sfixed32` field.
  @inlinable @inline(__always)
  public mutating func sfixed32(_: Int32, tag: UInt32) { fixed(4, tag: tag) }

  /// Counts a `sfixed64` field.
  @inlinable @inline(__always)
  public mutating func sfixed64(_: Int64, tag: UInt32) { fixed(8, tag: tag) }

  /// Counts a `bool` field.
  @inlinable @inline(__always)
  public mutating func bool(_: Bool, tag: UInt32) { fixed(1, tag: tag) }

  /// Counts a `string` field.
  @inlinable @inline(__always)
  public mutating func string(_ value: String, tag: UInt32) { content(value.utf8.count, tag: tag) }

  /// Counts a `bytes` field.
  @inlinable @inline(__always)
  public mutating func bytes(_ value: [UInt8], tag: UInt32) {
    content(value.count, tag: tag)
    if value.count >= detachingFrom { detachedByteCount &+= value.count }
  }

  /// Counts fields that the schema does not have.
  @inlinable @inline(__always)
  public mutating func unknown(_ fields: UnknownFields) { byteCount &+= fields.bytes.count }

  /// A tag and so many bytes behind it.
  @inlinable @inline(__always)
  mutating func fixed(_ count: Int, tag: UInt32) {
    byteCount &+= WireWriter.varintByteCount(UInt64(tag)) &+ count
  }

  @inlinable @inline(__always)
  mutating func varint(_ value: UInt64, tag: UInt32) { fixed(WireWriter.varintByteCount(value), tag: tag) }

  @inlinable @inline(__always)
  mutating func content(_ count: Int, tag: UInt32) {
    fixed(WireWriter.varintByteCount(UInt64(truncatingIfNeeded: count)) &+ count, tag: tag)
  }
}
