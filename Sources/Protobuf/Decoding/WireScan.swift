internal import CProtobufC

/// A walk over the wire format before protobuf-c unpacks it.
///
/// It checks what protobuf-c 1.4 does not: nesting depth (its unpack recurses without a limit), that strings are UTF-8
/// and free of NUL (it hands out `char *`). It also notes large `bytes` values, so that they can be taken straight from
/// the input instead of through protobuf-c's copy.
struct WireScan {
  private let limits: DecodingLimits
  private var bulk: [BulkValue] = []
  private var hasLargeValue = false
  /// Whether some message has a singular message field more than once: protobuf-c must not see that.
  private(set) var hasDuplicates = false

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
      guard let tag = try reader.varint(), let number = UInt32(exactly: tag >> 3), (1...0x1FFF_FFFF).contains(number)
      else { throw .malformed(message: Self.name(descriptor)) }
      switch tag & 7 {
      case 0:
        guard try reader.varint() != nil else { throw .malformed(message: Self.name(descriptor)) }
      case 1: try reader.skip(8)
      case 5: try reader.skip(4)
      case 2:
        let prefix = reader.offset
        guard let length = try reader.varint() else { throw .malformed(message: Self.name(descriptor)) }
        let value = try reader.take(length)
        if known?.pointee.id != number { known = protobuf_c_message_descriptor_get_field(descriptor, number) }
        guard let field = known else { continue }
        switch field.pointee.type {
        case PROTOBUF_C_TYPE_MESSAGE:
          guard let nested = field.pointee.descriptor else { continue }
          if field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
            let bit: UInt64 = 1 << UInt64(min(field - descriptor.pointee.fields, 63))
            hasDuplicates = hasDuplicates || seen & bit != 0
            seen |= bit
          }
          try scan(value, as: nested.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), depth: depth + 1)
        case PROTOBUF_C_TYPE_STRING:
          switch TextCheck(value) {
          case .text: break
          case .containsNUL: throw .embeddedNUL(field: Self.name(descriptor, field))
          case .invalidUTF8: throw .invalidUTF8(field: Self.name(descriptor, field))
          }
        case PROTOBUF_C_TYPE_BYTES
        where notesBulk && value.count >= Self.stubByteCount && field.pointee.label != PROTOBUF_C_LABEL_REPEATED:
          bulk.append(BulkValue(prefix: prefix, start: reader.offset - value.count, end: reader.offset))
          hasLargeValue = hasLargeValue || value.count >= Self.largeValue
        default: break
        }
      case 3, 4: throw .groupUnsupported(message: Self.name(descriptor))
      default: throw .malformed(message: Self.name(descriptor))
      }
    }
  }

  /// The input for protobuf-c, with large `bytes` values of the outermost message replaced by stubs.
  ///
  /// Once one value is detached, every singular `bytes` value of at least a stub's size is, so that a value of exactly
  /// a stub's size is never taken for one.
  func detachingBulk(from bytes: UnsafeRawBufferPointer, arena: Arena) -> (UnsafeRawBufferPointer, WireSource) {
    guard hasLargeValue, let base = bytes.baseAddress else { return (bytes, .complete) }
    let detached = bulk.reduce(0) { $0 + ($1.end - $1.prefix) - (1 + Self.stubByteCount) }
    guard let start = arena.tryAllocate(byteCount: bytes.count - detached) else { return (bytes, .complete) }
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
    return (UnsafeRawBufferPointer(start: start, count: bytes.count - detached), WireSource(detachedFrom: base))
  }

  private static func name(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> String {
    String(cString: descriptor.pointee.name)
  }

  private static func name(
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ field: UnsafePointer<ProtobufCFieldDescriptor>
  ) -> String {
    "\(name(descriptor)).\(String(cString: field.pointee.name))"
  }
}
