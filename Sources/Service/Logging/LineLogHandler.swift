import Foundation
import Logging
import Synchronization

/// Writes one line a record to standard error: a JSON object, or text for people.
package struct LineLogHandler: LogHandler {
  package enum Format: String, Sendable, CaseIterable {
    case json, text
  }

  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level
  private let label: String
  private let format: Format
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes one line with its line break; standard error, if left out.
  package init(
    label: String, format: Format, level: Logger.Level,
    write: @escaping @Sendable (String) -> Void = LineLogHandler.writeToStandardError
  ) {
    self.label = label
    self.format = format
    self.logLevel = level
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    switch format {
    case .json: write(Self.json(time, event.level, label, "\(event.message)", all))
    case .text:
      let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      write("\(time) \(event.level.rawValue.uppercased()) \(event.message)\(fields)\n")
    }
  }

  static func json(
    _ time: String, _ level: Logger.Level, _ label: String, _ message: String, _ metadata: Logger.Metadata
  ) -> String {
    var line = "{\"time\":\(quoted(time)),\"level\":\(quoted(level.rawValue)),\"label\":\(quoted(label))"
    line += ",\"message\":\(quoted(message))"
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line += ",\(quoted(key)):\(quoted("\(value)"))" }
    return line + "}\n"
  }

  /// RFC 8259, section 7: quotes, backslashes and control characters are escaped.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case let scalar where scalar.value < 0x20:
        result += "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// One call of write(2) a line, so that lines of several threads do not mix.
  package static let writeToStandardError: @Sendable (String) -> Void = { line in
    let bytes = Array(line.utf8)
    _ = Foundation.write(2, bytes, bytes.count)
  }
}
