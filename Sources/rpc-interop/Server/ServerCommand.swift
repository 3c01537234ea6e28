import ArgumentParser
import Logging
import RPC

/// Serves `grpc.testing.TestService` until it is killed.
struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Serves grpc.testing.TestService and prints the port.")

  @Option(name: .customLong("port"), help: "The port to listen on, on 127.0.0.1; 0 lets the system choose.")
  var port = 0

  @Option(name: .customLong("log_level"), help: "Logs to standard error from this level on.")
  var logLevel = Logger.Level.notice

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "rpc-interop")
    logger.logLevel = logLevel
    let server = RPCServer(
      configuration: RPCServer.Configuration(addresses: [.tcp(host: "127.0.0.1", port: port)]),
      services: [TestService().served], logger: logger)
    for address in try await server.start() { print("listening on \(address)") }
    // Whoever started this waits for the line; a pipe would keep it back.
    flushStandardOutput()
    try await server.run()
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
