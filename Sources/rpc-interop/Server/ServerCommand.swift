import ArgumentParser
import Logging
import RPC

/// Serves `grpc.testing.TestService` until it is killed.
struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Serves grpc.testing.TestService and prints the port.")

  @Option(name: .customLong("port"), help: "The port to listen on, on 127.0.0.1; 0 lets the system choose.")
  var port = 0

  @Option(name: .customLong("use_tls"), help: "Whether to take TLS, and nothing else.")
  var useTLS = false

  @Option(name: .customLong("tls_cert_file"), help: "The server's certificate chain, in PEM.")
  var certificateFile: String?

  @Option(name: .customLong("tls_key_file"), help: "The certificate's key, in PEM.")
  var keyFile: String?

  @Option(name: .customLong("log_level"), help: "Logs to standard error from this level on.")
  var logLevel = Logger.Level.notice

  func validate() throws {
    guard !useTLS || (certificateFile != nil && keyFile != nil) else {
      throw ValidationError("--use_tls=true needs --tls_cert_file and --tls_key_file")
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "rpc-interop")
    logger.logLevel = logLevel
    let server = RPCServer(
      configuration: RPCServer.Configuration(listeners: [
        RPCServer.Listener(.tcp(host: "127.0.0.1", port: port), tls: tls)
      ]),
      services: [TestService().served], logger: logger)
    for address in try await server.start() { print("listening on \(address)") }
    // Whoever started this waits for the line; a pipe would keep it back.
    flushStandardOutput()
    try await server.run()
  }

  private var tls: RPCServer.TLS? {
    guard useTLS, let certificateFile, let keyFile else { return nil }
    return RPCServer.TLS(
      credentials: TLSCredentials(certificateChain: .file(certificateFile), privateKey: .file(keyFile)))
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
