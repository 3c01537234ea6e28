// Generated from google/protobuf/struct.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos

/// `NullValue` is a singleton enumeration to represent the null value for the
/// `Value` type union.
///
///  The JSON representation for `NullValue` is JSON `null`.
public enum GoogleProtobufNullValue: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Null value.
  case nullValue
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .nullValue }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .nullValue
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .nullValue: 0
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .nullValue: "NULL_VALUE"
    case .unrecognized: nil
    }
  }

  public static let allCases: [GoogleProtobufNullValue] = [
    .nullValue,
  ]
}

/// `Struct` represents a structured data value, consisting of fields
/// which map to dynamically typed values. In some languages, `Struct`
/// might be supported by a native representation. For example, in
/// scripting languages like JS a struct is represented as an
/// object. The details of that representation are described together
/// with the proto support for the language.
///
/// The JSON representation for `Struct` is JSON object.
public struct GoogleProtobufStruct: Message {
  public static let protoFullName = "google.protobuf.Struct"

  /// Unordered map of dynamically typed values.
  public var fields: [String: GoogleProtobufValue] = [:]

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__Struct>.size) { structure in
    google__protobuf__struct__init(structure.assumingMemoryBound(to: Google__Protobuf__Struct.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__Struct.self)
    self.fields = Unpack.dictionary(c.pointee.n_fields, c.pointee.fields) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "google.protobuf.Struct.FieldsEntry.key"),
       entry.pointee.value.map { GoogleProtobufValue(unpacked: $0, source: source.nested) } ?? GoogleProtobufValue())
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__Struct.self)
    google__protobuf__struct__init(c)
    let frame = packer.open()
    if !self.fields.isEmpty {
      let entries = self.fields.sorted { $0.key < $1.key }
      c.pointee.fields = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Google__Protobuf__Struct__FieldsEntry>? in
        let c = packer.allocate(Google__Protobuf__Struct__FieldsEntry.self)
        google__protobuf__struct__fields_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Value.self)
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_fields = self.fields.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// `Value` represents a dynamically typed value which can be either
/// null, a number, a string, a boolean, a recursive struct value, or a
/// list of values. A producer of value is expected to set one of these
/// variants. Absence of any variant indicates an error.
///
/// The JSON representation for `Value` is JSON value.
public struct GoogleProtobufValue: Message {
  public static let protoFullName = "google.protobuf.Value"

  /// The kind of value.
  public var kind: Kind? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The kind of value.
  public enum Kind: Sendable, Equatable {
    /// Represents a null value.
    case nullValue(GoogleProtobufNullValue)
    /// Represents a double value.
    case numberValue(Double)
    /// Represents a string value.
    case stringValue(String)
    /// Represents a boolean value.
    case boolValue(Bool)
    /// Represents a structured value.
    case structValue(GoogleProtobufStruct)
    /// Represents a repeated `Value`.
    case listValue(GoogleProtobufListValue)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__Value>.size) { structure in
    google__protobuf__value__init(structure.assumingMemoryBound(to: Google__Protobuf__Value.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__Value.self)
    switch c.pointee.kind_case.rawValue {
    case 1:
      self.kind = .nullValue(GoogleProtobufNullValue(rawValue: Int32(truncatingIfNeeded: c.pointee.null_value.rawValue)))
    case 2:
      self.kind = .numberValue(c.pointee.number_value)
    case 3:
      self.kind = .stringValue(source.string(c.pointee.string_value.len, c.pointee.string_value.data, "google.protobuf.Value.string_value"))
    case 4:
      self.kind = .boolValue(c.pointee.bool_value != 0)
    case 5:
      if let value = c.pointee.struct_value { self.kind = .structValue(GoogleProtobufStruct(unpacked: value, source: source.nested)) }
    case 6:
      if let value = c.pointee.list_value { self.kind = .listValue(GoogleProtobufListValue(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__Value.self)
    google__protobuf__value__init(c)
    let frame = packer.open()
    switch self.kind {
    case .nullValue(let value):
      c.pointee.null_value = Google__Protobuf__NullValue(rawValue: .init(truncatingIfNeeded: value.rawValue))
      c.pointee.kind_case = .init(rawValue: 1)
    case .numberValue(let value):
      c.pointee.number_value = value
      c.pointee.kind_case = .init(rawValue: 2)
    case .stringValue(let value):
      c.pointee.string_value = ProtobufCBinaryData(packer.text(value))
      c.pointee.kind_case = .init(rawValue: 3)
    case .boolValue(let value):
      c.pointee.bool_value = value ? 1 : 0
      c.pointee.kind_case = .init(rawValue: 4)
    case .structValue(let value):
      c.pointee.struct_value = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Struct.self)
      c.pointee.kind_case = .init(rawValue: 5)
    case .listValue(let value):
      c.pointee.list_value = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__ListValue.self)
      c.pointee.kind_case = .init(rawValue: 6)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.kind = .nullValue(GoogleProtobufNullValue(rawValue: wire.int32()))
      case 17: self.kind = .numberValue(wire.double())
      case 26: self.kind = .stringValue(wire.string())
      case 32: self.kind = .boolValue(wire.bool())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    switch self.kind {
    case .nullValue(let value): size.int32(value.rawValue, tag: 8)
    case .numberValue(let value): size.double(value, tag: 17)
    case .stringValue(let value): size.string(value, tag: 26)
    case .boolValue(let value): size.bool(value, tag: 32)
    case .some: size.giveUp()
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    switch self.kind {
    case .nullValue(let value): wire.int32(value.rawValue, tag: 8)
    case .numberValue(let value): wire.double(value, tag: 17)
    case .stringValue(let value): wire.string(value, tag: 26)
    case .boolValue(let value): wire.bool(value, tag: 32)
    case .some: break
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// `ListValue` is a wrapper around a repeated field of values.
///
/// The JSON representation for `ListValue` is JSON array.
public struct GoogleProtobufListValue: Message {
  public static let protoFullName = "google.protobuf.ListValue"

  /// Repeated field of dynamically typed values.
  public var values: [GoogleProtobufValue] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__ListValue>.size) { structure in
    google__protobuf__list_value__init(structure.assumingMemoryBound(to: Google__Protobuf__ListValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Protobuf__ListValue.self)
    self.values = Unpack.messages(c.pointee.n_values, c.pointee.values) { GoogleProtobufValue(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__ListValue.self)
    google__protobuf__list_value__init(c)
    let frame = packer.open()
    if !self.values.isEmpty {
      c.pointee.values = packer.array(self.values) { value, packer -> UnsafeMutablePointer<Google__Protobuf__Value>? in
        value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Value.self)
      }
      c.pointee.n_values = self.values.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
