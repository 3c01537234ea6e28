import Foundation
import Logging
import LorikeetAPI
import RPC
import Synchronization

/// A real `lorikeetd` with its real backends, on a port it picked, in a folder of its own.
final class RunningService: Sendable {
  struct NotReady: Error, CustomStringConvertible {
    let description: String
  }

  let folder: TemporaryFolder
  private let state = Mutex(State())

  private struct State {
    var endpoint = ""
    var process: Process?
    var client: RPCClient?
  }

  init() async throws {
    folder = try TemporaryFolder()
    try await start()
  }

  /// Starts one, gives it to `body`, and stops it whatever `body` did.
  static func with<Result: Sendable>(
    _ body: @Sendable (RunningService) async throws -> Result
  ) async throws -> Result {
    let service = try await RunningService()
    do {
      let result = try await body(service)
      await service.stop()
      return result
    } catch {
      let log = service.log
      await service.stop()
      print("--- lorikeetd's log, its last 60 lines")
      print(log.split(separator: "\n").suffix(60).joined(separator: "\n"))
      throw error
    }
  }

  var dataDirectory: URL { folder.url.appending(path: "data") }
  private var logFile: URL { folder.url.appending(path: "lorikeetd.log") }
  var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }
  var endpoint: String { state.withLock { $0.endpoint } }
  var processIdentifier: Int32 { state.withLock { $0.process?.processIdentifier ?? 0 } }

  /// Starts the service (again) on the same data.
  func start() async throws {
    if !FileManager.default.fileExists(atPath: logFile.path) {
      _ = FileManager.default.createFile(atPath: logFile.path, contents: nil)
    }
    let log = try FileHandle(forWritingTo: logFile)
    try log.seekToEnd()
    let endpointFile = dataDirectory.appending(path: "endpoint")
    try? FileManager.default.removeItem(at: endpointFile)
    let process = Process()
    process.executableURL = Executables.lorikeetd
    process.arguments = [
      "serve", "--data-dir", dataDirectory.path, "--listen", "127.0.0.1:0", "--log-level", "debug",
      "--models-directory", Executables.repository.appending(path: "Models").path,
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    try process.run()
    state.withLock { $0.process = process }
    let endpoint = try await eventually("lorikeetd writes its endpoint") { () -> String? in
      guard self.isRunning else { throw NotReady(description: "lorikeetd ended before it listened:\n\(self.log)") }
      let text = try? String(contentsOf: endpointFile, encoding: .utf8)
      return text?.split(separator: "\n").first.map(String.init)
    }
    state.withLock { $0.endpoint = endpoint }
  }

  private var isRunning: Bool { state.withLock { $0.process?.isRunning ?? false } }

  /// Ends the service as a power cut would.
  func kill() async {
    await closeClient()
    end(by: SIGKILL)
  }

  /// Ends the service as an operator would. Returns its exit status.
  @discardableResult
  func stop() async -> Int32 {
    await closeClient()
    return end(by: SIGTERM)
  }

  @discardableResult
  private func end(by signal: Int32) -> Int32 {
    state.withLock { state in
      guard let process = state.process else { return 0 }
      if process.isRunning {
        Foundation.kill(process.processIdentifier, signal)
        process.waitUntilExit()
      }
      return process.terminationStatus
    }
  }

  /// A client of the running service.
  func connection() throws -> RPCClient {
    try state.withLock { state in
      if let client = state.client { return client }
      let parts = state.endpoint.split(separator: ":")
      guard parts.count == 2, let port = Int(parts[1]) else {
        throw NotReady(description: "the endpoint reads \(state.endpoint)")
      }
      let client = RPCClient(
        target: .tcp(host: String(parts[0]), port: port), configuration: .init(), logger: Logger(label: "test"))
      state.client = client
      return client
    }
  }

  func assets() throws -> AssetServiceClient { AssetServiceClient(try connection()) }
  func tunes() throws -> TuneServiceClient { TuneServiceClient(try connection()) }
  func generations() throws -> GenerationServiceClient { GenerationServiceClient(try connection()) }

  private func closeClient() async {
    let client = state.withLock { state in
      defer { state.client = nil }
      return state.client
    }
    await client?.close()
  }

  /// The process ids of the service's backends of a role.
  func backends(role: String) throws -> [Int32] {
    let parent = processIdentifier
    return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter { pid in
      guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
        status.contains("PPid:\t\(parent)\n"),
        let command = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
      else { return false }
      return String(decoding: command, as: UTF8.self).split(separator: "\0").contains(Substring(role))
    }
  }
}

/// Asks again until there is an answer, for at most two minutes: what is waited for sends no signal of its own.
func eventually<Answer>(
  _ claim: String, within limit: Duration = .seconds(120), _ question: () async throws -> Answer?
) async throws -> Answer {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if let answer = try await question() { return answer }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw RunningService.NotReady(description: "not within \(limit): \(claim)")
}
