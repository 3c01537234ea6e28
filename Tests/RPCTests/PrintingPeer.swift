import Foundation

@testable import RPC

/// A script of `Peers` whose lines a test reads, and reacts to, as they come.
final class PrintingPeer: Sendable {
  /// What it prints, line by line, until it ends.
  let lines: AsyncStream<String>

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  init(_ script: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = Self.root.appendingPathComponent(".deps/python/bin/python")
    process.arguments = ["-B", Self.root.appendingPathComponent("Tests/RPCTests/Peers/\(script)").path] + arguments
    let output = Pipe()
    process.standardOutput = output
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    self.lines = lines
    try process.run()
    let reader = Thread {
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
    }
    reader.start()
  }
}

extension RPCAddress {
  /// Empty for a Unix socket.
  var port: String {
    guard case .tcp(_, let port) = self else { return "" }
    return "\(port)"
  }
}
