import SwiftProtobufPluginLibrary

/// The way of a flat message from and to the wire that does without protobuf-c; see `FlatReader` in Sources/Protobuf.
///
/// A message whose only fields with messages in them are members of oneofs has it too: it is flat as long as another
/// member is set, as in a stream of one header and many chunks.
struct FlatCode {
  private let fields: [FieldDescriptor]

  /// Nil when there is no such way.
  init?(_ message: Descriptor) {
    for field in message.fields where field.realContainingOneof == nil {
      if field.isRepeated || field.type == .message { return nil }
    }
    guard message.fields.isEmpty || message.fields.contains(where: { $0.type != .message }) else { return nil }
    fields = message.fields.sorted { $0.number < $1.number }
  }

  func print(to printer: inout Printer) {
    printRead(to: &printer)
    printWrite("public func measureFlat(_ size: inout FlatSizer) {", output: "size", to: &printer)
    printWrite("public func writeFlat(_ wire: inout FlatWriter) {", output: "wire", to: &printer)
  }

  private func printRead(to printer: inout Printer) {
    printer.line("")
    printer.block("public mutating func readFlat(_ wire: inout FlatReader) {") { printer in
      let read = fields.filter { $0.type != .message }
      guard !read.isEmpty else { return printer.line("if !wire.isAtEnd { wire.giveUp() }") }
      printer.block("while !wire.isAtEnd {") { printer in
        printer.line("switch wire.tag() {")
        for field in read {
          let name = SwiftNames.property(field.name)
          let value =
            field.type == .enum
            ? "\(SwiftNames.type(field.enumType))(rawValue: wire.int32())" : "wire.\(method(field))()"
          if let oneof = field.realContainingOneof {
            printer.line("case \(tag(field)): self.\(SwiftNames.property(oneof.name)) = .\(name)(\(value))")
          } else {
            printer.line("case \(tag(field)): self.\(name) = \(value)")
          }
        }
        printer.line("default: wire.giveUp()", "}")
      }
    }
  }

  private func printWrite(_ opening: String, output: String, to printer: inout Printer) {
    printer.line("")
    printer.block(opening) { printer in
      var printed: Set<String> = []
      for field in fields {
        let property = "self.\(SwiftNames.property(field.name))"
        if let oneof = field.realContainingOneof {
          if printed.insert(oneof.name).inserted { printOneof(oneof, output: output, to: &printer) }
        } else if field.hasPresence {
          printer.line("if let value = \(property) { \(statement(field, "value", output: output)) }")
        } else {
          printer.line("if \(isSet(field, property)) { \(statement(field, property, output: output)) }")
        }
      }
      printer.line("\(output).unknown(self.unknownFields)")
    }
  }

  private func printOneof(_ oneof: OneofDescriptor, output: String, to printer: inout Printer) {
    printer.line("switch self.\(SwiftNames.property(oneof.name)) {")
    for field in oneof.fields where field.type != .message {
      printer.line(
        "case .\(SwiftNames.property(field.name))(let value): \(statement(field, "value", output: output))")
    }
    if oneof.fields.contains(where: { $0.type == .message }) {
      // Only measuring comes here: nothing is written after it has given up.
      printer.line("case .some: \(output == "size" ? "size.giveUp()" : "break")")
    }
    printer.line("case nil: break", "}")
  }

  /// The statement that puts out a value.
  private func statement(_ field: FieldDescriptor, _ value: String, output: String) -> String {
    "\(output).\(method(field))(\(field.type == .enum ? value + ".rawValue" : value), tag: \(tag(field)))"
  }

  /// Whether a field without presence has a value to be sent. Negative zero is one.
  private func isSet(_ field: FieldDescriptor, _ value: String) -> String {
    switch field.type {
    case .string, .bytes: "!\(value).isEmpty"
    case .bool: value
    case .double, .float: "\(value).bitPattern != 0"
    case .enum: "\(value).rawValue != 0"
    default: "\(value) != 0"
    }
  }

  private func tag(_ field: FieldDescriptor) -> UInt32 {
    let wireType: UInt32 =
      switch field.type {
      case .string, .bytes, .message, .group: 2
      case .double, .fixed64, .sfixed64: 1
      case .float, .fixed32, .sfixed32: 5
      default: 0
      }
    return UInt32(field.number) << 3 | wireType
  }

  /// What the runtime's methods for the field's type are called.
  private func method(_ field: FieldDescriptor) -> String {
    switch field.type {
    case .double: "double"
    case .float: "float"
    case .int32, .enum: "int32"
    case .int64: "int64"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .sint32: "sint32"
    case .sint64: "sint64"
    case .fixed32: "fixed32"
    case .fixed64: "fixed64"
    case .sfixed32: "sfixed32"
    case .sfixed64: "sfixed64"
    case .bool: "bool"
    case .string: "string"
    case .bytes, .message, .group: "bytes"
    }
  }
}
