/// One generated file.
struct OutputFile {
  let name: String
  let content: String
}

/// Why nothing is generated.
struct GeneratorError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What `--lorikeet_opt` says.
struct Options {
  enum Language: String { case c, swift }

  let language: Language
  let module: String
  let cModule: String
  let imports: [String]

  init(parameter: String) throws {
    var values: [String: [String]] = [:]
    for item in parameter.split(separator: ",") {
      guard let equals = item.firstIndex(of: "=") else { throw GeneratorError("option \(item) has no value") }
      values[String(item[..<equals]), default: []].append(String(item[item.index(after: equals)...]))
    }
    if let unknown = values.keys.filter({ !["lang", "module", "c_module", "import"].contains($0) }).min() {
      throw GeneratorError("unknown option \(unknown)")
    }
    guard let language = values["lang"]?.last.flatMap(Language.init(rawValue:)) else {
      throw GeneratorError("give lang=c or lang=swift")
    }
    guard let cModule = values["c_module"]?.last else { throw GeneratorError("give c_module=…") }
    guard let module = values["module"]?.last ?? (language == .c ? "" : nil) else {
      throw GeneratorError("give module=…")
    }
    self.language = language
    self.module = module
    self.cModule = cModule
    imports = values["import"] ?? []
  }
}
