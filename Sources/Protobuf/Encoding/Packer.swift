internal import CProtobufC

/// What generated code builds protobuf-c's structures with.
///
/// Memory comes from an arena and lives as long as the encoding. Some values do not go through the structures:
/// - a negative zero, which protobuf-c would leave out, is handed to it ready encoded, as if it were an unknown field;
/// - a large `bytes` value of the outermost message is written after what protobuf-c packs, without a copy in between.
public struct Packer: ~Copyable {
  private let arena: Arena
  private var depth = 0
  private var encoded: [ProtobufCMessageUnknownField] = []
  private var bulk: [BulkField] = []

  private struct BulkField {
    let number: UInt32
    let value: [UInt8]

    var tag: UInt64 { UInt64(number) << 3 | 2 }
    var prefixByteCount: Int {
      WireWriter.varintByteCount(tag) + WireWriter.varintByteCount(UInt64(value.count))
    }
  }

  /// Values from this size on are written straight from the message.
  private static let bulkValue = 2048

  init(arena: Arena) { self.arena = arena }

  /// One message under construction.
  public struct Frame {
    fileprivate let firstEncoded: Int
  }

  /// Memory for one C structure.
  @inlinable
  public func allocate<C>(_: C.Type) -> UnsafeMutablePointer<C> {
    allocate(byteCount: MemoryLayout<C>.size).bindMemory(to: C.self, capacity: 1)
  }

  /// Memory for a C array.
  @inlinable
  public func allocate<C>(_ count: Int, of: C.Type) -> UnsafeMutablePointer<C> {
    allocate(byteCount: MemoryLayout<C>.stride * count).bindMemory(to: C.self, capacity: count)
  }

  /// Memory for a part of the structure; it goes with the packer.
  public func allocate(byteCount: Int) -> UnsafeMutableRawPointer { arena.allocate(byteCount: byteCount) }

  /// Begins a message; `close` ends it.
  public mutating func open() -> Frame {
    depth += 1
    return Frame(firstEncoded: encoded.count)
  }

  /// Ends a message: gives its structure the fields that are ready encoded.
  public mutating func close(_ frame: Frame, _ structure: UnsafeMutableRawPointer, _ unknownFields: UnknownFields) {
    depth -= 1
    guard encoded.count > frame.firstEncoded || !unknownFields.isEmpty else { return }
    if !unknownFields.isEmpty {
      let copy = UnsafeMutableRawBufferPointer(
        start: arena.allocate(byteCount: unknownFields.bytes.count), count: unknownFields.bytes.count)
      copy.copyBytes(from: unknownFields.bytes)
      UnknownFields.forEachField(in: UnsafeRawBufferPointer(copy)) { number, wireType, data in
        let start = UnsafeMutablePointer(mutating: data.baseAddress?.assumingMemoryBound(to: UInt8.self))
        encoded.append(
          ProtobufCMessageUnknownField(
            tag: number, wire_type: ProtobufCWireType(rawValue: wireType), len: data.count, data: start))
      }
    }
    let fields = encoded[frame.firstEncoded...]
    let array = allocate(fields.count, of: ProtobufCMessageUnknownField.self)
    for (index, field) in fields.enumerated() { (array + index).initialize(to: field) }
    encoded.removeSubrange(frame.firstEncoded...)
    let base = structure.assumingMemoryBound(to: ProtobufCMessage.self)
    base.pointee.n_unknown_fields = UInt32(fields.count)
    base.pointee.unknown_fields = array
  }

  /// A copy of the UTF-8 of a string.
  public func text(_ value: String) -> UnsafeMutableBufferPointer<UInt8> {
    var value = value
    return value.withUTF8 { copy($0) }
  }

  /// A copy of the value of a singular `bytes` field, or nil when the value is written after the structures.
  public mutating func bytes(_ value: [UInt8], field: UInt32) -> UnsafeMutableBufferPointer<UInt8>? {
    if depth == 1 && value.count >= Self.bulkValue {
      bulk.append(BulkField(number: field, value: value))
      return nil
    }
    return copy(value)
  }

  /// A copy of one value of a repeated `bytes` field or a map.
  public func copy(_ value: [UInt8]) -> UnsafeMutableBufferPointer<UInt8> {
    value.withUnsafeBufferPointer { copy($0) }
  }

  private func copy(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeMutableBufferPointer<UInt8> {
    let start = arena.allocate(byteCount: value.count)
    if let base = value.baseAddress { start.copyMemory(from: base, byteCount: value.count) }
    return UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: value.count)
  }

  /// A copy of a repeated field of numbers.
  @inlinable
  public func array<C>(_ values: [C]) -> UnsafeMutablePointer<C> {
    let start = allocate(values.count, of: C.self)
    values.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { start.initialize(from: base, count: buffer.count) }
    }
    return start
  }

  /// A C array made from a repeated field's values, one by one.
  @inlinable
  public mutating func array<T, C>(
    _ values: [T], _ convert: (T, inout Packer) -> C
  ) -> UnsafeMutablePointer<C> {
    let start = allocate(values.count, of: C.self)
    for index in values.indices { (start + index).initialize(to: convert(values[index], &self)) }
    return start
  }

  /// Sends −0 in a field without presence: protobuf-c takes it for the default and leaves it out.
  @inlinable
  public mutating func keepNegativeZero(_ value: Double, field: UInt32) {
    if value == 0 && value.sign == .minus { noteFixed(value.bitPattern.littleEndian, field: field, is64Bit: true) }
  }

  /// Sends −0 in a field without presence: protobuf-c takes it for the default and leaves it out.
  @inlinable
  public mutating func keepNegativeZero(_ value: Float, field: UInt32) {
    if value == 0 && value.sign == .minus {
      noteFixed(UInt64(value.bitPattern).littleEndian, field: field, is64Bit: false)
    }
  }

  @usableFromInline
  mutating func noteFixed(_ bits: UInt64, field: UInt32, is64Bit: Bool) {
    let start = arena.allocate(byteCount: 8)
    start.storeBytes(of: bits, as: UInt64.self)
    encoded.append(
      ProtobufCMessageUnknownField(
        tag: field, wire_type: is64Bit ? PROTOBUF_C_WIRE_TYPE_64BIT : PROTOBUF_C_WIRE_TYPE_32BIT,
        len: is64Bit ? 8 : 4, data: start.assumingMemoryBound(to: UInt8.self)))
  }

  /// How many bytes protobuf-c makes of the structure.
  func packedByteCount(_ structure: UnsafeMutableRawPointer) -> Int {
    protobuf_c_message_get_packed_size(structure.assumingMemoryBound(to: ProtobufCMessage.self))
  }

  /// How many bytes `write` adds to protobuf-c's, and how many of these it does not copy.
  func bulkByteCount(detachingFrom: Int) -> (all: Int, detached: Int) {
    var count = (all: 0, detached: 0)
    for field in bulk {
      count.all += field.prefixByteCount + field.value.count
      if field.value.count >= detachingFrom { count.detached += field.value.count }
    }
    return count
  }

  /// Writes the outermost message, and behind it the values kept out of its structure: fields may come in any order.
  ///
  /// - Parameter detachingFrom: values of this size and more are returned instead of copied.
  func write(
    _ structure: UnsafeMutableRawPointer, packedByteCount: Int, at start: UnsafeMutableRawPointer, detachingFrom: Int
  ) -> [DetachedValue] {
    let written = protobuf_c_message_pack(
      structure.assumingMemoryBound(to: ProtobufCMessage.self), start.assumingMemoryBound(to: UInt8.self))
    precondition(written == packedByteCount, "protobuf-c wrote \(written) bytes after announcing \(packedByteCount)")
    var wire = FlatWriter(at: start, offset: written, detachingFrom: detachingFrom)
    for field in bulk { wire.bytes(field.value, tag: UInt32(truncatingIfNeeded: field.tag)) }
    return wire.detached ?? []
  }
}
