internal import CProtobufC

/// Fields that the schema at hand does not have, as they came: tag and value, one after the other, in wire format.
public struct UnknownFields: Sendable, Hashable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public var isEmpty: Bool { bytes.isEmpty }

  /// The unknown fields of protobuf-c's structure at `unpacked`.
  public init(unpacked: UnsafeRawPointer) {
    let base = unpacked.assumingMemoryBound(to: ProtobufCMessage.self)
    guard base.pointee.n_unknown_fields > 0 else { return }
    for field in UnsafeBufferPointer(start: base.pointee.unknown_fields, count: Int(base.pointee.n_unknown_fields)) {
      WireWriter.appendVarint(UInt64(field.tag) << 3 | UInt64(field.wire_type.rawValue), to: &bytes)
      // protobuf-c keeps the length prefix as part of the data.
      bytes.append(contentsOf: UnsafeBufferPointer(start: field.data, count: field.len))
    }
  }

  /// Each field's number, wire type and data; what does not parse is left out.
  static func forEachField(
    in bytes: UnsafeRawBufferPointer, _ body: (_ number: UInt32, _ wireType: UInt32, UnsafeRawBufferPointer) -> Void
  ) {
    var reader = WireReader(bytes)
    do throws(DecodingError) {
      while !reader.isAtEnd {
        guard let tag = try reader.varint(), let number = UInt32(exactly: tag >> 3) else { return }
        let start = reader.offset
        switch tag & 7 {
        case 0: guard try reader.varint() != nil else { return }
        case 1: try reader.skip(8)
        case 2:
          guard let length = try reader.varint() else { return }
          _ = try reader.take(length)
        case 5: try reader.skip(4)
        default: return
        }
        body(number, UInt32(tag & 7), UnsafeRawBufferPointer(rebasing: bytes[start..<reader.offset]))
      }
    } catch {
      return  // the bytes came out of a decode, so they parse to their end
    }
  }
}
