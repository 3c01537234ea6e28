import Foundation

/// The programs under test, built beside the test bundle.
enum Executables {
  static var lorikeetd: URL { built("lorikeetd") }
  static var lorikeet: URL { built("lorikeet") }

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The interpreter of the foreign client's environment, which set-up makes.
  static var python: URL { repository.appending(path: ".deps/python/bin/python") }

  private static func built(_ name: String) -> URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: name)
  }
}

/// What a finished program left behind.
struct Finished {
  let status: Int32
  let output: String
  let errors: String
}

extension Executables {
  /// Runs a program to its end and returns what it printed.
  static func run(
    _ executable: URL, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Finished {
    let folder = try TemporaryFolder()
    let outputFile = folder.url.appending(path: "stdout")
    let errorsFile = folder.url.appending(path: "stderr")
    // Files, not pipes: a program that prints more than a pipe holds must not wait for us.
    for file in [outputFile, errorsFile] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = repository
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorsFile)
    let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { done.resume(throwing: error) }
    }
    return Finished(
      status: status, output: try String(contentsOf: outputFile, encoding: .utf8),
      errors: try String(contentsOf: errorsFile, encoding: .utf8))
  }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "lorikeet-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
