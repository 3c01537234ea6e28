import SwiftProtobufPluginLibrary

/// The names that protoc-gen-c gives to things.
enum CNames {
  /// The structure of a message or the type of an enum: `lorikeet.v1.Asset` → `Lorikeet__V1__Asset`.
  static func type(_ fullName: String) -> String {
    fullName.split(separator: ".").map { camel(String($0)) }.joined(separator: "__")
  }

  /// What a message's functions begin with: `lorikeet.v1.GetAssetRequest` → `lorikeet__v1__get_asset_request`.
  static func functions(_ fullName: String) -> String {
    fullName.split(separator: ".").map { snake(String($0)) }.joined(separator: "__")
  }

  /// A member of a structure, as Swift writes it.
  static func member(_ name: String) -> String {
    let lower = name.lowercased()
    if lower == "self" || lower == "init" { return "`\(lower)`" }
    return cppKeywords.contains(lower) ? lower + "_" : lower
  }

  /// The member that counts a repeated field.
  static func count(_ name: String) -> String {
    let lower = name.lowercased()
    return "n_" + (cppKeywords.contains(lower) ? lower + "_" : lower)
  }

  /// The member that tells which field of a oneof is set.
  static func oneofCase(_ name: String) -> String { name.lowercased() + "_case" }

  private static func camel(_ name: String) -> String {
    var result = ""
    var upperNext = true
    for character in name {
      if character == "_" {
        upperNext = true
      } else {
        result += upperNext ? character.uppercased() : String(character)
        upperNext = false
      }
    }
    return result
  }

  private static func snake(_ name: String) -> String {
    var result = ""
    var wasUpper = true
    for character in name {
      if character.isUppercase {
        if !wasUpper { result += "_" }
        result += character.lowercased()
      } else {
        result.append(character)
      }
      wasUpper = character.isUppercase
    }
    return result
  }

  private static let cppKeywords: Set<String> = [
    "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "class", "compl",
    "const", "const_cast", "continue", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit",
    "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new",
    "not", "not_eq", "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
    "return", "short", "signed", "sizeof", "static", "static_cast", "struct", "switch", "template", "this", "throw",
    "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile",
    "wchar_t", "while", "xor", "xor_eq",
  ]
}
