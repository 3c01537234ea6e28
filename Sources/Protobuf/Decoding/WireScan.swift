internal import CProtobufC

/// A walk over the wire format before protobuf-c unpacks it.
///
/// It bounds the nesting, which protobuf-c 1.4 does not (its unpack recurses without a limit), and finds what it cannot
/// take, for `WireRewrite`. It also notes large values, so that they can be taken straight from the input instead of
/// through protobuf-c's copy.
struct WireScan {
  private let limits: DecodingLimits
  private var bulk: [BulkValue] = []
  private var hasLargeValue = false
  /// Whether there is something that protobuf-c must not see as it is.
  private(set) var needsRewrite = false

  private struct BulkValue {
    /// Where the length prefix starts: the tag before it is copied as it is.
    let prefix: Int
    let start: Int
    let end: Int
  }

  /// Shorter values are left to protobuf-c: the detour costs more than the copy.
  private static let largeValue = 2048
  /// What stands for a detached value in the input given to protobuf-c: its offset and its length.
  static let stubByteCount = 16

  init(limits: DecodingLimits) { self.limits = limits }

  mutating func scan(
    _ bytes: UnsafeRawBufferPointer, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(DecodingError) {
    try scan(bytes, as: descriptor, depth: 1)
  }

  private mutating func scan(
    _ bytes: UnsafeRawBufferPointer, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
  ) throws(DecodingError) {
    guard depth <= limits.maximumDepth else { throw .nestedTooDeeply(limit: limits.maximumDepth) }
    let notesBulk = depth == 1 && bytes.count >= Self.largeValue
    var reader = WireReader(bytes)
    var known: UnsafePointer<ProtobufCFieldDescriptor>?
    /// The singular message fields met so far, by index; all from the 64th on share the last bit.
    var seen: UInt64 = 0
    while !reader.isAtEnd {
      guard let tag = try reader.tag() else { throw Self.malformed(descriptor) }
      if known?.pointee.id != tag.number { known = protobuf_c_message_descriptor_get_field(descriptor, tag.number) }
      guard let field = known, field.pointee.takes(tag.wireType), tag.wireType == .lengthDelimited else {
        needsRewrite =
          needsRewrite || known?.pointee.takes(tag.wireType) == false || tag.wireType == .groupStart
          || tag.number == UnknownFields.wrapper
        guard try skip(tag, in: &reader, depth: depth) else { throw Self.malformed(descriptor) }
        continue
      }
      let prefix = reader.offset
      guard let length = try reader.varint() else { throw Self.malformed(descriptor) }
      let value = try reader.take(length)
      if let nested = field.pointee.messageDescriptor {
        if field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
          let bit: UInt64 = 1 << UInt64(min(field - descriptor.pointee.fields, 63))
          needsRewrite = needsRewrite || seen & bit != 0
          seen |= bit
        }
        try scan(value, as: nested, depth: depth + 1)
      } else if notesBulk, value.count >= Self.stubByteCount, field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
        bulk.append(BulkValue(prefix: prefix, start: reader.offset - value.count, end: reader.offset))
        hasLargeValue = hasLargeValue || value.count >= Self.largeValue
      }
    }
  }

  /// Skips a value; a group counts as a message as to nesting.
  private func skip(_ tag: WireReader.Tag, in reader: inout WireReader, depth: Int) throws(DecodingError) -> Bool {
    do {
      return try reader.skipValue(of: tag, groupLimit: limits.maximumDepth - depth)
    } catch .nestedTooDeeply {
      throw .nestedTooDeeply(limit: limits.maximumDepth)
    }
  }

  /// The input for protobuf-c, with large `bytes` and `string` values of the outermost message replaced by stubs, and
  /// what the stubs' offsets count from, nil when there are none.
  ///
  /// Once one value is detached, every singular value of at least a stub's size is, so that a value of exactly a
  /// stub's size is never taken for one.
  func detachingBulk(
    from bytes: UnsafeRawBufferPointer, arena: Arena
  ) -> (UnsafeRawBufferPointer, bulkBase: UnsafeRawPointer?) {
    guard hasLargeValue, let base = bytes.baseAddress else { return (bytes, nil) }
    let detached = bulk.reduce(0) { $0 + ($1.end - $1.prefix) - (1 + Self.stubByteCount) }
    guard let start = arena.tryAllocate(byteCount: bytes.count - detached) else { return (bytes, nil) }
    var output = start
    var copied = 0
    for value in bulk {
      output.copyMemory(from: base + copied, byteCount: value.prefix - copied)
      output += value.prefix - copied
      output.storeBytes(of: UInt8(Self.stubByteCount), as: UInt8.self)
      output.storeBytes(of: UInt64(value.start), toByteOffset: 1, as: UInt64.self)
      output.storeBytes(of: UInt64(value.end - value.start), toByteOffset: 9, as: UInt64.self)
      output += 1 + Self.stubByteCount
      copied = value.end
    }
    output.copyMemory(from: base + copied, byteCount: bytes.count - copied)
    return (UnsafeRawBufferPointer(start: start, count: bytes.count - detached), base)
  }

  private static func malformed(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> DecodingError {
    .malformed(message: String(cString: descriptor.pointee.name))
  }
}
