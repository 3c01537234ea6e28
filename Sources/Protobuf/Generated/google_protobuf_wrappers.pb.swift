// Generated from google/protobuf/wrappers.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos

/// Wrapper message for `double`.
///
/// The JSON representation for `DoubleValue` is JSON number.
public struct GoogleProtobufDoubleValue: Message {
  public static let protoFullName = "google.protobuf.DoubleValue"

  /// The double value.
  public var value: Double = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__DoubleValue>.size) { structure in
    google__protobuf__double_value__init(structure.assumingMemoryBound(to: Google__Protobuf__DoubleValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__DoubleValue.self)
    self.value = c.pointee.value
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__DoubleValue.self)
    google__protobuf__double_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value
    packer.keepNegativeZero(self.value, field: 1)
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `float`.
///
/// The JSON representation for `FloatValue` is JSON number.
public struct GoogleProtobufFloatValue: Message {
  public static let protoFullName = "google.protobuf.FloatValue"

  /// The float value.
  public var value: Float = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__FloatValue>.size) { structure in
    google__protobuf__float_value__init(structure.assumingMemoryBound(to: Google__Protobuf__FloatValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__FloatValue.self)
    self.value = c.pointee.value
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__FloatValue.self)
    google__protobuf__float_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value
    packer.keepNegativeZero(self.value, field: 1)
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `int64`.
///
/// The JSON representation for `Int64Value` is JSON string.
public struct GoogleProtobufInt64Value: Message {
  public static let protoFullName = "google.protobuf.Int64Value"

  /// The int64 value.
  public var value: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__Int64Value>.size) { structure in
    google__protobuf__int64_value__init(structure.assumingMemoryBound(to: Google__Protobuf__Int64Value.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__Int64Value.self)
    self.value = c.pointee.value
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__Int64Value.self)
    google__protobuf__int64_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `uint64`.
///
/// The JSON representation for `UInt64Value` is JSON string.
public struct GoogleProtobufUInt64Value: Message {
  public static let protoFullName = "google.protobuf.UInt64Value"

  /// The uint64 value.
  public var value: UInt64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__UInt64Value>.size) { structure in
    google__protobuf__uint64_value__init(structure.assumingMemoryBound(to: Google__Protobuf__UInt64Value.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__UInt64Value.self)
    self.value = c.pointee.value
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__UInt64Value.self)
    google__protobuf__uint64_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `int32`.
///
/// The JSON representation for `Int32Value` is JSON number.
public struct GoogleProtobufInt32Value: Message {
  public static let protoFullName = "google.protobuf.Int32Value"

  /// The int32 value.
  public var value: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__Int32Value>.size) { structure in
    google__protobuf__int32_value__init(structure.assumingMemoryBound(to: Google__Protobuf__Int32Value.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__Int32Value.self)
    self.value = c.pointee.value
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__Int32Value.self)
    google__protobuf__int32_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `uint32`.
///
/// The JSON representation for `UInt32Value` is JSON number.
public struct GoogleProtobufUInt32Value: Message {
  public static let protoFullName = "google.protobuf.UInt32Value"

  /// The uint32 value.
  public var value: UInt32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__UInt32Value>.size) { structure in
    google__protobuf__uint32_value__init(structure.assumingMemoryBound(to: Google__Protobuf__UInt32Value.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__UInt32Value.self)
    self.value = c.pointee.value
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__UInt32Value.self)
    google__protobuf__uint32_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `bool`.
///
/// The JSON representation for `BoolValue` is JSON `true` and `false`.
public struct GoogleProtobufBoolValue: Message {
  public static let protoFullName = "google.protobuf.BoolValue"

  /// The bool value.
  public var value: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__BoolValue>.size) { structure in
    google__protobuf__bool_value__init(structure.assumingMemoryBound(to: Google__Protobuf__BoolValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__BoolValue.self)
    self.value = c.pointee.value != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__BoolValue.self)
    google__protobuf__bool_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `string`.
///
/// The JSON representation for `StringValue` is JSON string.
public struct GoogleProtobufStringValue: Message {
  public static let protoFullName = "google.protobuf.StringValue"

  /// The string value.
  public var value: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__StringValue>.size) { structure in
    google__protobuf__string_value__init(structure.assumingMemoryBound(to: Google__Protobuf__StringValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__StringValue.self)
    self.value = Unpack.string(c.pointee.value)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__StringValue.self)
    google__protobuf__string_value__init(c)
    let frame = packer.open()
    if !self.value.isEmpty, let start = packer.string(self.value, field: 1) {
      c.pointee.value = start
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Wrapper message for `bytes`.
///
/// The JSON representation for `BytesValue` is JSON string.
public struct GoogleProtobufBytesValue: Message {
  public static let protoFullName = "google.protobuf.BytesValue"

  /// The bytes value.
  public var value: [UInt8] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__BytesValue>.size) { structure in
    google__protobuf__bytes_value__init(structure.assumingMemoryBound(to: Google__Protobuf__BytesValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__BytesValue.self)
    self.value = source.bytes(c.pointee.value.len, c.pointee.value.data)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__BytesValue.self)
    google__protobuf__bytes_value__init(c)
    let frame = packer.open()
    if !self.value.isEmpty, let start = packer.bytes(self.value, field: 1) {
      c.pointee.value = ProtobufCBinaryData(len: self.value.count, data: start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}
