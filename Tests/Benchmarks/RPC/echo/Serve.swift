import ArgumentParser
import Logging
import Metrics
import NIOCore
import RPC

/// Serves on one event loop, with everything on that a real service has on: deadlines, metrics that count, limits.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve the echo service on 127.0.0.1 until killed.")

  @Option(help: "0 lets the system choose; the chosen one is printed.")
  var port = 0

  @Option(help: "A PEM file; with --key, the server speaks TLS.")
  var certificate: String?

  @Option(help: "The certificate's key, a PEM file.")
  var key: String?

  func run() throws { try runBlocking(serve) }

  @Sendable private func serve() async throws {
    NIOSingletons.groupLoopCountSuggestion = 1
    MetricsSystem.bootstrap(CountingMetrics())
    var logger = Logger(label: "rpc-echo")
    logger.logLevel = .warning
    var listener = RPCServer.Listener(.tcp(host: "127.0.0.1", port: port))
    if let certificate, let key {
      listener.tls = RPCServer.TLS(
        credentials: TLSCredentials(certificateChain: .file(certificate), privateKey: .file(key)))
    }
    var configuration = RPCServer.Configuration(listeners: [listener])
    configuration.limits.maxConcurrentStreams = 1_000
    let server = RPCServer(
      configuration: configuration, services: [EchoService().definition], interceptors: [MetricsInterceptor()],
      logger: logger)
    for case .tcp(_, let port) in try await server.start() { announce("port \(port)") }
    try await server.run()
  }
}
