import ArgumentParser
import Foundation
import RPC

/// Runs cases of the suite against a server and says of each whether it passed.
struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "Runs cases of the suite against a server.",
    discussion: "Prints a line a case, \"ok NAME\" or \"FAILED NAME: why\"; fails when a case fails.")

  @Option(name: .customLong("server_host"), help: "The server's host.")
  var serverHost = "127.0.0.1"

  @Option(name: .customLong("server_port"), help: "The server's port.")
  var serverPort: Int

  @Option(name: .customLong("server_host_override"), help: "The name the server's certificate must hold.")
  var serverHostOverride: String?

  @Option(name: .customLong("use_tls"), help: "Whether to speak TLS.")
  var useTLS = false

  @Option(name: .customLong("ca_file"), help: "The authorities to trust, in PEM, instead of the system's.")
  var authoritiesFile: String?

  @Option(name: .customLong("test_case"), help: "Cases by name, comma-separated.")
  var testCase: String

  @Option(name: .customLong("soak_iterations"), help: "How many calls the soak cases make.")
  var soakIterations = 10

  @Option(name: .customLong("concurrent_calls"), help: "How many calls concurrent_large_unary makes.")
  var concurrentCalls = 1_000

  func run() async throws {
    let cases = try testCase.split(separator: ",").map { name in
      guard let known = InteropCase(rawValue: String(name)) else {
        throw ValidationError("\(name) is no case: known are \(InteropCase.allCases.map(\.rawValue))")
      }
      return known
    }
    let peer = Peer(
      address: .tcp(host: serverHost, port: serverPort), tls: tls, soakIterations: soakIterations,
      concurrentCalls: concurrentCalls)
    var hasFailed = false
    for interopCase in cases {
      do {
        try await interopCase.run(peer)
        print("ok \(interopCase.rawValue)")
      } catch {
        hasFailed = true
        print("FAILED \(interopCase.rawValue): \(error)")
      }
      flushStandardOutput()
    }
    await peer.client.close()
    if hasFailed { throw ExitCode.failure }
  }

  private var tls: RPCClient.TLS? {
    guard useTLS else { return nil }
    return RPCClient.TLS(
      trust: authoritiesFile.map { .authorities(.file($0)) } ?? .system, serverName: serverHostOverride)
  }
}
