import Foundation
import Testing

@testable import RPC

@Suite("TLS with grpcio at the other end", .timeLimit(.minutes(2)))
struct TLSPythonTests {
  private let pki: TestPKI

  init() async throws { pki = try await TestPKI.shared.value }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func python(_ script: String, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = Self.root.appendingPathComponent(".deps/python/bin/python")
    process.arguments = [Self.root.appendingPathComponent("Tests/RPCTests/Peers/\(script)").path] + arguments
    return process
  }

  private func runClient(_ address: RPCAddress, _ own: [String]) async throws -> String {
    guard case .tcp(_, let port) = address else { return "" }
    let process = python("tls_client.py", ["\(port)", pki.path("authority.pem")] + own)
    let output = Pipe()
    process.standardOutput = output
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  @Test("a grpcio client makes every kind of call over TLS and mutual TLS", arguments: [false, true])
  func client(_ isMutual: Bool) async throws {
    let tls = RPCServer.TLS(
      credentials: pki.credentials(.server), clientVerification: isMutual ? .required(pki.trust) : .none)
    try await withTLS(pki, server: tls, client: nil) { loopback in
      let own = isMutual ? [pki.path("client.pem"), pki.path("client.key")] : []
      let output = try await runClient(loopback.address, own)
      #expect(output == "unary True\nexpand 3\ncollect b'\\n\\x035 0'\nchat True\n")
    }
  }

  @Test("a call reaches a grpcio server over TLS and mutual TLS", arguments: [false, true])
  func server(_ isMutual: Bool) async throws {
    let process = python(
      "tls_server.py",
      [pki.path("server.pem"), pki.path("server.key")] + (isMutual ? [pki.path("authority.pem")] : []))
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    defer { input.fileHandleForWriting.closeFile() }
    // The port is all that it ever prints, in one line.
    let line = await offPool { String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }
    let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    var configuration = RPCClient.Configuration()
    configuration.tls = RPCClient.TLS(trust: pki.trust, credentials: isMutual ? pki.credentials(.client) : nil)
    let client = RPCClient(target: .tcp(host: "127.0.0.1", port: port), configuration: configuration)
    let answer = try await client.unary(
      method("Unary", .unary), payload("x"), response: Payload.self, options: CallOptions(timeout: .seconds(10)))
    #expect(answer.typeUrl == "x")
    await client.close()
  }
}
