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

  func run() throws { try runBlocking(serve) }

  @Sendable private func serve() async throws {
    NIOSingletons.groupLoopCountSuggestion = 1
    MetricsSystem.bootstrap(CountingMetrics())
    var logger = Logger(label: "rpc-echo")
    logger.logLevel = .warning
    var configuration = RPCServer.Configuration(addresses: [.tcp(host: "127.0.0.1", port: port)])
    configuration.limits.maxConcurrentStreams = 1_000
    let server = RPCServer(
      configuration: configuration, services: [EchoService().definition], interceptors: [MetricsInterceptor()],
      logger: logger)
    for case .tcp(_, let port) in try await server.start() { announce("port \(port)") }
    try await server.run()
  }
}
