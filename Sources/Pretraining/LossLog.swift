import Foundation

/// Appends rows of numbers to a CSV file and shows them.
final class LossLog {
  private let file: FileHandle
  private let columns: [String]

  init(path: String, columns: [String]) throws {
    let manager = FileManager.default
    let isNew = !manager.fileExists(atPath: path)
    if isNew { manager.createFile(atPath: path, contents: nil) }
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
    // Straight to the descriptor: nobody should wait for a full buffer to see how a training goes.
    let shown = zip(columns, texts).map { "\($0) \($1)" }.joined(separator: "  ") + "\n"
    try FileHandle.standardOutput.write(contentsOf: Data(shown.utf8))
  }
}
