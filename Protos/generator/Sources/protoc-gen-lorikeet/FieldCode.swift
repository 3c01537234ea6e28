import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// One field: its Swift property, and the statements that move it between Swift and protobuf-c's structure.
///
/// In those statements `c` points to the structure. `self.` before every property keeps a field named like a local
/// variable apart from it.
struct FieldCode {
  let descriptor: FieldDescriptor

  init(_ descriptor: FieldDescriptor) { self.descriptor = descriptor }

  var property: String { SwiftNames.property(descriptor.name) }
  private var member: String { CNames.member(descriptor.name) }
  private var number: Int32 { descriptor.number }
  /// Whether the field is marked `optional`. On a message that says nothing new, but gives it a oneof all the same.
  private var isMarkedOptional: Bool { descriptor.oneofIndex != nil && descriptor.realContainingOneof == nil }
  /// The member that tells whether the field is set: protobuf-c sees a oneof of one member (see CCode).
  private var presence: String { CNames.oneofCase("_" + descriptor.name) }

  /// Whether the message could contain itself through this field without an array or a dictionary in between.
  var isRecursive: Bool {
    guard let start = descriptor.messageType, descriptor.type == .message, !descriptor.isRepeated else { return false }
    var seen: Set<String> = []
    var pending: [Descriptor] = [start]
    while let message = pending.popLast() {
      if message.fullName == descriptor.containingType.fullName { return true }
      guard seen.insert(message.fullName).inserted else { continue }
      pending += message.fields.filter { $0.type == .message && !$0.isRepeated }.compactMap(\.messageType)
    }
    return false
  }

  // MARK: Types

  /// The type of one value.
  var elementType: String {
    switch descriptor.type {
    case .double: "Double"
    case .float: "Float"
    case .int64, .sint64, .sfixed64: "Int64"
    case .uint64, .fixed64: "UInt64"
    case .int32, .sint32, .sfixed32: "Int32"
    case .uint32, .fixed32: "UInt32"
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "[UInt8]"
    case .enum: SwiftNames.type(descriptor.enumType)
    case .message, .group: SwiftNames.type(descriptor.messageType)
    }
  }

  var propertyType: String {
    if let (key, value) = mapEntry { return "[\(key.elementType): \(value.elementType)]" }
    if descriptor.isRepeated { return "[\(elementType)]" }
    return descriptor.hasPresence ? elementType + "?" : elementType
  }

  var defaultValue: String {
    if mapEntry != nil { return "[:]" }
    if descriptor.isRepeated { return "[]" }
    if descriptor.hasPresence { return "nil" }
    return switch descriptor.type {
    case .bool: "false"
    case .string: "\"\""
    case .bytes: "[]"
    case .enum: ".\(EnumCode(descriptor.enumType).zeroCase)"
    default: "0"
    }
  }

  private var mapEntry: (key: FieldCode, value: FieldCode)? {
    guard descriptor.isMap, let entry = descriptor.messageType.mapKeyAndValue else { return nil }
    return (FieldCode(entry.key), FieldCode(entry.value))
  }

  private var cType: String { CNames.type(descriptor.messageType.fullName) }
  private var cEnum: String { CNames.type(descriptor.enumType.fullName) }
  /// Whether Swift and C hold the value as the same type.
  private var isPlain: Bool {
    switch descriptor.type {
    case .bool, .string, .bytes, .enum, .message, .group: false
    default: true
    }
  }

  // MARK: From C to Swift

  /// An expression for the Swift value of the C expression `value`; messages need one that is not null.
  private func unpacked(_ value: String, source: String = "source.nested") -> String {
    switch descriptor.type {
    case .bool: "\(value) != 0"
    case .string: "\(source).string(\(value).len, \(value).data, \"\(descriptor.fullName)\")"
    case .bytes: "\(source).bytes(\(value).len, \(value).data)"
    case .enum: "\(elementType)(rawValue: Int32(truncatingIfNeeded: \(value).rawValue))"
    case .message, .group: "\(elementType)(unpacked: \(value), source: source.nested)"
    default: value
    }
  }

  /// The same for a singular field, whose value may still be in the input.
  private var unpackedSingular: String { unpacked("c.pointee.\(member)", source: "source") }

  func printUnpack(to printer: inout Printer) {
    let array = "c.pointee.\(CNames.count(descriptor.name)), c.pointee.\(member)"
    if let (key, value) = mapEntry {
      printer.block("self.\(property) = Unpack.dictionary(\(array)) { entry in") { printer in
        if value.descriptor.type == .message {
          printer.line(
            "(\(key.unpacked("entry.pointee.key")),",
            " entry.pointee.value.map { \(value.unpacked("$0")) } ?? \(value.elementType)())")
        } else {
          printer.line("(\(key.unpacked("entry.pointee.key")), \(value.unpacked("entry.pointee.value")))")
        }
      }
    } else if descriptor.isRepeated {
      switch descriptor.type {
      case .message, .group:
        printer.line("self.\(property) = Unpack.messages(\(array)) { \(unpacked("$0")) }")
      case _ where isPlain: printer.line("self.\(property) = Unpack.array(\(array))")
      default: printer.line("self.\(property) = Unpack.array(\(array)) { \(unpacked("$0")) }")
      }
    } else if descriptor.type == .message {
      printer.block("if let value = c.pointee.\(member) {") { printer in
        printer.line("self.\(property) = \(unpacked("value"))")
      }
    } else if isMarkedOptional {
      printer.block("if c.pointee.\(presence).rawValue == \(number) {") { printer in
        printer.line("self.\(property) = \(unpackedSingular)")
      }
    } else {
      printer.line("self.\(property) = \(unpackedSingular)")
    }
  }

  func printUnpackCase(of oneof: OneofDescriptor, to printer: inout Printer) {
    let target = "self.\(SwiftNames.property(oneof.name))"
    printer.line("case \(number):")
    if descriptor.type == .message {
      printer.line("  if let value = c.pointee.\(member) { \(target) = .\(property)(\(unpacked("value"))) }")
    } else {
      printer.line("  \(target) = .\(property)(\(unpackedSingular))")
    }
  }

  // MARK: From Swift to C

  /// An expression for the C value of the Swift expression `value`, for what needs no second thought.
  private func packed(_ value: String) -> String {
    switch descriptor.type {
    case .bool: "\(value) ? 1 : 0"
    case .string: "ProtobufCBinaryData(packer.text(\(value)))"
    case .enum: "\(cEnum)(rawValue: .init(truncatingIfNeeded: \(value).rawValue))"
    case .message, .group: "\(value).pack(into: &packer).assumingMemoryBound(to: \(cType).self)"
    default: value
    }
  }

  /// Statements that put the singular value `value` in the structure at `pointer` if `condition` holds, and then run
  /// `then`.
  private func printStore(
    _ value: String, if condition: String? = nil, pointer: String = "c", member: String, then: String? = nil,
    to printer: inout Printer
  ) {
    let target = "\(pointer).pointee.\(member)"
    var conditions = [condition].compactMap(\.self)
    var statement = "\(target) = \(packed(value))"
    if descriptor.type == .bytes {
      conditions.append("let start = packer.bytes(\(value), field: \(number))")
      statement = "\(target) = ProtobufCBinaryData(start)"
    }
    let statements = [statement, then].compactMap(\.self)
    if conditions.isEmpty {
      for statement in statements { printer.line(statement) }
    } else {
      printer.block("if \(conditions.joined(separator: ", ")) {") { printer in
        for statement in statements { printer.line(statement) }
      }
    }
  }

  func printPack(to printer: inout Printer) {
    let value = "self.\(property)"
    if descriptor.isRepeated {
      printer.block("if !\(value).isEmpty {") { printer in
        mapEntry == nil ? printPackRepeated(to: &printer) : printPackMap(to: &printer)
      }
    } else if descriptor.type == .message || isMarkedOptional {
      let then = isMarkedOptional ? "c.pointee.\(presence) = .init(rawValue: \(number))" : nil
      printStore("value", if: "let value = \(value)", member: member, then: then, to: &printer)
    } else if descriptor.type == .string || descriptor.type == .bytes {
      printStore(value, if: "!\(value).isEmpty", member: member, to: &printer)
    } else {
      printStore(value, member: member, to: &printer)
      if descriptor.type == .double || descriptor.type == .float {
        printer.line("packer.keepNegativeZero(\(value), field: \(number))")
      }
    }
  }

  func printPackCase(of oneof: OneofDescriptor, to printer: inout Printer) {
    printer.line("case .\(property)(let value):")
    printer.indented { printer in
      printStore(
        "value", member: member, then: "c.pointee.\(CNames.oneofCase(oneof.name)) = .init(rawValue: \(number))",
        to: &printer)
    }
  }

  private func printPackRepeated(to printer: inout Printer) {
    let (value, array) = ("self.\(property)", "c.pointee.\(member)")
    let count = "c.pointee.\(CNames.count(descriptor.name)) = \(value).count"
    switch descriptor.type {
    case .string, .bytes:
      let copy = descriptor.type == .string ? "text" : "copy"
      printer.block("\(array) = packer.array(\(value)) { value, packer in") { printer in
        printer.line("ProtobufCBinaryData(packer.\(copy)(value))")
      }
    case .message, .group:
      printer.line("\(array) = packer.array(\(value)) { value, packer -> UnsafeMutablePointer<\(cType)>? in")
      printer.line("  \(packed("value"))", "}")
    case .bool, .enum:
      let type = descriptor.type == .bool ? "protobuf_c_boolean" : cEnum
      printer.line("\(array) = packer.array(\(value)) { value, _ -> \(type) in \(packed("value")) }")
    default: printer.line("\(array) = packer.array(\(value))")
    }
    printer.line(count)
  }

  /// Entries go out by key, so that equal messages have equal bytes.
  private func printPackMap(to printer: inout Printer) {
    guard let (key, value) = mapEntry else { return }
    let order = key.descriptor.type == .bool ? "!$0.key && $1.key" : "$0.key < $1.key"
    printer.line("let entries = self.\(property).sorted { \(order) }")
    printer.block("c.pointee.\(member) = packer.array(entries) { entry, packer -> UnsafeMutablePointer<\(cType)>? in") {
      printer in
      printer.line("let c = packer.allocate(\(cType).self)")
      printer.line("\(CNames.functions(descriptor.messageType.fullName))__init(c)", "let frame = packer.open()")
      key.printStore("entry.key", member: "key", to: &printer)
      value.printStore("entry.value", member: "value", to: &printer)
      if value.descriptor.type == .double || value.descriptor.type == .float {
        printer.line("packer.keepNegativeZero(entry.value, field: 2)")
      }
      printer.line("packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())", "return c")
    }
    printer.line("c.pointee.\(CNames.count(descriptor.name)) = self.\(property).count")
  }
}
