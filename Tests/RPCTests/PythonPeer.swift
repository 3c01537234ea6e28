import Foundation

/// A script of `Peers` that runs gRPC's own Python runtime.
final class PythonPeer: Sendable {
  private let process: Process
  /// A script that serves ends when this closes: with the test, or with the process if that crashes. (A signal may not
  /// reach it: children inherit what the test process has blocked.)
  private let input = Pipe()
  private let log: URL
  private let ended: AsyncStream<Int32>

  /// Starts `Peers/<script>.py`.
  init(_ script: String, _ arguments: [String]) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    log = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString.prefix(8)).log")
    // A file, not a pipe: a script that prints more than a pipe holds must not wait for us.
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process = Process()
    process.executableURL = folder.appending(path: "../../.deps/python/bin/python")
    process.arguments = ["-B", folder.appending(path: "Peers/\(script).py").path] + arguments
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.ended = ended
    process.terminationHandler = { continuation.yield($0.terminationStatus) }
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    try? FileManager.default.removeItem(at: log)
  }

  /// Waits for the end; the exit status and all that was printed.
  func result() async -> (status: Int32, output: String) {
    for await status in ended { return (status, output) }
    return (-1, output)
  }

  var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}
