import ArgumentParser
import Foundation
import Logging
import RPC
import Service
import ServiceLifecycle
import Store
import Yams

@main
struct Lorikeetd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lorikeetd", abstract: "The Lorikeet service.",
    subcommands: [Serve.self, PrintConfiguration.self], defaultSubcommand: Serve.self)
}

/// What both commands read: flags over environment over file over defaults.
struct ConfigurationOptions: ParsableArguments {
  @Option(help: "A YAML file with settings. Also LORIKEET_CONFIG.")
  var config: String?

  @Option(help: "Where everything is stored. Also LORIKEET_DATA_DIR.")
  var dataDir: String?

  @Option(help: "host:port or unix:/path to serve clients on; may be repeated. Port 0 lets the system choose.")
  var listen: [String] = []

  @Option(help: "host:port to serve clients on with TLS; may be repeated.")
  var tlsListen: [String] = []

  @Option(help: "The service's certificate chain, a PEM file; read again when it changes, as the others are.")
  var tlsCertificate: String?

  @Option(help: "The certificate's key, a PEM file.")
  var tlsKey: String?

  @Option(help: "A PEM file of authorities: with it, TLS clients must show a certificate signed by one of them.")
  var tlsClientAuthority: String?

  @Option(help: "host:port for backends of other machines, over mutual TLS; may be repeated.")
  var backendListen: [String] = []

  @Option(help: "A PEM file of the authorities that sign the certificates of those backends.")
  var tlsBackendAuthority: String?

  @Option(help: "The Unix socket that backends attach to.")
  var backendSocket: String?

  @Option(help: "Where the bundled checkpoint lies.")
  var modelsDirectory: String?

  @Option(help: "The checkpoint of tunes and generations that name none.")
  var defaultCheckpoint: String?

  @Option(help: "The program that trains and samples.")
  var backendExecutable: String?

  @Flag(help: "Start no backends: they attach by themselves.")
  var noBackends = false

  @Option(help: "The largest file that can be uploaded, in bytes.")
  var maxUploadBytes: Int64?

  @Option(help: "The largest image, in pixels.")
  var maxImagePixels: Int64?

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: String?

  @Option(help: "json or text.")
  var logFormat: String?

  func resolve() throws(ConfigurationError) -> ServerConfiguration {
    let environment = ProcessInfo.processInfo.environment
    var flags = ConfigurationFile()
    flags.dataDirectory = dataDir
    flags.listen = listen.isEmpty ? nil : listen
    flags.tlsListen = tlsListen.isEmpty ? nil : tlsListen
    flags.tlsCertificate = tlsCertificate
    flags.tlsKey = tlsKey
    flags.tlsClientAuthority = tlsClientAuthority
    flags.backendListen = backendListen.isEmpty ? nil : backendListen
    flags.tlsBackendAuthority = tlsBackendAuthority
    flags.backendSocket = backendSocket
    flags.modelsDirectory = modelsDirectory
    flags.defaultCheckpoint = defaultCheckpoint
    flags.backendExecutable = backendExecutable
    flags.backends = noBackends ? [] : nil
    flags.maxUploadBytes = maxUploadBytes
    flags.maxImagePixels = maxImagePixels
    flags.logLevel = logLevel
    flags.logFormat = logFormat
    let path = config ?? environment["LORIKEET_CONFIG"]
    let file = if let path { try ConfigurationFile.load(path) } else { ConfigurationFile() }
    return try flags.over(.fromEnvironment(environment)).over(file).resolved(environment: environment)
  }
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM or SIGINT.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    do {
      let configuration = try options.resolve()
      LoggingSystem.bootstrap { label in
        LineLogHandler(label: label, format: configuration.logFormat, level: configuration.logLevel)
      }
      let logger = Logger(label: "lorikeetd")
      // A client that goes away while it is written to must not end the process.
      signal(SIGPIPE, SIG_IGN)
      let server = LorikeetServer(configuration: configuration, logger: logger)
      var group = ServiceGroupConfiguration(
        services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
      group.maximumGracefulShutdownDuration = .seconds(60)
      try await ServiceGroup(configuration: group).run()
    } catch {
      throw fault(error)
    }
  }
}

struct PrintConfiguration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print the effective configuration as YAML.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    do {
      print(try YAMLEncoder().encode(ConfigurationFile(options.resolve())), terminator: "")
    } catch {
      throw fault(error)
    }
  }
}

/// One line on standard error, and exit code 1.
private func fault(_ error: any Error) -> any Error {
  FileHandle.standardError.write(Data("lorikeetd: \(error)\n".utf8))
  return ExitCode(1)
}
