import Foundation

/// A JSON value whose members keep their order.
indirect enum JSON: Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  static func == (a: JSON, b: JSON) -> Bool { a.text(pretty: false) == b.text(pretty: false) }

  /// Pretty for people, on one line for a stream of them.
  func text(pretty: Bool) -> String {
    var result = ""
    write(into: &result, indent: pretty ? 0 : nil)
    return result
  }

  private func write(into text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    // JSON has no infinities and no NaN.
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.quote(value, into: &text)
    case .array(let values):
      Self.list(values, brackets: ("[", "]"), into: &text, indent: indent) { $0.write(into: &$1, indent: $2) }
    case .object(let members):
      Self.list(members, brackets: ("{", "}"), into: &text, indent: indent) { member, text, indent in
        Self.quote(member.key, into: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(into: &text, indent: indent)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], brackets: (String, String), into text: inout String, indent: Int?,
    write: (Element, inout String, Int?) -> Void
  ) {
    text += brackets.0
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
      write(element, &text, indent.map { $0 + 1 })
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
    text += brackets.1
  }

  /// Scalars that a terminal would act on, or that would make text read as something else, are written as escapes:
  /// they mean the same to a program.
  private static func quote(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      default:
        if scalar.isPrintable {
          text.unicodeScalars.append(scalar)
        } else {
          for unit in String(scalar).utf16 { text += String(format: "\\u%04x", unit) }
        }
      }
    }
    text += "\""
  }
}
