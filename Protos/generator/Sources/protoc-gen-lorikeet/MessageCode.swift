import SwiftProtobufPluginLibrary

/// A Swift struct for a message, and its way in and out of protobuf-c's structure.
struct MessageCode {
  private let message: Descriptor
  private let fields: [FieldCode]
  private let typeName: String
  private let cType: String

  init(_ message: Descriptor) {
    self.message = message
    fields = message.fields.map(FieldCode.init)
    typeName = SwiftNames.declared(SwiftNames.type(message))
    cType = CNames.type(message.fullName)
  }

  /// The fields outside oneofs.
  private var ownFields: [FieldCode] { fields.filter { $0.descriptor.realContainingOneof == nil } }

  func print(to printer: inout Printer) {
    printer.line("")
    printer.comment(message.comment, fallback: "`\(message.fullName)`.")
    printer.block("public struct \(typeName): Message {") { printer in
      printer.line("public static let protoFullName = \"\(message.fullName)\"", "")
      printProperties(to: &printer)
      printer.line("/// Fields that this version of the schema does not know.")
      printer.line("public var unknownFields = UnknownFields()", "", "public init() {}")
      for oneof in message.realOneofs { printOneof(oneof, to: &printer) }
      for enumeration in message.enums { EnumCode(enumeration).print(to: &printer) }
      for nested in message.messages where !nested.options.mapEntry { MessageCode(nested).print(to: &printer) }
      printLayout(to: &printer)
      printUnpack(to: &printer)
      printPack(to: &printer)
      FlatCode(message)?.print(to: &printer)
    }
  }

  private func printProperties(to printer: inout Printer) {
    // A oneof stands where its first field stands in the schema.
    var printed: Set<String> = []
    for field in fields {
      if let oneof = field.descriptor.realContainingOneof {
        guard printed.insert(oneof.name).inserted else { continue }
        printer.comment(oneof.comment)
        printer.line("public var \(SwiftNames.property(oneof.name)): \(SwiftNames.oneofType(oneof))? = nil", "")
      } else {
        printer.comment(field.descriptor.comment)
        let wrapper = field.isRecursive ? "@Indirect " : ""
        printer.line("\(wrapper)public var \(field.property): \(field.propertyType) = \(field.defaultValue)", "")
      }
    }
  }

  private func printOneof(_ oneof: OneofDescriptor, to printer: inout Printer) {
    printer.line("")
    printer.comment(oneof.comment, fallback: "`\(oneof.fullName)`.")
    printer.block("public enum \(SwiftNames.oneofType(oneof)): Sendable, Equatable {") { printer in
      for field in oneof.fields.map(FieldCode.init) {
        printer.comment(field.descriptor.comment)
        printer.line("\(field.isRecursive ? "indirect " : "")case \(field.property)(\(field.elementType))")
      }
    }
  }

  private func printLayout(to printer: inout Printer) {
    printer.line("")
    printer.line("public static let layout = MessageLayout(byteCount: MemoryLayout<\(cType)>.size) { structure in")
    printer.line("  \(CNames.functions(message.fullName))__init(structure.assumingMemoryBound(to: \(cType).self))", "}")
  }

  private func printUnpack(to printer: inout Printer) {
    printer.line("")
    printer.block("public init(unpacked: UnsafeRawPointer, source: WireSource) {") { printer in
      if !fields.isEmpty { printer.line("let c = unpacked.assumingMemoryBound(to: \(cType).self)") }
      for field in ownFields { field.printUnpack(to: &printer) }
      for oneof in message.realOneofs {
        printer.line("switch c.pointee.\(CNames.oneofCase(oneof.name)).rawValue {")
        for field in oneof.fields.map(FieldCode.init) { field.printUnpackCase(of: oneof, to: &printer) }
        printer.line("default: break", "}")
      }
      printer.line("self.unknownFields = UnknownFields(unpacked: unpacked)")
    }
  }

  private func printPack(to printer: inout Printer) {
    printer.line("")
    printer.block("public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {") { printer in
      printer.line("let c = packer.allocate(\(cType).self)")
      printer.line("\(CNames.functions(message.fullName))__init(c)", "let frame = packer.open()")
      for field in ownFields { field.printPack(to: &printer) }
      for oneof in message.realOneofs {
        printer.line("switch self.\(SwiftNames.property(oneof.name)) {")
        for field in oneof.fields.map(FieldCode.init) { field.printPackCase(of: oneof, to: &printer) }
        printer.line("case nil: break", "}")
      }
      printer.line("packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)")
      printer.line("return UnsafeMutableRawPointer(c)")
    }
  }
}
