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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 9: self.value = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value.bitPattern != 0 { size.double(self.value, tag: 9) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value.bitPattern != 0 { wire.double(self.value, tag: 9) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 13: self.value = wire.float()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value.bitPattern != 0 { size.float(self.value, tag: 13) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value.bitPattern != 0 { wire.float(self.value, tag: 13) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value != 0 { size.int64(self.value, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value != 0 { wire.int64(self.value, tag: 8) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = wire.uint64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value != 0 { size.uint64(self.value, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value != 0 { wire.uint64(self.value, tag: 8) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value != 0 { size.int32(self.value, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value != 0 { wire.int32(self.value, tag: 8) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = wire.uint32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value != 0 { size.uint32(self.value, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value != 0 { wire.uint32(self.value, tag: 8) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value { size.bool(self.value, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value { wire.bool(self.value, tag: 8) }
    wire.unknown(self.unknownFields)
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
    self.value = source.string(c.pointee.value.len, c.pointee.value.data, "google.protobuf.StringValue.value")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__StringValue.self)
    google__protobuf__string_value__init(c)
    let frame = packer.open()
    if !self.value.isEmpty {
      c.pointee.value = ProtobufCBinaryData(packer.text(self.value))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.value = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.value.isEmpty { size.string(self.value, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.value.isEmpty { wire.string(self.value, tag: 10) }
    wire.unknown(self.unknownFields)
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
      c.pointee.value = ProtobufCBinaryData(start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.value = wire.bytes()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.value.isEmpty { size.bytes(self.value, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.value.isEmpty { wire.bytes(self.value, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
