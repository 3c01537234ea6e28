// Generated from features/v1/features.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CTestProtos
public import Protobuf

/// An enum whose values carry its name.
public enum Colour: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// No colour.
  case unspecified
  /// Like a tomato.
  case red
  case deepBlue
  /// Below zero: ten bytes on the wire.
  case infrared
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .red
    case 2: self = .deepBlue
    case -1: self = .infrared
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .red: 1
    case .deepBlue: 2
    case .infrared: -1
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "COLOUR_UNSPECIFIED"
    case .red: "COLOUR_RED"
    case .deepBlue: "COLOUR_DEEP_BLUE"
    case .infrared: "COLOUR_INFRARED"
    case .unrecognized: nil
    }
  }

  public static let allCases: [Colour] = [
    .unspecified, .red, .deepBlue, .infrared,
  ]
}

/// Two names for one number.
public enum Aliased: RawRepresentable, CaseIterable, Hashable, Sendable {
  case none
  case first
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public static var one: Aliased { .first }

  public init() { self = .none }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .none
    case 1: self = .first
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .none: 0
    case .first: 1
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .none: "ALIASED_NONE"
    case .first: "ALIASED_FIRST"
    case .unrecognized: nil
    }
  }

  public static let allCases: [Aliased] = [
    .none, .first,
  ]
}

/// Values without the enum's name, one of them a keyword in Swift.
public enum Plain: RawRepresentable, CaseIterable, Hashable, Sendable {
  case zero
  case `default`
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .zero }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .zero
    case 7: self = .`default`
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .zero: 0
    case .`default`: 7
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .zero: "ZERO"
    case .`default`: "default"
    case .unrecognized: nil
    }
  }

  public static let allCases: [Plain] = [
    .zero, .`default`,
  ]
}

/// Every scalar type.
public struct Scalars: Message {
  public static let protoFullName = "features.v1.Scalars"

  public var double: Double = 0

  public var float: Float = 0

  public var int32: Int32 = 0

  public var int64: Int64 = 0

  public var uint32: UInt32 = 0

  public var uint64: UInt64 = 0

  public var sint32: Int32 = 0

  public var sint64: Int64 = 0

  public var fixed32: UInt32 = 0

  public var fixed64: UInt64 = 0

  public var sfixed32: Int32 = 0

  public var sfixed64: Int64 = 0

  public var bool: Bool = false

  public var string: String = ""

  public var bytes: [UInt8] = []

  public var colour: Colour = .unspecified

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Scalars>.size) { structure in
    features__v1__scalars__init(structure.assumingMemoryBound(to: Features__V1__Scalars.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Scalars.self)
    self.double = c.pointee.double_
    self.float = c.pointee.float_
    self.int32 = c.pointee.int32
    self.int64 = c.pointee.int64
    self.uint32 = c.pointee.uint32
    self.uint64 = c.pointee.uint64
    self.sint32 = c.pointee.sint32
    self.sint64 = c.pointee.sint64
    self.fixed32 = c.pointee.fixed32
    self.fixed64 = c.pointee.fixed64
    self.sfixed32 = c.pointee.sfixed32
    self.sfixed64 = c.pointee.sfixed64
    self.bool = c.pointee.bool_ != 0
    self.string = source.string(c.pointee.string.len, c.pointee.string.data, "features.v1.Scalars.string")
    self.bytes = source.bytes(c.pointee.bytes.len, c.pointee.bytes.data)
    self.colour = Colour(rawValue: Int32(truncatingIfNeeded: c.pointee.colour.rawValue))
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Scalars.self)
    features__v1__scalars__init(c)
    let frame = packer.open()
    c.pointee.double_ = self.double
    packer.keepNegativeZero(self.double, field: 1)
    c.pointee.float_ = self.float
    packer.keepNegativeZero(self.float, field: 2)
    c.pointee.int32 = self.int32
    c.pointee.int64 = self.int64
    c.pointee.uint32 = self.uint32
    c.pointee.uint64 = self.uint64
    c.pointee.sint32 = self.sint32
    c.pointee.sint64 = self.sint64
    c.pointee.fixed32 = self.fixed32
    c.pointee.fixed64 = self.fixed64
    c.pointee.sfixed32 = self.sfixed32
    c.pointee.sfixed64 = self.sfixed64
    c.pointee.bool_ = self.bool ? 1 : 0
    if !self.string.isEmpty {
      c.pointee.string = ProtobufCBinaryData(packer.text(self.string))
    }
    if !self.bytes.isEmpty, let start = packer.bytes(self.bytes, field: 15) {
      c.pointee.bytes = ProtobufCBinaryData(start)
    }
    c.pointee.colour = Features__V1__Colour(rawValue: .init(truncatingIfNeeded: self.colour.rawValue))
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 9: self.double = wire.double()
      case 21: self.float = wire.float()
      case 24: self.int32 = wire.int32()
      case 32: self.int64 = wire.int64()
      case 40: self.uint32 = wire.uint32()
      case 48: self.uint64 = wire.uint64()
      case 56: self.sint32 = wire.sint32()
      case 64: self.sint64 = wire.sint64()
      case 77: self.fixed32 = wire.fixed32()
      case 81: self.fixed64 = wire.fixed64()
      case 93: self.sfixed32 = wire.sfixed32()
      case 97: self.sfixed64 = wire.sfixed64()
      case 104: self.bool = wire.bool()
      case 114: self.string = wire.string()
      case 122: self.bytes = wire.bytes()
      case 128: self.colour = Colour(rawValue: wire.int32())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.double.bitPattern != 0 { size.double(self.double, tag: 9) }
    if self.float.bitPattern != 0 { size.float(self.float, tag: 21) }
    if self.int32 != 0 { size.int32(self.int32, tag: 24) }
    if self.int64 != 0 { size.int64(self.int64, tag: 32) }
    if self.uint32 != 0 { size.uint32(self.uint32, tag: 40) }
    if self.uint64 != 0 { size.uint64(self.uint64, tag: 48) }
    if self.sint32 != 0 { size.sint32(self.sint32, tag: 56) }
    if self.sint64 != 0 { size.sint64(self.sint64, tag: 64) }
    if self.fixed32 != 0 { size.fixed32(self.fixed32, tag: 77) }
    if self.fixed64 != 0 { size.fixed64(self.fixed64, tag: 81) }
    if self.sfixed32 != 0 { size.sfixed32(self.sfixed32, tag: 93) }
    if self.sfixed64 != 0 { size.sfixed64(self.sfixed64, tag: 97) }
    if self.bool { size.bool(self.bool, tag: 104) }
    if !self.string.isEmpty { size.string(self.string, tag: 114) }
    if !self.bytes.isEmpty { size.bytes(self.bytes, tag: 122) }
    if self.colour.rawValue != 0 { size.int32(self.colour.rawValue, tag: 128) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.double.bitPattern != 0 { wire.double(self.double, tag: 9) }
    if self.float.bitPattern != 0 { wire.float(self.float, tag: 21) }
    if self.int32 != 0 { wire.int32(self.int32, tag: 24) }
    if self.int64 != 0 { wire.int64(self.int64, tag: 32) }
    if self.uint32 != 0 { wire.uint32(self.uint32, tag: 40) }
    if self.uint64 != 0 { wire.uint64(self.uint64, tag: 48) }
    if self.sint32 != 0 { wire.sint32(self.sint32, tag: 56) }
    if self.sint64 != 0 { wire.sint64(self.sint64, tag: 64) }
    if self.fixed32 != 0 { wire.fixed32(self.fixed32, tag: 77) }
    if self.fixed64 != 0 { wire.fixed64(self.fixed64, tag: 81) }
    if self.sfixed32 != 0 { wire.sfixed32(self.sfixed32, tag: 93) }
    if self.sfixed64 != 0 { wire.sfixed64(self.sfixed64, tag: 97) }
    if self.bool { wire.bool(self.bool, tag: 104) }
    if !self.string.isEmpty { wire.string(self.string, tag: 114) }
    if !self.bytes.isEmpty { wire.bytes(self.bytes, tag: 122) }
    if self.colour.rawValue != 0 { wire.int32(self.colour.rawValue, tag: 128) }
    wire.unknown(self.unknownFields)
  }
}

/// Every scalar type, set or not.
public struct Optionals: Message {
  public static let protoFullName = "features.v1.Optionals"

  public var double: Double? = nil

  public var float: Float? = nil

  public var int32: Int32? = nil

  public var int64: Int64? = nil

  public var uint32: UInt32? = nil

  public var uint64: UInt64? = nil

  public var sint32: Int32? = nil

  public var sint64: Int64? = nil

  public var fixed32: UInt32? = nil

  public var fixed64: UInt64? = nil

  public var sfixed32: Int32? = nil

  public var sfixed64: Int64? = nil

  public var bool: Bool? = nil

  public var string: String? = nil

  public var bytes: [UInt8]? = nil

  public var colour: Colour? = nil

  public var message: Scalars? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Optionals>.size) { structure in
    features__v1__optionals__init(structure.assumingMemoryBound(to: Features__V1__Optionals.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Optionals.self)
    if c.pointee._double_case.rawValue == 1 {
      self.double = c.pointee.double_
    }
    if c.pointee._float_case.rawValue == 2 {
      self.float = c.pointee.float_
    }
    if c.pointee._int32_case.rawValue == 3 {
      self.int32 = c.pointee.int32
    }
    if c.pointee._int64_case.rawValue == 4 {
      self.int64 = c.pointee.int64
    }
    if c.pointee._uint32_case.rawValue == 5 {
      self.uint32 = c.pointee.uint32
    }
    if c.pointee._uint64_case.rawValue == 6 {
      self.uint64 = c.pointee.uint64
    }
    if c.pointee._sint32_case.rawValue == 7 {
      self.sint32 = c.pointee.sint32
    }
    if c.pointee._sint64_case.rawValue == 8 {
      self.sint64 = c.pointee.sint64
    }
    if c.pointee._fixed32_case.rawValue == 9 {
      self.fixed32 = c.pointee.fixed32
    }
    if c.pointee._fixed64_case.rawValue == 10 {
      self.fixed64 = c.pointee.fixed64
    }
    if c.pointee._sfixed32_case.rawValue == 11 {
      self.sfixed32 = c.pointee.sfixed32
    }
    if c.pointee._sfixed64_case.rawValue == 12 {
      self.sfixed64 = c.pointee.sfixed64
    }
    if c.pointee._bool_case.rawValue == 13 {
      self.bool = c.pointee.bool_ != 0
    }
    if c.pointee._string_case.rawValue == 14 {
      self.string = source.string(c.pointee.string.len, c.pointee.string.data, "features.v1.Optionals.string")
    }
    if c.pointee._bytes_case.rawValue == 15 {
      self.bytes = source.bytes(c.pointee.bytes.len, c.pointee.bytes.data)
    }
    if c.pointee._colour_case.rawValue == 16 {
      self.colour = Colour(rawValue: Int32(truncatingIfNeeded: c.pointee.colour.rawValue))
    }
    if let value = c.pointee.message {
      self.message = Scalars(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Optionals.self)
    features__v1__optionals__init(c)
    let frame = packer.open()
    if let value = self.double {
      c.pointee.double_ = value
      c.pointee._double_case = .init(rawValue: 1)
    }
    if let value = self.float {
      c.pointee.float_ = value
      c.pointee._float_case = .init(rawValue: 2)
    }
    if let value = self.int32 {
      c.pointee.int32 = value
      c.pointee._int32_case = .init(rawValue: 3)
    }
    if let value = self.int64 {
      c.pointee.int64 = value
      c.pointee._int64_case = .init(rawValue: 4)
    }
    if let value = self.uint32 {
      c.pointee.uint32 = value
      c.pointee._uint32_case = .init(rawValue: 5)
    }
    if let value = self.uint64 {
      c.pointee.uint64 = value
      c.pointee._uint64_case = .init(rawValue: 6)
    }
    if let value = self.sint32 {
      c.pointee.sint32 = value
      c.pointee._sint32_case = .init(rawValue: 7)
    }
    if let value = self.sint64 {
      c.pointee.sint64 = value
      c.pointee._sint64_case = .init(rawValue: 8)
    }
    if let value = self.fixed32 {
      c.pointee.fixed32 = value
      c.pointee._fixed32_case = .init(rawValue: 9)
    }
    if let value = self.fixed64 {
      c.pointee.fixed64 = value
      c.pointee._fixed64_case = .init(rawValue: 10)
    }
    if let value = self.sfixed32 {
      c.pointee.sfixed32 = value
      c.pointee._sfixed32_case = .init(rawValue: 11)
    }
    if let value = self.sfixed64 {
      c.pointee.sfixed64 = value
      c.pointee._sfixed64_case = .init(rawValue: 12)
    }
    if let value = self.bool {
      c.pointee.bool_ = value ? 1 : 0
      c.pointee._bool_case = .init(rawValue: 13)
    }
    if let value = self.string {
      c.pointee.string = ProtobufCBinaryData(packer.text(value))
      c.pointee._string_case = .init(rawValue: 14)
    }
    if let value = self.bytes, let start = packer.bytes(value, field: 15) {
      c.pointee.bytes = ProtobufCBinaryData(start)
      c.pointee._bytes_case = .init(rawValue: 15)
    }
    if let value = self.colour {
      c.pointee.colour = Features__V1__Colour(rawValue: .init(truncatingIfNeeded: value.rawValue))
      c.pointee._colour_case = .init(rawValue: 16)
    }
    if let value = self.message {
      c.pointee.message = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Scalars.self)
      c.pointee._message_case = .init(rawValue: 17)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Every type, repeated.
public struct Repeateds: Message {
  public static let protoFullName = "features.v1.Repeateds"

  public var double: [Double] = []

  public var float: [Float] = []

  public var int32: [Int32] = []

  public var int64: [Int64] = []

  public var uint32: [UInt32] = []

  public var uint64: [UInt64] = []

  public var sint32: [Int32] = []

  public var sint64: [Int64] = []

  public var fixed32: [UInt32] = []

  public var fixed64: [UInt64] = []

  public var sfixed32: [Int32] = []

  public var sfixed64: [Int64] = []

  public var bool: [Bool] = []

  public var string: [String] = []

  public var bytes: [[UInt8]] = []

  public var colour: [Colour] = []

  public var message: [Scalars] = []

  public var unpacked: [Int32] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Repeateds>.size) { structure in
    features__v1__repeateds__init(structure.assumingMemoryBound(to: Features__V1__Repeateds.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Repeateds.self)
    self.double = Unpack.array(c.pointee.n_double_, c.pointee.double_)
    self.float = Unpack.array(c.pointee.n_float_, c.pointee.float_)
    self.int32 = Unpack.array(c.pointee.n_int32, c.pointee.int32)
    self.int64 = Unpack.array(c.pointee.n_int64, c.pointee.int64)
    self.uint32 = Unpack.array(c.pointee.n_uint32, c.pointee.uint32)
    self.uint64 = Unpack.array(c.pointee.n_uint64, c.pointee.uint64)
    self.sint32 = Unpack.array(c.pointee.n_sint32, c.pointee.sint32)
    self.sint64 = Unpack.array(c.pointee.n_sint64, c.pointee.sint64)
    self.fixed32 = Unpack.array(c.pointee.n_fixed32, c.pointee.fixed32)
    self.fixed64 = Unpack.array(c.pointee.n_fixed64, c.pointee.fixed64)
    self.sfixed32 = Unpack.array(c.pointee.n_sfixed32, c.pointee.sfixed32)
    self.sfixed64 = Unpack.array(c.pointee.n_sfixed64, c.pointee.sfixed64)
    self.bool = Unpack.array(c.pointee.n_bool_, c.pointee.bool_) { $0 != 0 }
    self.string = Unpack.array(c.pointee.n_string, c.pointee.string) { source.nested.string($0.len, $0.data, "features.v1.Repeateds.string") }
    self.bytes = Unpack.array(c.pointee.n_bytes, c.pointee.bytes) { source.nested.bytes($0.len, $0.data) }
    self.colour = Unpack.array(c.pointee.n_colour, c.pointee.colour) { Colour(rawValue: Int32(truncatingIfNeeded: $0.rawValue)) }
    self.message = Unpack.messages(c.pointee.n_message, c.pointee.message) { Scalars(unpacked: $0, source: source.nested) }
    self.unpacked = Unpack.array(c.pointee.n_unpacked, c.pointee.unpacked)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Repeateds.self)
    features__v1__repeateds__init(c)
    let frame = packer.open()
    if !self.double.isEmpty {
      c.pointee.double_ = packer.array(self.double)
      c.pointee.n_double_ = self.double.count
    }
    if !self.float.isEmpty {
      c.pointee.float_ = packer.array(self.float)
      c.pointee.n_float_ = self.float.count
    }
    if !self.int32.isEmpty {
      c.pointee.int32 = packer.array(self.int32)
      c.pointee.n_int32 = self.int32.count
    }
    if !self.int64.isEmpty {
      c.pointee.int64 = packer.array(self.int64)
      c.pointee.n_int64 = self.int64.count
    }
    if !self.uint32.isEmpty {
      c.pointee.uint32 = packer.array(self.uint32)
      c.pointee.n_uint32 = self.uint32.count
    }
    if !self.uint64.isEmpty {
      c.pointee.uint64 = packer.array(self.uint64)
      c.pointee.n_uint64 = self.uint64.count
    }
    if !self.sint32.isEmpty {
      c.pointee.sint32 = packer.array(self.sint32)
      c.pointee.n_sint32 = self.sint32.count
    }
    if !self.sint64.isEmpty {
      c.pointee.sint64 = packer.array(self.sint64)
      c.pointee.n_sint64 = self.sint64.count
    }
    if !self.fixed32.isEmpty {
      c.pointee.fixed32 = packer.array(self.fixed32)
      c.pointee.n_fixed32 = self.fixed32.count
    }
    if !self.fixed64.isEmpty {
      c.pointee.fixed64 = packer.array(self.fixed64)
      c.pointee.n_fixed64 = self.fixed64.count
    }
    if !self.sfixed32.isEmpty {
      c.pointee.sfixed32 = packer.array(self.sfixed32)
      c.pointee.n_sfixed32 = self.sfixed32.count
    }
    if !self.sfixed64.isEmpty {
      c.pointee.sfixed64 = packer.array(self.sfixed64)
      c.pointee.n_sfixed64 = self.sfixed64.count
    }
    if !self.bool.isEmpty {
      c.pointee.bool_ = packer.array(self.bool) { value, _ -> protobuf_c_boolean in value ? 1 : 0 }
      c.pointee.n_bool_ = self.bool.count
    }
    if !self.string.isEmpty {
      c.pointee.string = packer.array(self.string) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_string = self.string.count
    }
    if !self.bytes.isEmpty {
      c.pointee.bytes = packer.array(self.bytes) { value, packer in
        ProtobufCBinaryData(packer.copy(value))
      }
      c.pointee.n_bytes = self.bytes.count
    }
    if !self.colour.isEmpty {
      c.pointee.colour = packer.array(self.colour) { value, _ -> Features__V1__Colour in Features__V1__Colour(rawValue: .init(truncatingIfNeeded: value.rawValue)) }
      c.pointee.n_colour = self.colour.count
    }
    if !self.message.isEmpty {
      c.pointee.message = packer.array(self.message) { value, packer -> UnsafeMutablePointer<Features__V1__Scalars>? in
        value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Scalars.self)
      }
      c.pointee.n_message = self.message.count
    }
    if !self.unpacked.isEmpty {
      c.pointee.unpacked = packer.array(self.unpacked)
      c.pointee.n_unpacked = self.unpacked.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Maps of every kind of key and of value.
public struct Maps: Message {
  public static let protoFullName = "features.v1.Maps"

  public var stringString: [String: String] = [:]

  public var int32Bytes: [Int32: [UInt8]] = [:]

  public var int64Double: [Int64: Double] = [:]

  public var uint32Float: [UInt32: Float] = [:]

  public var uint64Bool: [UInt64: Bool] = [:]

  public var sint32Colour: [Int32: Colour] = [:]

  public var sint64Message: [Int64: Scalars] = [:]

  public var fixed32Int32: [UInt32: Int32] = [:]

  public var fixed64Int64: [UInt64: Int64] = [:]

  public var sfixed32Uint32: [Int32: UInt32] = [:]

  public var sfixed64Uint64: [Int64: UInt64] = [:]

  public var boolString: [Bool: String] = [:]

  public var stringSint32: [String: Int32] = [:]

  public var stringSint64: [String: Int64] = [:]

  public var stringFixed32: [String: UInt32] = [:]

  public var stringFixed64: [String: UInt64] = [:]

  public var stringSfixed32: [String: Int32] = [:]

  public var stringSfixed64: [String: Int64] = [:]

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Maps>.size) { structure in
    features__v1__maps__init(structure.assumingMemoryBound(to: Features__V1__Maps.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Maps.self)
    self.stringString = Unpack.dictionary(c.pointee.n_string_string, c.pointee.string_string) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringStringEntry.key"), source.nested.string(entry.pointee.value.len, entry.pointee.value.data, "features.v1.Maps.StringStringEntry.value"))
    }
    self.int32Bytes = Unpack.dictionary(c.pointee.n_int32_bytes, c.pointee.int32_bytes) { entry in
      (entry.pointee.key, source.nested.bytes(entry.pointee.value.len, entry.pointee.value.data))
    }
    self.int64Double = Unpack.dictionary(c.pointee.n_int64_double, c.pointee.int64_double) { entry in
      (entry.pointee.key, entry.pointee.value)
    }
    self.uint32Float = Unpack.dictionary(c.pointee.n_uint32_float, c.pointee.uint32_float) { entry in
      (entry.pointee.key, entry.pointee.value)
    }
    self.uint64Bool = Unpack.dictionary(c.pointee.n_uint64_bool, c.pointee.uint64_bool) { entry in
      (entry.pointee.key, entry.pointee.value != 0)
    }
    self.sint32Colour = Unpack.dictionary(c.pointee.n_sint32_colour, c.pointee.sint32_colour) { entry in
      (entry.pointee.key, Colour(rawValue: Int32(truncatingIfNeeded: entry.pointee.value.rawValue)))
    }
    self.sint64Message = Unpack.dictionary(c.pointee.n_sint64_message, c.pointee.sint64_message) { entry in
      (entry.pointee.key,
       entry.pointee.value.map { Scalars(unpacked: $0, source: source.nested) } ?? Scalars())
    }
    self.fixed32Int32 = Unpack.dictionary(c.pointee.n_fixed32_int32, c.pointee.fixed32_int32) { entry in
      (entry.pointee.key, entry.pointee.value)
    }
    self.fixed64Int64 = Unpack.dictionary(c.pointee.n_fixed64_int64, c.pointee.fixed64_int64) { entry in
      (entry.pointee.key, entry.pointee.value)
    }
    self.sfixed32Uint32 = Unpack.dictionary(c.pointee.n_sfixed32_uint32, c.pointee.sfixed32_uint32) { entry in
      (entry.pointee.key, entry.pointee.value)
    }
    self.sfixed64Uint64 = Unpack.dictionary(c.pointee.n_sfixed64_uint64, c.pointee.sfixed64_uint64) { entry in
      (entry.pointee.key, entry.pointee.value)
    }
    self.boolString = Unpack.dictionary(c.pointee.n_bool_string, c.pointee.bool_string) { entry in
      (entry.pointee.key != 0, source.nested.string(entry.pointee.value.len, entry.pointee.value.data, "features.v1.Maps.BoolStringEntry.value"))
    }
    self.stringSint32 = Unpack.dictionary(c.pointee.n_string_sint32, c.pointee.string_sint32) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringSint32Entry.key"), entry.pointee.value)
    }
    self.stringSint64 = Unpack.dictionary(c.pointee.n_string_sint64, c.pointee.string_sint64) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringSint64Entry.key"), entry.pointee.value)
    }
    self.stringFixed32 = Unpack.dictionary(c.pointee.n_string_fixed32, c.pointee.string_fixed32) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringFixed32Entry.key"), entry.pointee.value)
    }
    self.stringFixed64 = Unpack.dictionary(c.pointee.n_string_fixed64, c.pointee.string_fixed64) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringFixed64Entry.key"), entry.pointee.value)
    }
    self.stringSfixed32 = Unpack.dictionary(c.pointee.n_string_sfixed32, c.pointee.string_sfixed32) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringSfixed32Entry.key"), entry.pointee.value)
    }
    self.stringSfixed64 = Unpack.dictionary(c.pointee.n_string_sfixed64, c.pointee.string_sfixed64) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Maps.StringSfixed64Entry.key"), entry.pointee.value)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Maps.self)
    features__v1__maps__init(c)
    let frame = packer.open()
    if !self.stringString.isEmpty {
      let entries = self.stringString.sorted { $0.key < $1.key }
      c.pointee.string_string = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringStringEntry>? in
        let c = packer.allocate(Features__V1__Maps__StringStringEntry.self)
        features__v1__maps__string_string_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = ProtobufCBinaryData(packer.text(entry.value))
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_string = self.stringString.count
    }
    if !self.int32Bytes.isEmpty {
      let entries = self.int32Bytes.sorted { $0.key < $1.key }
      c.pointee.int32_bytes = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Int32BytesEntry>? in
        let c = packer.allocate(Features__V1__Maps__Int32BytesEntry.self)
        features__v1__maps__int32_bytes_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        if let start = packer.bytes(entry.value, field: 2) {
          c.pointee.value = ProtobufCBinaryData(start)
        }
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_int32_bytes = self.int32Bytes.count
    }
    if !self.int64Double.isEmpty {
      let entries = self.int64Double.sorted { $0.key < $1.key }
      c.pointee.int64_double = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Int64DoubleEntry>? in
        let c = packer.allocate(Features__V1__Maps__Int64DoubleEntry.self)
        features__v1__maps__int64_double_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value
        packer.keepNegativeZero(entry.value, field: 2)
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_int64_double = self.int64Double.count
    }
    if !self.uint32Float.isEmpty {
      let entries = self.uint32Float.sorted { $0.key < $1.key }
      c.pointee.uint32_float = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Uint32FloatEntry>? in
        let c = packer.allocate(Features__V1__Maps__Uint32FloatEntry.self)
        features__v1__maps__uint32_float_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value
        packer.keepNegativeZero(entry.value, field: 2)
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_uint32_float = self.uint32Float.count
    }
    if !self.uint64Bool.isEmpty {
      let entries = self.uint64Bool.sorted { $0.key < $1.key }
      c.pointee.uint64_bool = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Uint64BoolEntry>? in
        let c = packer.allocate(Features__V1__Maps__Uint64BoolEntry.self)
        features__v1__maps__uint64_bool_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value ? 1 : 0
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_uint64_bool = self.uint64Bool.count
    }
    if !self.sint32Colour.isEmpty {
      let entries = self.sint32Colour.sorted { $0.key < $1.key }
      c.pointee.sint32_colour = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Sint32ColourEntry>? in
        let c = packer.allocate(Features__V1__Maps__Sint32ColourEntry.self)
        features__v1__maps__sint32_colour_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = Features__V1__Colour(rawValue: .init(truncatingIfNeeded: entry.value.rawValue))
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_sint32_colour = self.sint32Colour.count
    }
    if !self.sint64Message.isEmpty {
      let entries = self.sint64Message.sorted { $0.key < $1.key }
      c.pointee.sint64_message = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Sint64MessageEntry>? in
        let c = packer.allocate(Features__V1__Maps__Sint64MessageEntry.self)
        features__v1__maps__sint64_message_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Scalars.self)
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_sint64_message = self.sint64Message.count
    }
    if !self.fixed32Int32.isEmpty {
      let entries = self.fixed32Int32.sorted { $0.key < $1.key }
      c.pointee.fixed32_int32 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Fixed32Int32Entry>? in
        let c = packer.allocate(Features__V1__Maps__Fixed32Int32Entry.self)
        features__v1__maps__fixed32_int32_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_fixed32_int32 = self.fixed32Int32.count
    }
    if !self.fixed64Int64.isEmpty {
      let entries = self.fixed64Int64.sorted { $0.key < $1.key }
      c.pointee.fixed64_int64 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Fixed64Int64Entry>? in
        let c = packer.allocate(Features__V1__Maps__Fixed64Int64Entry.self)
        features__v1__maps__fixed64_int64_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_fixed64_int64 = self.fixed64Int64.count
    }
    if !self.sfixed32Uint32.isEmpty {
      let entries = self.sfixed32Uint32.sorted { $0.key < $1.key }
      c.pointee.sfixed32_uint32 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Sfixed32Uint32Entry>? in
        let c = packer.allocate(Features__V1__Maps__Sfixed32Uint32Entry.self)
        features__v1__maps__sfixed32_uint32_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_sfixed32_uint32 = self.sfixed32Uint32.count
    }
    if !self.sfixed64Uint64.isEmpty {
      let entries = self.sfixed64Uint64.sorted { $0.key < $1.key }
      c.pointee.sfixed64_uint64 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__Sfixed64Uint64Entry>? in
        let c = packer.allocate(Features__V1__Maps__Sfixed64Uint64Entry.self)
        features__v1__maps__sfixed64_uint64_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_sfixed64_uint64 = self.sfixed64Uint64.count
    }
    if !self.boolString.isEmpty {
      let entries = self.boolString.sorted { !$0.key && $1.key }
      c.pointee.bool_string = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__BoolStringEntry>? in
        let c = packer.allocate(Features__V1__Maps__BoolStringEntry.self)
        features__v1__maps__bool_string_entry__init(c)
        let frame = packer.open()
        c.pointee.key = entry.key ? 1 : 0
        c.pointee.value = ProtobufCBinaryData(packer.text(entry.value))
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_bool_string = self.boolString.count
    }
    if !self.stringSint32.isEmpty {
      let entries = self.stringSint32.sorted { $0.key < $1.key }
      c.pointee.string_sint32 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringSint32Entry>? in
        let c = packer.allocate(Features__V1__Maps__StringSint32Entry.self)
        features__v1__maps__string_sint32_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_sint32 = self.stringSint32.count
    }
    if !self.stringSint64.isEmpty {
      let entries = self.stringSint64.sorted { $0.key < $1.key }
      c.pointee.string_sint64 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringSint64Entry>? in
        let c = packer.allocate(Features__V1__Maps__StringSint64Entry.self)
        features__v1__maps__string_sint64_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_sint64 = self.stringSint64.count
    }
    if !self.stringFixed32.isEmpty {
      let entries = self.stringFixed32.sorted { $0.key < $1.key }
      c.pointee.string_fixed32 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringFixed32Entry>? in
        let c = packer.allocate(Features__V1__Maps__StringFixed32Entry.self)
        features__v1__maps__string_fixed32_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_fixed32 = self.stringFixed32.count
    }
    if !self.stringFixed64.isEmpty {
      let entries = self.stringFixed64.sorted { $0.key < $1.key }
      c.pointee.string_fixed64 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringFixed64Entry>? in
        let c = packer.allocate(Features__V1__Maps__StringFixed64Entry.self)
        features__v1__maps__string_fixed64_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_fixed64 = self.stringFixed64.count
    }
    if !self.stringSfixed32.isEmpty {
      let entries = self.stringSfixed32.sorted { $0.key < $1.key }
      c.pointee.string_sfixed32 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringSfixed32Entry>? in
        let c = packer.allocate(Features__V1__Maps__StringSfixed32Entry.self)
        features__v1__maps__string_sfixed32_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_sfixed32 = self.stringSfixed32.count
    }
    if !self.stringSfixed64.isEmpty {
      let entries = self.stringSfixed64.sorted { $0.key < $1.key }
      c.pointee.string_sfixed64 = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Maps__StringSfixed64Entry>? in
        let c = packer.allocate(Features__V1__Maps__StringSfixed64Entry.self)
        features__v1__maps__string_sfixed64_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_string_sfixed64 = self.stringSfixed64.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One of each kind.
public struct Choice: Message {
  public static let protoFullName = "features.v1.Choice"

  /// What was chosen.
  public var value: Value? = nil

  public var after: String = ""

  public var otherChoice: OtherChoice? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What was chosen.
  public enum Value: Sendable, Equatable {
    /// A number.
    case number(Int64)
    case text(String)
    case data([UInt8])
    case flag(Bool)
    case colour(Colour)
    case message(Scalars)
    case real(Double)
    /// Chosen again.
    indirect case nested(Choice)
  }

  /// `features.v1.Choice.other_choice`.
  public enum OtherChoice: Sendable, Equatable {
    case left(String)
    case right(String)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Choice>.size) { structure in
    features__v1__choice__init(structure.assumingMemoryBound(to: Features__V1__Choice.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Choice.self)
    self.after = source.string(c.pointee.after.len, c.pointee.after.data, "features.v1.Choice.after")
    switch c.pointee.value_case.rawValue {
    case 1:
      self.value = .number(c.pointee.number)
    case 2:
      self.value = .text(source.string(c.pointee.text.len, c.pointee.text.data, "features.v1.Choice.text"))
    case 3:
      self.value = .data(source.bytes(c.pointee.data.len, c.pointee.data.data))
    case 4:
      self.value = .flag(c.pointee.flag != 0)
    case 5:
      self.value = .colour(Colour(rawValue: Int32(truncatingIfNeeded: c.pointee.colour.rawValue)))
    case 6:
      if let value = c.pointee.message { self.value = .message(Scalars(unpacked: value, source: source.nested)) }
    case 7:
      self.value = .real(c.pointee.real)
    case 8:
      if let value = c.pointee.nested { self.value = .nested(Choice(unpacked: value, source: source.nested)) }
    default: break
    }
    switch c.pointee.other_choice_case.rawValue {
    case 10:
      self.otherChoice = .left(source.string(c.pointee.left.len, c.pointee.left.data, "features.v1.Choice.left"))
    case 11:
      self.otherChoice = .right(source.string(c.pointee.right.len, c.pointee.right.data, "features.v1.Choice.right"))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Choice.self)
    features__v1__choice__init(c)
    let frame = packer.open()
    if !self.after.isEmpty {
      c.pointee.after = ProtobufCBinaryData(packer.text(self.after))
    }
    switch self.value {
    case .number(let value):
      c.pointee.number = value
      c.pointee.value_case = .init(rawValue: 1)
    case .text(let value):
      c.pointee.text = ProtobufCBinaryData(packer.text(value))
      c.pointee.value_case = .init(rawValue: 2)
    case .data(let value):
      if let start = packer.bytes(value, field: 3) {
        c.pointee.data = ProtobufCBinaryData(start)
        c.pointee.value_case = .init(rawValue: 3)
      }
    case .flag(let value):
      c.pointee.flag = value ? 1 : 0
      c.pointee.value_case = .init(rawValue: 4)
    case .colour(let value):
      c.pointee.colour = Features__V1__Colour(rawValue: .init(truncatingIfNeeded: value.rawValue))
      c.pointee.value_case = .init(rawValue: 5)
    case .message(let value):
      c.pointee.message = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Scalars.self)
      c.pointee.value_case = .init(rawValue: 6)
    case .real(let value):
      c.pointee.real = value
      c.pointee.value_case = .init(rawValue: 7)
    case .nested(let value):
      c.pointee.nested = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Choice.self)
      c.pointee.value_case = .init(rawValue: 8)
    case nil: break
    }
    switch self.otherChoice {
    case .left(let value):
      c.pointee.left = ProtobufCBinaryData(packer.text(value))
      c.pointee.other_choice_case = .init(rawValue: 10)
    case .right(let value):
      c.pointee.right = ProtobufCBinaryData(packer.text(value))
      c.pointee.other_choice_case = .init(rawValue: 11)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = .number(wire.int64())
      case 18: self.value = .text(wire.string())
      case 26: self.value = .data(wire.bytes())
      case 32: self.value = .flag(wire.bool())
      case 40: self.value = .colour(Colour(rawValue: wire.int32()))
      case 57: self.value = .real(wire.double())
      case 74: self.after = wire.string()
      case 82: self.otherChoice = .left(wire.string())
      case 90: self.otherChoice = .right(wire.string())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    switch self.value {
    case .number(let value): size.int64(value, tag: 8)
    case .text(let value): size.string(value, tag: 18)
    case .data(let value): size.bytes(value, tag: 26)
    case .flag(let value): size.bool(value, tag: 32)
    case .colour(let value): size.int32(value.rawValue, tag: 40)
    case .real(let value): size.double(value, tag: 57)
    case .some: size.giveUp()
    case nil: break
    }
    if !self.after.isEmpty { size.string(self.after, tag: 74) }
    switch self.otherChoice {
    case .left(let value): size.string(value, tag: 82)
    case .right(let value): size.string(value, tag: 90)
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    switch self.value {
    case .number(let value): wire.int64(value, tag: 8)
    case .text(let value): wire.string(value, tag: 18)
    case .data(let value): wire.bytes(value, tag: 26)
    case .flag(let value): wire.bool(value, tag: 32)
    case .colour(let value): wire.int32(value.rawValue, tag: 40)
    case .real(let value): wire.double(value, tag: 57)
    case .some: break
    case nil: break
    }
    if !self.after.isEmpty { wire.string(self.after, tag: 74) }
    switch self.otherChoice {
    case .left(let value): wire.string(value, tag: 82)
    case .right(let value): wire.string(value, tag: 90)
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// A tree: a message in itself, singly and repeatedly.
public struct Node: Message {
  public static let protoFullName = "features.v1.Node"

  public var name: String = ""

  @Indirect public var next: Node? = nil

  public var children: [Node] = []

  public var named: [String: Node] = [:]

  /// By way of another message.
  @Indirect public var wrapper: Node.Wrapper? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// Holds a node.
  public struct Wrapper: Message {
    public static let protoFullName = "features.v1.Node.Wrapper"

    @Indirect public var node: Node? = nil

    public var kind: Node.Wrapper.Kind = .unspecified

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    /// `features.v1.Node.Wrapper.Kind`.
    public enum Kind: RawRepresentable, CaseIterable, Hashable, Sendable {
      case unspecified
      case soft
      /// A number that this version of the schema has no name for.
      case unrecognized(Int32)

      public init() { self = .unspecified }

      public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .soft
        default: self = .unrecognized(rawValue)
        }
      }

      public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .soft: 1
        case .unrecognized(let number): number
        }
      }

      /// The name in the schema; nil for an unrecognized number.
      public var protoName: String? {
        switch self {
        case .unspecified: "KIND_UNSPECIFIED"
        case .soft: "KIND_SOFT"
        case .unrecognized: nil
        }
      }

      public static let allCases: [Kind] = [
        .unspecified, .soft,
      ]
    }

    public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Node__Wrapper>.size) { structure in
      features__v1__node__wrapper__init(structure.assumingMemoryBound(to: Features__V1__Node__Wrapper.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Features__V1__Node__Wrapper.self)
      if let value = c.pointee.node {
        self.node = Node(unpacked: value, source: source.nested)
      }
      self.kind = Node.Wrapper.Kind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Features__V1__Node__Wrapper.self)
      features__v1__node__wrapper__init(c)
      let frame = packer.open()
      if let value = self.node {
        c.pointee.node = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Node.self)
      }
      c.pointee.kind = Features__V1__Node__Wrapper__Kind(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Node>.size) { structure in
    features__v1__node__init(structure.assumingMemoryBound(to: Features__V1__Node.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Node.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "features.v1.Node.name")
    if let value = c.pointee.next {
      self.next = Node(unpacked: value, source: source.nested)
    }
    self.children = Unpack.messages(c.pointee.n_children, c.pointee.children) { Node(unpacked: $0, source: source.nested) }
    self.named = Unpack.dictionary(c.pointee.n_named, c.pointee.named) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "features.v1.Node.NamedEntry.key"),
       entry.pointee.value.map { Node(unpacked: $0, source: source.nested) } ?? Node())
    }
    if let value = c.pointee.wrapper {
      self.wrapper = Node.Wrapper(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Node.self)
    features__v1__node__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if let value = self.next {
      c.pointee.next = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Node.self)
    }
    if !self.children.isEmpty {
      c.pointee.children = packer.array(self.children) { value, packer -> UnsafeMutablePointer<Features__V1__Node>? in
        value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Node.self)
      }
      c.pointee.n_children = self.children.count
    }
    if !self.named.isEmpty {
      let entries = self.named.sorted { $0.key < $1.key }
      c.pointee.named = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Features__V1__Node__NamedEntry>? in
        let c = packer.allocate(Features__V1__Node__NamedEntry.self)
        features__v1__node__named_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Node.self)
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_named = self.named.count
    }
    if let value = self.wrapper {
      c.pointee.wrapper = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Node__Wrapper.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Types that every protobuf has.
public struct WellKnown: Message {
  public static let protoFullName = "features.v1.WellKnown"

  public var time: GoogleProtobufTimestamp? = nil

  public var duration: GoogleProtobufDuration? = nil

  public var any: GoogleProtobufAny? = nil

  public var mask: GoogleProtobufFieldMask? = nil

  public var wrapped: GoogleProtobufInt64Value? = nil

  public var fields: GoogleProtobufStruct? = nil

  public var bytes: GoogleProtobufBytesValue? = nil

  public var values: [GoogleProtobufValue] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__WellKnown>.size) { structure in
    features__v1__well_known__init(structure.assumingMemoryBound(to: Features__V1__WellKnown.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__WellKnown.self)
    if let value = c.pointee.time {
      self.time = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.duration {
      self.duration = GoogleProtobufDuration(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.any {
      self.any = GoogleProtobufAny(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.mask {
      self.mask = GoogleProtobufFieldMask(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.wrapped {
      self.wrapped = GoogleProtobufInt64Value(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.fields {
      self.fields = GoogleProtobufStruct(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.bytes {
      self.bytes = GoogleProtobufBytesValue(unpacked: value, source: source.nested)
    }
    self.values = Unpack.messages(c.pointee.n_values, c.pointee.values) { GoogleProtobufValue(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__WellKnown.self)
    features__v1__well_known__init(c)
    let frame = packer.open()
    if let value = self.time {
      c.pointee.time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.duration {
      c.pointee.duration = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Duration.self)
    }
    if let value = self.any {
      c.pointee.any = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Any.self)
    }
    if let value = self.mask {
      c.pointee.mask = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__FieldMask.self)
    }
    if let value = self.wrapped {
      c.pointee.wrapped = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Int64Value.self)
    }
    if let value = self.fields {
      c.pointee.fields = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Struct.self)
    }
    if let value = self.bytes {
      c.pointee.bytes = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__BytesValue.self)
    }
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

/// A piece of a file.
public struct Chunk: Message {
  public static let protoFullName = "features.v1.Chunk"

  public var name: String = ""

  public var data: [UInt8] = []

  public var source: Source? = nil

  public var checksum: [UInt8]? = nil

  @Indirect public var inner: Chunk? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// `features.v1.Chunk.source`.
  public enum Source: Sendable, Equatable {
    case inlineData([UInt8])
    case path(String)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Chunk>.size) { structure in
    features__v1__chunk__init(structure.assumingMemoryBound(to: Features__V1__Chunk.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Chunk.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "features.v1.Chunk.name")
    self.data = source.bytes(c.pointee.data.len, c.pointee.data.data)
    if c.pointee._checksum_case.rawValue == 5 {
      self.checksum = source.bytes(c.pointee.checksum.len, c.pointee.checksum.data)
    }
    if let value = c.pointee.inner {
      self.inner = Chunk(unpacked: value, source: source.nested)
    }
    switch c.pointee.source_case.rawValue {
    case 3:
      self.source = .inlineData(source.bytes(c.pointee.inline_data.len, c.pointee.inline_data.data))
    case 4:
      self.source = .path(source.string(c.pointee.path.len, c.pointee.path.data, "features.v1.Chunk.path"))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Chunk.self)
    features__v1__chunk__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if !self.data.isEmpty, let start = packer.bytes(self.data, field: 2) {
      c.pointee.data = ProtobufCBinaryData(start)
    }
    if let value = self.checksum, let start = packer.bytes(value, field: 5) {
      c.pointee.checksum = ProtobufCBinaryData(start)
      c.pointee._checksum_case = .init(rawValue: 5)
    }
    if let value = self.inner {
      c.pointee.inner = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Chunk.self)
    }
    switch self.source {
    case .inlineData(let value):
      if let start = packer.bytes(value, field: 3) {
        c.pointee.inline_data = ProtobufCBinaryData(start)
        c.pointee.source_case = .init(rawValue: 3)
      }
    case .path(let value):
      c.pointee.path = ProtobufCBinaryData(packer.text(value))
      c.pointee.source_case = .init(rawValue: 4)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Names that C or Swift keep for themselves.
public struct Awkward: Message {
  public static let protoFullName = "features.v1.Awkward"

  public var `default`: String = ""

  public var self_: String = ""

  public var `class`: String = ""

  public var `in`: String = ""

  public var init_: String = ""

  public var register: [String] = []

  public var unknownFields_: Int32 = 0

  public var camelCase: String = ""

  public var description: String = ""

  public var c: String = ""

  public var packer: String = ""

  public var frame: String = ""

  public var `switch`: Switch? = nil

  public var int: String? = nil

  public var type: Awkward.TypeMessage? = nil

  public var leading: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// `features.v1.Awkward.switch`.
  public enum Switch: Sendable, Equatable {
    case `for`(String)
    case `while`(String)
  }

  /// `features.v1.Awkward.Type`.
  public struct TypeMessage: Message {
    public static let protoFullName = "features.v1.Awkward.Type"

    public var type: String = ""

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Awkward__Type>.size) { structure in
      features__v1__awkward__type__init(structure.assumingMemoryBound(to: Features__V1__Awkward__Type.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Features__V1__Awkward__Type.self)
      self.type = source.string(c.pointee.type.len, c.pointee.type.data, "features.v1.Awkward.Type.Type")
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Features__V1__Awkward__Type.self)
      features__v1__awkward__type__init(c)
      let frame = packer.open()
      if !self.type.isEmpty {
        c.pointee.type = ProtobufCBinaryData(packer.text(self.type))
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }

    public mutating func readFlat(_ wire: inout FlatReader) {
      while !wire.isAtEnd {
        switch wire.tag() {
        case 10: self.type = wire.string()
        default: wire.giveUp()
        }
      }
    }

    public func measureFlat(_ size: inout FlatSizer) {
      if !self.type.isEmpty { size.string(self.type, tag: 10) }
      size.unknown(self.unknownFields)
    }

    public func writeFlat(_ wire: inout FlatWriter) {
      if !self.type.isEmpty { wire.string(self.type, tag: 10) }
      wire.unknown(self.unknownFields)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Awkward>.size) { structure in
    features__v1__awkward__init(structure.assumingMemoryBound(to: Features__V1__Awkward.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Awkward.self)
    self.`default` = source.string(c.pointee.default_.len, c.pointee.default_.data, "features.v1.Awkward.default")
    self.self_ = source.string(c.pointee.`self`.len, c.pointee.`self`.data, "features.v1.Awkward.self")
    self.`class` = source.string(c.pointee.class_.len, c.pointee.class_.data, "features.v1.Awkward.class")
    self.`in` = source.string(c.pointee.in.len, c.pointee.in.data, "features.v1.Awkward.in")
    self.init_ = source.string(c.pointee.`init`.len, c.pointee.`init`.data, "features.v1.Awkward.init")
    self.register = Unpack.array(c.pointee.n_register_, c.pointee.register_) { source.nested.string($0.len, $0.data, "features.v1.Awkward.register") }
    self.unknownFields_ = c.pointee.unknown_fields
    self.camelCase = source.string(c.pointee.camelcase.len, c.pointee.camelcase.data, "features.v1.Awkward.camelCase")
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "features.v1.Awkward.description")
    self.c = source.string(c.pointee.c.len, c.pointee.c.data, "features.v1.Awkward.c")
    self.packer = source.string(c.pointee.packer.len, c.pointee.packer.data, "features.v1.Awkward.packer")
    self.frame = source.string(c.pointee.frame.len, c.pointee.frame.data, "features.v1.Awkward.frame")
    if c.pointee._int_case.rawValue == 15 {
      self.int = source.string(c.pointee.int_.len, c.pointee.int_.data, "features.v1.Awkward.int")
    }
    if let value = c.pointee.type {
      self.type = Awkward.TypeMessage(unpacked: value, source: source.nested)
    }
    self.leading = c.pointee.__leading
    switch c.pointee.switch_case.rawValue {
    case 13:
      self.`switch` = .`for`(source.string(c.pointee.for_.len, c.pointee.for_.data, "features.v1.Awkward.for"))
    case 14:
      self.`switch` = .`while`(source.string(c.pointee.while_.len, c.pointee.while_.data, "features.v1.Awkward.while"))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Awkward.self)
    features__v1__awkward__init(c)
    let frame = packer.open()
    if !self.`default`.isEmpty {
      c.pointee.default_ = ProtobufCBinaryData(packer.text(self.`default`))
    }
    if !self.self_.isEmpty {
      c.pointee.`self` = ProtobufCBinaryData(packer.text(self.self_))
    }
    if !self.`class`.isEmpty {
      c.pointee.class_ = ProtobufCBinaryData(packer.text(self.`class`))
    }
    if !self.`in`.isEmpty {
      c.pointee.in = ProtobufCBinaryData(packer.text(self.`in`))
    }
    if !self.init_.isEmpty {
      c.pointee.`init` = ProtobufCBinaryData(packer.text(self.init_))
    }
    if !self.register.isEmpty {
      c.pointee.register_ = packer.array(self.register) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_register_ = self.register.count
    }
    c.pointee.unknown_fields = self.unknownFields_
    if !self.camelCase.isEmpty {
      c.pointee.camelcase = ProtobufCBinaryData(packer.text(self.camelCase))
    }
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    if !self.c.isEmpty {
      c.pointee.c = ProtobufCBinaryData(packer.text(self.c))
    }
    if !self.packer.isEmpty {
      c.pointee.packer = ProtobufCBinaryData(packer.text(self.packer))
    }
    if !self.frame.isEmpty {
      c.pointee.frame = ProtobufCBinaryData(packer.text(self.frame))
    }
    if let value = self.int {
      c.pointee.int_ = ProtobufCBinaryData(packer.text(value))
      c.pointee._int_case = .init(rawValue: 15)
    }
    if let value = self.type {
      c.pointee.type = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Awkward__Type.self)
    }
    c.pointee.__leading = self.leading
    switch self.`switch` {
    case .`for`(let value):
      c.pointee.for_ = ProtobufCBinaryData(packer.text(value))
      c.pointee.switch_case = .init(rawValue: 13)
    case .`while`(let value):
      c.pointee.while_ = ProtobufCBinaryData(packer.text(value))
      c.pointee.switch_case = .init(rawValue: 14)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// All of the above.
public struct Everything: Message {
  public static let protoFullName = "features.v1.Everything"

  public var scalars: Scalars? = nil

  public var optionals: Optionals? = nil

  public var repeateds: Repeateds? = nil

  public var maps: Maps? = nil

  public var choice: Choice? = nil

  public var node: Node? = nil

  public var wellKnown: WellKnown? = nil

  public var chunk: Chunk? = nil

  public var awkward: Awkward? = nil

  public var plain: Plain = .zero

  public var aliased: Aliased = .none

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__Everything>.size) { structure in
    features__v1__everything__init(structure.assumingMemoryBound(to: Features__V1__Everything.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__Everything.self)
    if let value = c.pointee.scalars {
      self.scalars = Scalars(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.optionals {
      self.optionals = Optionals(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.repeateds {
      self.repeateds = Repeateds(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.maps {
      self.maps = Maps(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.choice {
      self.choice = Choice(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.node {
      self.node = Node(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.well_known {
      self.wellKnown = WellKnown(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.chunk {
      self.chunk = Chunk(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.awkward {
      self.awkward = Awkward(unpacked: value, source: source.nested)
    }
    self.plain = Plain(rawValue: Int32(truncatingIfNeeded: c.pointee.plain.rawValue))
    self.aliased = Aliased(rawValue: Int32(truncatingIfNeeded: c.pointee.aliased.rawValue))
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__Everything.self)
    features__v1__everything__init(c)
    let frame = packer.open()
    if let value = self.scalars {
      c.pointee.scalars = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Scalars.self)
    }
    if let value = self.optionals {
      c.pointee.optionals = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Optionals.self)
    }
    if let value = self.repeateds {
      c.pointee.repeateds = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Repeateds.self)
    }
    if let value = self.maps {
      c.pointee.maps = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Maps.self)
    }
    if let value = self.choice {
      c.pointee.choice = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Choice.self)
    }
    if let value = self.node {
      c.pointee.node = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Node.self)
    }
    if let value = self.wellKnown {
      c.pointee.well_known = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__WellKnown.self)
    }
    if let value = self.chunk {
      c.pointee.chunk = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Chunk.self)
    }
    if let value = self.awkward {
      c.pointee.awkward = value.pack(into: &packer).assumingMemoryBound(to: Features__V1__Awkward.self)
    }
    c.pointee.plain = Features__V1__Plain(rawValue: .init(truncatingIfNeeded: self.plain.rawValue))
    c.pointee.aliased = Features__V1__Aliased(rawValue: .init(truncatingIfNeeded: self.aliased.rawValue))
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// An older version of `Scalars`, which knows few of its fields.
public struct FewScalars: Message {
  public static let protoFullName = "features.v1.FewScalars"

  public var int32: Int32 = 0

  public var string: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Features__V1__FewScalars>.size) { structure in
    features__v1__few_scalars__init(structure.assumingMemoryBound(to: Features__V1__FewScalars.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Features__V1__FewScalars.self)
    self.int32 = c.pointee.int32
    self.string = source.string(c.pointee.string.len, c.pointee.string.data, "features.v1.FewScalars.string")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Features__V1__FewScalars.self)
    features__v1__few_scalars__init(c)
    let frame = packer.open()
    c.pointee.int32 = self.int32
    if !self.string.isEmpty {
      c.pointee.string = ProtobufCBinaryData(packer.text(self.string))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 24: self.int32 = wire.int32()
      case 114: self.string = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.int32 != 0 { size.int32(self.int32, tag: 24) }
    if !self.string.isEmpty { size.string(self.string, tag: 114) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.int32 != 0 { wire.int32(self.int32, tag: 24) }
    if !self.string.isEmpty { wire.string(self.string, tag: 114) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
