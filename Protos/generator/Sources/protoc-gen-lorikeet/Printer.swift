/// Source text with indentation.
struct Printer {
  private(set) var text = ""
  private var depth = 0

  /// Appends lines, each at the current depth.
  mutating func line(_ lines: String...) {
    for line in lines {
      text += line.isEmpty ? "\n" : String(repeating: "  ", count: depth) + line + "\n"
    }
  }

  /// Appends `opening {`, what `body` prints one level deeper, and `}`.
  mutating func block(_ opening: String, close: String = "}", _ body: (inout Printer) -> Void) {
    line(opening)
    indented(body)
    line(close)
  }

  /// Appends what `body` prints one level deeper.
  mutating func indented(_ body: (inout Printer) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  /// Appends a proto comment as a doc comment; `fallback` when the proto has none.
  mutating func comment(_ comment: String, fallback: String? = nil) {
    let text = comment.isEmpty ? fallback ?? "" : comment
    guard !text.isEmpty else { return }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      self.line(line.isEmpty ? "///" : "/// \(line)")
    }
  }
}
