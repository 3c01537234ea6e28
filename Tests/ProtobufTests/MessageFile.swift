import Foundation

/// The files that `Goldens/messages.py` writes and reads: messages, each behind its length in four bytes, big endian.
struct MessageFile {
  var messages: [[UInt8]] = []

  init(messages: [[UInt8]]) { self.messages = messages }

  init(contentsOf url: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: url))
    var start = 0
    while start + 4 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      messages.append(Array(bytes[start + 4..<start + 4 + length]))
      start += 4 + length
    }
  }

  func write(to url: URL) throws {
    var data = Data()
    for message in messages {
      data.append(contentsOf: withUnsafeBytes(of: UInt32(message.count).bigEndian, Array.init))
      data.append(contentsOf: message)
    }
    try data.write(to: url)
  }
}

/// Places in the repository.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let goldens = root.appendingPathComponent("Tests/ProtobufTests/Goldens")
  /// Python with protobuf and grpcio-tools; `make test` sets it up.
  static let python = root.appendingPathComponent(".deps/python/bin/python")
}

/// Runs a program to its end and returns its status and all it printed.
func run(_ program: URL, _ arguments: [String], in folder: URL = Repository.root) throws -> (Int32, String) {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = folder
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text)
}
