internal import CProtobufC

/// Fields that the schema at hand does not have, as they came: tag and value, one after the other, in wire format.
///
/// Values whose wire type is not that of their field in the schema are among them, and groups.
public struct UnknownFields: Sendable, Hashable {
  /// The fields in wire format.
  public private(set) var bytes: [UInt8] = []

  /// No fields.
  public init() {}

  /// Whether there are none.
  @inlinable
  public var isEmpty: Bool { bytes.isEmpty }

  /// The number of the field with a length that wraps one which protobuf-c would refuse. It is of the range that no
  /// schema can use; a field of that number in the input is wrapped itself.
  static let wrapper: UInt32 = 19_999

  /// The unknown fields of protobuf-c's structure at `unpacked`.
  public init(unpacked: UnsafeRawPointer) {
    let base = unpacked.assumingMemoryBound(to: ProtobufCMessage.self)
    guard base.pointee.n_unknown_fields > 0 else { return }
    for field in UnsafeBufferPointer(start: base.pointee.unknown_fields, count: Int(base.pointee.n_unknown_fields)) {
      // protobuf-c keeps the length prefix as part of the data.
      let data = UnsafeBufferPointer(start: field.data, count: field.len)
      if field.tag == Self.wrapper {
        bytes.append(contentsOf: data.drop { $0 >= 0x80 }.dropFirst())
      } else {
        WireWriter.appendVarint(UInt64(field.tag) << 3 | UInt64(field.wire_type.rawValue), to: &bytes)
        bytes.append(contentsOf: data)
      }
    }
  }

  /// Each field's number, wire type and data; what does not parse is left out.
  static func forEachField(
    in bytes: UnsafeRawBufferPointer, _ body: (_ number: UInt32, _ wireType: UInt32, UnsafeRawBufferPointer) -> Void
  ) {
    var reader = WireReader(bytes)
    do throws(DecodingError) {
      while !reader.isAtEnd {
        guard let tag = try reader.tag() else { return }
        let start = reader.offset
        guard try reader.skipValue(of: tag, groupLimit: .max) else { return }
        body(tag.number, tag.wireType.rawValue, reader.bytes(from: start))
      }
    } catch {
      return  // the bytes came out of a decode, so they parse to their end
    }
  }
}
