import Logging
import ModelFiles

/// Passes a backend's output on as the service's own log, with the level where the line names one.
struct BackendOutput: Sendable {
  let logger: Logger

  func log(_ line: String) {
    if line.isEmpty { return }
    let (level, message) = Self.parse(line)
    logger.log(level: level, "\(message)")
  }

  /// JSON lines carry `level` and `message`, swift-log's plain lines `<time> <level> <label>: <message>`; anything else
  /// is information as it stands.
  static func parse(_ line: String) -> (Logger.Level, String) {
    guard line.hasPrefix("{") else {
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, words[2].hasSuffix(":"), let level = Logger.Level(rawValue: String(words[1])) else {
        return (.info, line)
      }
      return (level, String(words[3]))
    }
    var fields: [String: String] = [:]
    var reader = JSONReader(Array(line.utf8))
    do {
      try reader.readObject { reader, key in fields[key] = try reader.readStringOrSkip() }
      try reader.expectEnd()
    } catch {
      return (.info, line)
    }
    guard let message = fields.removeValue(forKey: "message") else { return (.info, line) }
    let level = fields.removeValue(forKey: "level").flatMap { Logger.Level(rawValue: $0.lowercased()) } ?? .info
    for name in ["time", "timestamp", "label", "backend"] { fields[name] = nil }
    let rest = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    return (level, message + rest)
  }
}
