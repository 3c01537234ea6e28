import ArgumentParser
import Foundation
import Logging
import LorikeetAPI
import RPC

/// A connection, with the clients that go over it.
struct Server: Sendable {
  let client: RPCClient

  var assets: AssetServiceClient { AssetServiceClient(client) }
  var tunes: TuneServiceClient { TuneServiceClient(client) }
  var generations: GenerationServiceClient { GenerationServiceClient(client) }
  var health: GrpcHealthV1HealthClient { GrpcHealthV1HealthClient(client) }
}

/// The options that every command which talks to a server has.
struct ServerOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the server listens: host:port or unix:/path.",
      discussion: "Default: $LORIKEET_SERVER, or 127.0.0.1:50051.",
      valueName: "address"))
  var server: String?

  @OptionGroup(title: "TLS") var tls: TLSOptions

  @Option(name: .long, help: ArgumentHelp("Give a single call up after so long.", valueName: "seconds"))
  var timeout: Double = 60

  @Flag(name: .long, help: "Write JSON: one document, or for a stream one line for each event.")
  var json = false

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout must be above 0 and at most 86400 seconds.")
    }
  }

  func address() throws(CommandError) -> ServerAddress {
    if let server { return try ServerAddress(server) }
    guard let text = ProcessInfo.processInfo.environment["LORIKEET_SERVER"], !text.isEmpty else { return .standard }
    return try ServerAddress(text)
  }

  /// For calls that are answered at once.
  var unary: CallOptions { CallOptions(timeout: .seconds(timeout)) }

  /// A watcher may hear nothing for minutes; a server that vanished without a word must not keep it for ever.
  private var connection: RPCClient.Configuration {
    var configuration = RPCClient.Configuration()
    configuration.keepalive.interval = .seconds(30)
    configuration.tls = tls.configuration
    return configuration
  }

  /// Connects, runs `body`, and closes the connection whatever happens.
  func withServer<Result>(_ body: (Server) async throws -> Result) async throws -> Result {
    let address = try address()
    // What matters of the connection's life reaches the user as an error, in a sentence.
    let client = RPCClient(
      target: address.target, configuration: connection,
      logger: Logger(label: "lorikeet") { _ in SwiftLogNoOpLogHandler() })
    do {
      let result = try await body(Server(client: client))
      await client.close()
      return result
    } catch {
      await client.close()
      if let error = error as? RPCError { throw CommandError(error, server: address) }
      throw error
    }
  }
}
