import Foundation
import Testing

/// gRPC's published interoperability suite against gRPC's own implementations. `scripts/interop.sh` runs all of it, with
/// proxies in between too.
@Suite("Interoperability", .serialized)
struct InteropTests {
  enum Peer: String, CaseIterable, Sendable {
    case python
    case cpp
  }

  enum Transport: String, CaseIterable, Sendable {
    case plain
    case tls
  }

  @Test("our client passes every case at their server", arguments: Peer.allCases, Transport.allCases)
  func client(of peer: Peer, over transport: Transport) async throws {
    // grpcio's server cannot check what two of the cases send.
    try await expectPass(peer == .python ? 19 : 21, pair: "swift:\(peer.rawValue)", over: transport)
  }

  @Test("their client passes every case at our server", arguments: Peer.allCases, Transport.allCases)
  func server(for peer: Peer, over transport: Transport) async throws {
    try await expectPass(21, pair: "\(peer.rawValue):swift", over: transport)
  }

  /// A matrix that ran less than all must not pass.
  private func expectPass(_ count: Int, pair: String, over transport: Transport) async throws {
    let (status, output) = try await run([
      "--pairs", pair, "--transports", transport.rawValue, "--soak_iterations", "3", "--concurrent_calls", "50",
      "--limit", "60",
    ])
    #expect(status == 0, "\(output)")
    #expect(output.contains("interop: \(count) passed, 0 failed"), "\(output)")
  }

  private func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
    let repository = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let log = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString).log")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: log) }
    // Built beside the test bundle.
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "rpc-interop")
    let process = Process()
    process.executableURL = repository.appending(path: ".deps/python/bin/python")
    process.arguments =
      ["-B", repository.appending(path: "Tests/Interop/runner/matrix.py").path, "--swift", program.path] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { done.resume(throwing: error) }
    }
    return (status, try String(contentsOf: log, encoding: .utf8))
  }
}
