import Foundation
import Testing

@testable import Service
@testable import lorikeetd

@Suite("Configuration")
struct ConfigurationTests {
  private func resolve(
    _ yaml: String, environment: [String: String] = ["HOME": "/home/u"], flags: ConfigurationFile = ConfigurationFile()
  ) throws -> ServerConfiguration {
    let file = try ConfigurationFile.parse(yaml, from: "test.yaml")
    return try flags.over(.fromEnvironment(environment)).over(file).resolved(environment: environment)
  }

  @Test("without any setting there is a training and a sampling backend, and one address")
  func defaults() throws {
    let configuration = try resolve("")
    #expect(configuration.dataDirectory == "/home/u/.local/share/lorikeet")
    #expect(configuration.listen == [.tcp(host: "127.0.0.1", port: 50_051)])
    #expect(configuration.backends.map(\.role) == [.training, .sampling])
    #expect(configuration.effectiveBackendSocket == "/home/u/.local/share/lorikeet/backend.sock")
  }

  @Test("flags count over the environment, that over the file, that over the defaults")
  func precedence() throws {
    let yaml = "data_directory: /file\nlog_level: error\ndefault_checkpoint: mine\nlisten: ['unix:/tmp/a']\n"
    let environment = ["LORIKEET_DATA_DIR": "/environment", "LORIKEET_LOG_LEVEL": "debug", "HOME": "/h"]
    var flags = ConfigurationFile()
    flags.dataDirectory = "/flag"
    let configuration = try resolve(yaml, environment: environment, flags: flags)
    #expect(configuration.dataDirectory == "/flag")
    #expect(configuration.logLevel == .debug)
    #expect(configuration.defaultCheckpoint == "mine")
    #expect(configuration.listen == [.unix(path: "/tmp/a")])
    #expect(configuration.logFormat == .json)
  }

  @Test("the printed configuration is a file that gives the same configuration")
  func roundTrip() throws {
    let yaml = """
      listen: ["[::1]:0", "unix:/tmp/l.sock"]
      data_directory: /d
      backends:
        - {id: a, role: training, device: "cuda:0", arguments: [--threads, "2"], environment: {K: v}}
      max_attempts: 9
      shutdown_grace_seconds: 1.5
      """
    let configuration = try resolve(yaml)
    #expect(configuration.backends.first?.environment == ["K": "v"])
    let printed = ConfigurationFile(configuration)
    #expect(try ConfigurationFile(printed.resolved(environment: [:])) == printed)
  }

  @Test("TLS is served beside plain text or instead of it, to clients and to backends of other machines")
  func tls() throws {
    let yaml = """
      data_directory: /d
      listen: []
      tls_listen: ["0.0.0.0:50443"]
      tls_certificate: /c/server.pem
      tls_key: /c/server.key
      tls_client_authority: /c/clients.pem
      backend_listen: ["0.0.0.0:50444"]
      tls_backend_authority: /c/backends.pem
      """
    let configuration = try resolve(yaml)
    let clients = configuration.clientListeners
    #expect(clients.map(\.address) == [.tcp(host: "0.0.0.0", port: 50_443)])
    #expect(clients[0].tls?.credentials.privateKey == .file("/c/server.key"))
    #expect(clients[0].tls?.clientVerification == .required(.authorities(.file("/c/clients.pem"))))
    let backends = configuration.backendListeners
    #expect(backends.map(\.address) == [.unix(path: "/d/backend.sock"), .tcp(host: "0.0.0.0", port: 50_444)])
    #expect(backends[0].tls == nil)
    #expect(backends[1].tls?.clientVerification == .required(.authorities(.file("/c/backends.pem"))))
    let printed = ConfigurationFile(configuration)
    #expect(try ConfigurationFile(printed.resolved(environment: [:])) == printed)
  }

  @Test("a wrong setting is an error that names it", arguments: [
    ("log_levle: info", "log_levle"), ("log_level: loud", "loud"), ("listen: [nowhere]", "nowhere"),
    ("listen: []", "listen"), ("tls_listen: ['127.0.0.1:0']", "tls_certificate"),
    ("{tls_certificate: a, tls_listen: ['127.0.0.1:0']}", "tls_key"),
    ("{tls_certificate: a, tls_key: b, backend_listen: ['127.0.0.1:0']}", "tls_backend_authority"),
    ("max_attempts: 0", "max_attempts"), ("max_attempts: many", "max_attempts"),
    ("backends: [{id: a, role: cook}]", "cook"),
    ("backends: [{id: ../a, role: training}]", "../a"), ("backends: [{id: a, role: training, devise: cpu}]", "devise"),
    ("backends: [{id: a, role: training}, {id: a, role: sampling}]", "twice"), ("- a", "keys"), ("a: [", "test.yaml"),
    ("backend_socket: /\(String(repeating: "x", count: 120))", "backend_socket"),
  ])
  func faults(yaml: String, named: String) {
    #expect {
      try resolve(yaml)
    } throws: { error in
      "\(error)".contains(named)
    }
  }

  @Test("a number in the environment that is none is an error that names the variable")
  func environmentFault() {
    #expect {
      try resolve("", environment: ["LORIKEET_MAX_ATTEMPTS": "x"])
    } throws: { error in
      "\(error)".contains("LORIKEET_MAX_ATTEMPTS")
    }
  }

  @Test("a data directory whose socket would have too long a path gets a short one of its own")
  func longDataDirectory() throws {
    let long = "/" + String(repeating: "x", count: 120)
    let first = try resolve("data_directory: \(long)").effectiveBackendSocket
    let second = try resolve("data_directory: \(long)y").effectiveBackendSocket
    #expect(first.utf8.count < 108 && first != second)
  }
}
