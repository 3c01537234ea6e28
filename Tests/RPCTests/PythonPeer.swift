import Foundation

@testable import RPC

/// A script of `Peers` that runs gRPC's own Python runtime.
final class PythonPeer: Sendable {
  /// What it prints, line by line, until it ends; for one reader.
  let lines: AsyncStream<String>
  private let process = Process()
  /// A script that serves ends when this closes: with the test, or with the process if that crashes. (A signal may not
  /// reach it: children inherit what the test process has blocked.)
  private let input = Pipe()
  /// What it writes to its standard error.
  private let log: URL

  /// Starts `Peers/<script>.py`.
  init(_ script: String, _ arguments: [String] = []) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    log = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString.prefix(8)).log")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process.executableURL = folder.appending(path: "../../.deps/python/bin/python")
    process.arguments = ["-B", folder.appending(path: "Peers/\(script).py").path] + arguments
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: log)
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    self.lines = lines
    try process.run()
    // Read as it comes, whether or not the test does: a script that prints more than a pipe holds must not wait.
    Thread { [process] in
      var pending = Data()
      while case let chunk = output.fileHandleForReading.availableData, !chunk.isEmpty {
        pending += chunk
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
          continuation.yield(String(decoding: pending[..<end], as: UTF8.self))
          pending = Data(pending[(end + 1)...])
        }
      }
      process.waitUntilExit()
      continuation.finish()
    }.start()
  }

  deinit {
    end()
    try? FileManager.default.removeItem(at: log)
  }

  /// Closes its input.
  func end() { try? input.fileHandleForWriting.close() }

  /// The ports that a script which serves prints in its first line.
  func ports() async -> [Int] {
    var lines = lines.makeAsyncIterator()
    return await lines.next()?.split(separator: " ").compactMap { Int($0) } ?? []
  }

  /// Waits for the end; the exit status and what was printed.
  func result() async -> (status: Int32, output: String) {
    var output = ""
    for await line in lines { output += "\(line)\n" }
    return (process.terminationStatus, output)
  }

  var complaints: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}

extension RPCAddress {
  /// Empty for a Unix socket.
  var port: String {
    guard case .tcp(_, let port) = self else { return "" }
    return "\(port)"
  }
}
