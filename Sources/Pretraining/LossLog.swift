import Foundation

/// Appends rows of numbers to a CSV file and shows them.
final class LossLog {
  private let file: FileHandle
  private let columns: [String]

  init(path: String, columns: [String]) throws {
    let manager = FileManager.default
    let isNew = !manager.fileExists(atPath: path)
    if isNew, !manager.createFile(atPath: path, contents: nil) { throw CocoaError(.fileWriteUnknown) }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    self.columns = columns
    if isNew { try file.write(contentsOf: Data((columns.joined(separator: ",") + "\n").utf8)) }
  }

  deinit { try? file.close() }

  func append(_ values: [Double]) throws {
    let texts = values.map { value in
      value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(format: "%.6g", value)
    }
    try file.write(contentsOf: Data((texts.joined(separator: ",") + "\n").utf8))
    try Console.say(zip(columns, texts).map { "\($0) \($1)" }.joined(separator: "  "))
  }
}

/// Standard output without a buffer: nobody should wait for a full one to see how a training goes.
enum Console {
  static func say(_ line: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  }
}
