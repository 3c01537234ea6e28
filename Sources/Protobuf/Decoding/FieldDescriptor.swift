internal import CProtobufC

extension ProtobufCFieldDescriptor {
  /// Whether the field is a member of a oneof; `quantifier_offset` then tells which.
  var isInOneof: Bool { flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 }

  /// The type of a message field.
  var messageDescriptor: UnsafePointer<ProtobufCMessageDescriptor>? {
    guard type == PROTOBUF_C_TYPE_MESSAGE else { return nil }
    return descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
  }

  /// Whether values of the field come in this form. Repeated numbers come singly or packed, whatever the schema says.
  func takes(_ wireType: WireType) -> Bool {
    let own: WireType =
      switch type {
      case PROTOBUF_C_TYPE_MESSAGE, PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_STRING: .lengthDelimited
      case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT: .fixed32
      case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE: .fixed64
      default: .varint
      }
    return wireType == own || (wireType == .lengthDelimited && label == PROTOBUF_C_LABEL_REPEATED)
  }
}
