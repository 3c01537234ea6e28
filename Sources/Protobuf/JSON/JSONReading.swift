internal import CProtobufC

/// A JSON value, as a message may be read from.
public indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

/// Why JSON is not the message it was said to be.
public struct JSONReadingError: Error, Equatable, CustomStringConvertible {
  /// Where, such as `settings.loras[1].weight`.
  public let path: String
  public let reason: String

  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

extension Message {
  /// Reads proto3's JSON mapping: fields in lowerCamelCase or by their own names, enumerations by name or number,
  /// 64-bit integers as numbers or text, `null` for what is left out.
  ///
  /// Messages that have a form of their own in JSON, such as timestamps, are not read.
  /// - Throws: for fields that the message does not have: what is misspelt is not to be left out unnoticed.
  public init(json: JSONValue, limits: DecodingLimits = .default) throws(JSONReadingError) {
    var bytes: [UInt8] = []
    try JSONReader.write(json, Self.layout.descriptor, at: "", depth: 0, to: &bytes)
    do {
      try self.init(serializedBytes: bytes, limits: limits)
    } catch {
      throw JSONReadingError(path: "", reason: "\(error)")
    }
  }
}

/// Turns JSON into the wire format, guided by protobuf-c's descriptions.
private enum JSONReader {
  private static let deepest = 32

  static func write(
    _ json: JSONValue, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, at path: String, depth: Int,
    to bytes: inout [UInt8]
  ) throws(JSONReadingError) {
    guard depth <= deepest else { throw fault(path, "is nested too deeply") }
    guard case .object(let members) = json else { throw fault(path, "must be an object") }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
      let place = path.isEmpty ? name : "\(path).\(name)"
      guard let field = field(name, of: descriptor) else { throw fault(place, "there is no such field") }
      guard field.label == PROTOBUF_C_LABEL_REPEATED else {
        try writeField(value, field, at: place, depth: depth, to: &bytes)
        continue
      }
      guard case .array(let elements) = value else { throw fault(place, "must be a list") }
      for (index, element) in elements.enumerated() {
        try writeField(element, field, at: "\(place)[\(index)]", depth: depth, to: &bytes)
      }
    }
  }

  private static func field(
    _ name: String, of descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> ProtobufCFieldDescriptor? {
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = descriptor.pointee.fields[index]
      let own = String(cString: field.name)
      if own == name || camelCase(own) == name { return field }
    }
    return nil
  }

  private static func camelCase(_ name: String) -> String {
    var result = ""
    var raises = false
    for character in name {
      if character == "_" {
        raises = true
      } else {
        result += raises ? character.uppercased() : String(character)
        raises = false
      }
    }
    return result
  }

  private static func writeField(
    _ value: JSONValue, _ field: ProtobufCFieldDescriptor, at path: String, depth: Int, to bytes: inout [UInt8]
  ) throws(JSONReadingError) {
    func tag(_ type: UInt64) { WireWriter.appendVarint(UInt64(field.id) << 3 | type, to: &bytes) }
    func varint(_ value: UInt64) {
      tag(0)
      WireWriter.appendVarint(value, to: &bytes)
    }
    func fixed(_ bits: UInt64, bytes count: Int) {
      tag(count == 8 ? 1 : 5)
      for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
    }
    func delimited(_ content: [UInt8]) {
      tag(2)
      WireWriter.appendVarint(UInt64(content.count), to: &bytes)
      bytes += content
    }
    switch field.type {
    case PROTOBUF_C_TYPE_INT32: varint(UInt64(bitPattern: Int64(try integer(value, Int32.self, path))))
    case PROTOBUF_C_TYPE_INT64: varint(UInt64(bitPattern: try integer(value, Int64.self, path)))
    case PROTOBUF_C_TYPE_UINT32: varint(UInt64(try integer(value, UInt32.self, path)))
    case PROTOBUF_C_TYPE_UINT64: varint(try integer(value, UInt64.self, path))
    case PROTOBUF_C_TYPE_SINT32: varint(WireWriter.zigZag(try integer(value, Int32.self, path)))
    case PROTOBUF_C_TYPE_SINT64: varint(WireWriter.zigZag(try integer(value, Int64.self, path)))
    case PROTOBUF_C_TYPE_FIXED32: fixed(UInt64(try integer(value, UInt32.self, path)), bytes: 4)
    case PROTOBUF_C_TYPE_SFIXED32:
      fixed(UInt64(UInt32(bitPattern: try integer(value, Int32.self, path))), bytes: 4)
    case PROTOBUF_C_TYPE_FIXED64: fixed(try integer(value, UInt64.self, path), bytes: 8)
    case PROTOBUF_C_TYPE_SFIXED64: fixed(UInt64(bitPattern: try integer(value, Int64.self, path)), bytes: 8)
    case PROTOBUF_C_TYPE_FLOAT: fixed(UInt64(Float(try number(value, path)).bitPattern), bytes: 4)
    case PROTOBUF_C_TYPE_DOUBLE: fixed(try number(value, path).bitPattern, bytes: 8)
    case PROTOBUF_C_TYPE_BOOL:
      guard case .bool(let flag) = value else { throw fault(path, "must be true or false") }
      varint(flag ? 1 : 0)
    case PROTOBUF_C_TYPE_ENUM: varint(UInt64(bitPattern: Int64(try choice(value, field, path))))
    case PROTOBUF_C_TYPE_MESSAGE:
      guard let descriptor = field.messageDescriptor else { throw fault(path, "cannot be read") }
      var content: [UInt8] = []
      try write(value, descriptor, at: path, depth: depth + 1, to: &content)
      delimited(content)
    default:
      // Text, which the generator describes as bytes too: what is no UTF-8 cannot come out of JSON.
      guard case .string(let text) = value else { throw fault(path, "must be text") }
      delimited(Array(text.utf8))
    }
  }

  private static func integer<Number: FixedWidthInteger>(
    _ value: JSONValue, _: Number.Type, _ path: String
  ) throws(JSONReadingError) -> Number {
    let number: Number? =
      switch value {
      case .integer(let number): Number(exactly: number)
      case .number(let number): Number(exactly: number)
      case .string(let text): Number(text)
      default: nil
      }
    guard let number else { throw fault(path, "must be a whole number from \(Number.min) to \(Number.max)") }
    return number
  }

  private static func number(_ value: JSONValue, _ path: String) throws(JSONReadingError) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: throw fault(path, "must be a number")
    }
  }

  private static func choice(
    _ value: JSONValue, _ field: ProtobufCFieldDescriptor, _ path: String
  ) throws(JSONReadingError) -> Int32 {
    guard case .string(let name) = value else { return try integer(value, Int32.self, path) }
    guard let descriptor = field.descriptor?.assumingMemoryBound(to: ProtobufCEnumDescriptor.self) else {
      throw fault(path, "cannot be read")
    }
    for index in 0..<Int(descriptor.pointee.n_values) {
      let known = descriptor.pointee.values[index]
      if String(cString: known.name) == name { return known.value }
    }
    throw fault(path, "“\(name)” is none of its values")
  }

  private static func fault(_ path: String, _ reason: String) -> JSONReadingError {
    JSONReadingError(path: path, reason: reason)
  }
}
