import SwiftProtobufPluginLibrary

/// The names of things in Swift.
enum SwiftNames {
  /// The type of a message or an enum, with the types it is nested in.
  static func type(_ message: Descriptor) -> String {
    if let outer = message.containingType { return type(outer) + "." + nested(message.name, "Message") }
    return prefix(message.file) + message.name
  }

  static func type(_ enumeration: EnumDescriptor) -> String {
    if let outer = enumeration.containingType { return type(outer) + "." + nested(enumeration.name, "Enum") }
    return prefix(enumeration.file) + enumeration.name
  }

  /// The last component of a type's name: how it is declared.
  static func declared(_ typeName: String) -> String {
    typeName.split(separator: ".").last.map(String.init) ?? typeName
  }

  /// What a service's protocol and client begin with. A prefix that the name has already is not repeated.
  static func service(_ service: ServiceDescriptor) -> String {
    let prefix = prefix(service.file)
    return service.name.hasPrefix(prefix) ? service.name : prefix + service.name
  }

  /// The enum of a oneof's cases.
  static func oneofType(_ oneof: OneofDescriptor) -> String {
    let name = upperCamel(oneof.name)
    let message: Descriptor = oneof.containingType
    let taken = message.messages.map(\.name) + message.enums.map(\.name)
    return taken.contains(name) || name == "Type" ? name + "OneOf" : name
  }

  static func property(_ protoName: String) -> String { escaped(lowerCamel(protoName)) }

  static func method(_ protoName: String) -> String {
    escaped(protoName.prefix(1).lowercased() + protoName.dropFirst())
  }

  /// `swift_prefix` of the file, or its package in CamelCase.
  static func prefix(_ file: FileDescriptor) -> String {
    if file.options.hasSwiftPrefix { return file.options.swiftPrefix }
    return file.package.split(separator: ".").map { part in
      part == "rpc" ? "RPC" : upperCamel(String(part))
    }.joined()
  }

  /// The cases of an enum: the values' names without the enum's own name, unless that leaves no identifier.
  static func enumCases(_ enumeration: EnumDescriptor) -> [String] {
    let prefix = upperSnake(enumeration.name) + "_"
    let strips = enumeration.values.allSatisfy { value in
      value.name.hasPrefix(prefix) && value.name.dropFirst(prefix.count).first?.isLetter == true
    }
    return enumeration.values.map { value in
      let name = lowerCamel((strips ? String(value.name.dropFirst(prefix.count)) : value.name).lowercased())
      return name == "unrecognized" ? "unrecognized_" : escaped(name)
    }
  }

  static func upperCamel(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  static func lowerCamel(_ name: String) -> String {
    let upper = upperCamel(name)
    return upper.prefix(1).lowercased() + upper.dropFirst()
  }

  private static func upperSnake(_ name: String) -> String {
    var result = ""
    var previous: Character?
    let characters = Array(name)
    for (index, character) in characters.enumerated() {
      let nextIsLower = index + 1 < characters.count && characters[index + 1].isLowercase
      // A word begins at a capital behind a small letter or digit, and at the last capital of a run: `HTTPCode`.
      if character.isUppercase, let before = previous, !before.isUppercase || nextIsLower, before != "_" {
        result += "_"
      }
      result += character.uppercased()
      previous = character
    }
    return result
  }

  private static func nested(_ name: String, _ suffix: String) -> String {
    ["Type", "Protocol", "Self"].contains(name) ? name + suffix : name
  }

  private static func escaped(_ name: String) -> String {
    if ["self", "Self", "Type", "init", "unknownFields"].contains(name) { return name + "_" }
    return keywords.contains(name) ? "`\(name)`" : name
  }

  private static let keywords: Set<String> = [
    "Any", "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
    "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in",
    "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat",
    "rethrows", "return", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
    "typealias", "var", "where", "while",
  ]
}
