/// Rows under headings on a terminal; tab-separated lines without headings in a pipe, whole and easy to `cut`.
struct Table {
  struct Column {
    let title: String
    var right = false
    /// Gives up its space first where the terminal is narrow.
    var flexible = false
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: String...) {
    precondition(cells.count == columns.count)
    rows.append(cells.map(\.printable))
  }

  func rendered(style: ConsoleStyle) -> String {
    style.isTerminal ? forPeople(style) : rows.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  private func forPeople(_ style: ConsoleStyle) -> String {
    var widths = columns.indices.map { index in
      max(columns[index].title.columns, rows.map { $0[index].columns }.max() ?? 0)
    }
    var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - (style.width - 1)
    for index in columns.indices where columns[index].flexible && excess > 0 {
      let less = min(excess, max(0, widths[index] - 8))
      widths[index] -= less
      excess -= less
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { index in
        cells[index].fitted(to: widths[index], unicode: style.unicode).padded(
          to: widths[index], right: columns[index].right)
      }
      var text = padded.joined(separator: "  ")
      while text.hasSuffix(" ") { text.removeLast() }
      return text + "\n"
    }
    let heading = line(columns.map(\.title))
    return (style.colour ? "\u{1B}[1m\(heading.dropLast())\u{1B}[0m\n" : heading) + rows.map(line).joined()
  }
}

/// One thing, a line for each of its fields; empty fields are left out.
struct Details {
  private var fields: [(name: String, value: String)] = []

  mutating func add(_ name: String, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    fields.append((name, value.printable))
  }

  func rendered(style: ConsoleStyle) -> String {
    guard style.isTerminal else { return fields.map { "\($0.name)\t\($0.value)\n" }.joined() }
    let width = fields.map(\.name.columns).max() ?? 0
    return fields.map { "\($0.name.padded(to: width))  \($0.value)\n" }.joined()
  }
}
