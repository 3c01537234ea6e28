import SwiftProtobufPluginLibrary

/// A Swift enum that keeps numbers it does not know.
struct EnumCode {
  private let enumeration: EnumDescriptor
  private let cases: [String]

  init(_ enumeration: EnumDescriptor) {
    self.enumeration = enumeration
    cases = SwiftNames.enumCases(enumeration)
  }

  /// The case of number 0, which an unset field has.
  var zeroCase: String { cases[0] }

  func print(to printer: inout Printer) {
    // With `allow_alias` several names share a number: the first is the case.
    let values = zip(enumeration.values, cases).map { (value: $0, name: $1) }
    var numbers: Set<Int32> = []
    var distinct: [(value: EnumValueDescriptor, name: String)] = []
    var aliases: [(value: EnumValueDescriptor, name: String)] = []
    for entry in values {
      if numbers.insert(entry.value.number).inserted { distinct.append(entry) } else { aliases.append(entry) }
    }
    let name = SwiftNames.declared(SwiftNames.type(enumeration))
    printer.line("")
    printer.comment(enumeration.comment, fallback: "`\(enumeration.fullName)`.")
    printer.block("public enum \(name): RawRepresentable, CaseIterable, Hashable, Sendable {") { printer in
      for entry in distinct {
        printer.comment(entry.value.comment)
        printer.line("case \(entry.name)")
      }
      printer.line("/// A number that this version of the schema has no name for.", "case unrecognized(Int32)", "")
      for entry in aliases {
        printer.comment(entry.value.comment)
        if let first = distinct.first(where: { $0.value.number == entry.value.number }) {
          printer.line("public static var \(entry.name): \(name) { .\(first.name) }", "")
        }
      }
      printer.line("public init() { self = .\(distinct[0].name) }", "")
      printer.block("public init(rawValue: Int32) {") { printer in
        printer.line("switch rawValue {")
        for entry in distinct { printer.line("case \(entry.value.number): self = .\(entry.name)") }
        printer.line("default: self = .unrecognized(rawValue)", "}")
      }
      printer.line("")
      printer.block("public var rawValue: Int32 {") { printer in
        printer.line("switch self {")
        for entry in distinct { printer.line("case .\(entry.name): \(entry.value.number)") }
        printer.line("case .unrecognized(let number): number", "}")
      }
      printer.line("")
      printer.line("/// The name in the schema; nil for an unrecognized number.")
      printer.block("public var protoName: String? {") { printer in
        printer.line("switch self {")
        for entry in distinct { printer.line("case .\(entry.name): \"\(entry.value.name)\"") }
        printer.line("case .unrecognized: nil", "}")
      }
      printer.line("")
      printer.line("public static let allCases: [\(name)] = [")
      printer.line("  " + distinct.map { ".\($0.name)" }.joined(separator: ", ") + ",", "]")
    }
  }
}
