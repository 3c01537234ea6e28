import Logging
import RPC

/// Serves until the process is told to stop.
func serve(at address: RPCAddress, logger: Logger) async throws {
  let station = WeatherStation().definition
  let server = RPCServer(
    configuration: RPCServer.Configuration(addresses: [address]),
    services: [station, HealthService().definition] + ReflectionService(services: [station]).definitions,
    interceptors: [LoggingInterceptor(logger: logger), RequireToken("swordfish")],
    logger: logger)
  // Ends when the task is cancelled, after the calls that are under way.
  try await server.run()
}
