import SwiftProtobuf
import SwiftProtobufPluginLibrary

extension ProvidesSourceCodeLocation {
  /// The comment before the declaration, or the one behind it, without the leading blanks of its lines.
  var comment: String {
    guard let location = sourceCodeInfoLocation else { return "" }
    let raw = location.hasLeadingComments ? location.leadingComments : location.trailingComments
    var lines = raw.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line
      while line.last == " " || line.last == "\r" { line.removeLast() }
      return line
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    // protoc keeps the blank after `//`; deeper indentation (code, drawings) stays.
    let shared = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return lines.map { String($0.dropFirst(shared)) }.joined(separator: "\n")
  }
}
