import Foundation
import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("The service over TLS", .timeLimit(.minutes(2)))
struct TLSTests {
  /// A certificate for this machine that is its own authority; the paths of it and its key.
  private func certificate(in folder: String, _ name: String) throws -> TLSCredentials {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder)/\(name).key", "-out",
      "\(folder)/\(name).pem",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return TLSCredentials(
      certificateChain: .file("\(folder)/\(name).pem"), privateKey: .file("\(folder)/\(name).key"))
  }

  @Test("clients get in with a certificate of the configured authority, and not without")
  func clients() async throws {
    let directory = try TestDirectory()
    _ = try certificate(in: directory.path, "server")
    let own = try certificate(in: directory.path, "client")
    let trust = TLSTrust.authorities(.file("\(directory.path)/server.pem"))
    let service = try await ServiceUnderTest(directory) { configuration in
      configuration.listen = []
      configuration.tlsListen = [.tcp(host: "127.0.0.1", port: 0)]
      configuration.tls = .init(
        certificate: "\(directory.path)/server.pem", key: "\(directory.path)/server.key",
        clientAuthority: "\(directory.path)/client.pem")
    }
    let endpoint = try String(contentsOfFile: "\(directory.data)/endpoint", encoding: .utf8)
    let address = try #require(RPCAddress(endpoint.trimmingCharacters(in: .newlines)))
    for (credentials, expected) in [(own, nil), (nil, StatusCode.unavailable)] {
      var configuration = RPCClient.Configuration()
      configuration.tls = RPCClient.TLS(trust: trust, credentials: credentials)
      let client = RPCClient(target: address, configuration: configuration)
      var code: StatusCode?
      do { _ = try await AssetServiceClient(client).listAssets(ListAssetsRequest()) } catch { code = error.code }
      #expect(code == expected)
      await client.close()
    }
    try await service.stop()
  }
}
