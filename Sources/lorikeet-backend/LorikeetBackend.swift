import ArgumentParser
import BackendHost
import Foundation
import Logging
import RPC
import ServiceLifecycle
import Torch

@main
struct LorikeetBackend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lorikeet-backend",
    abstract: "Trains or samples for lorikeetd, on one device.",
    discussion: "lorikeetd starts the backends that its configuration names; start more by hand, here or elsewhere.")

  @Option(help: "training or sampling.")
  var role: BackendConfiguration.Role

  @Option(help: "Where the service listens for backends: unix:/path or host:port.")
  var service: RPCAddress

  @Option(help: "A PEM file of the authorities that may have signed the service's certificate. With it, TLS is used.")
  var ca: String?

  @Option(help: "This backend's certificate, for a service on another machine: a PEM file.")
  var cert: String?

  @Option(help: "The key of that certificate: a PEM file.")
  var key: String?

  @Option(help: "The name that the service's certificate is for, if it is not the address's.")
  var serverName: String?

  @Option(help: "A name that no other backend of the service has.")
  var id: String = "\(ProcessInfo.processInfo.hostName)-\(getpid())"

  @Option(help: "cpu, cuda or cuda:N.")
  var device: Device = .cpu

  @Option(help: "What the networks compute in: float32, bfloat16 or float16.")
  var precision: BackendConfiguration.Precision = .float32

  @Option(help: "Threads for one CPU operation; left out, one for a small model and one for each core for a large one.")
  var threads: Int?

  @Option(
    help: """
      GiB that a sampling backend may use for models and pictures; left out, half of the machine's memory, or \
      nine tenths of what is free on a GPU at the start.
      """)
  var memoryGib: Double?

  @Option(
    help: """
      Images that are sampled together; left out, one on the CPU and eight elsewhere. More than one is faster on large \
      devices, and rounds otherwise.
      """)
  var imagesPerBatch: Int?

  @Flag(
    help: """
      Makes LoRAs a part of the weights while a generation has its turn: faster steps where few generations run at \
      once. The pictures' last bits differ from those made without.
      """)
  var mergeLoras = false

  @Option(help: "Generations that a sampling backend works on at once, taking turns.")
  var slots: Int = 4

  @Option(help: "A folder for temporary files: a new or empty one, or that of an earlier run, which is emptied.")
  var workFolder: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: Logger.Level = .info

  @Flag(help: "Exits at once when standard input ends: the service that holds its other end is gone.")
  var exitWithStdin = false

  func validate() throws {
    guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key belong together") }
    guard threads.map({ (1...1024).contains($0) }) ?? true else { throw ValidationError("--threads must be 1 to 1024") }
    guard memoryGib.map({ (0.01...65_536).contains($0) }) ?? true else {
      throw ValidationError("--memory-gib must be 0.01 to 65536")
    }
    guard imagesPerBatch.map({ (1...64).contains($0) }) ?? true else {
      throw ValidationError("--images-per-batch must be 1 to 64")
    }
    guard (1...64).contains(slots) else { throw ValidationError("--slots must be 1 to 64") }
    // Without loss scaling the small gradients round to zero in float16, and what is learned is poor.
    guard role != .training || precision != .float16 else {
      throw ValidationError("--precision float16 is for sampling only; train in bfloat16 or float32")
    }
    if case .cuda(let index) = device, index >= Torch.cudaDeviceCount {
      throw ValidationError("there is no \(device): \(Torch.cudaDeviceCount) CUDA devices are visible")
    }
  }

  func run() async throws {
    if device == .cpu { Allocator.keepFreedMemory() }
    if exitWithStdin { Self.exitAtEndOfInput() }
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var logger = Logger(label: "lorikeet-backend")
    logger.logLevel = logLevel
    logger[metadataKey: "role"] = "\(role.rawValue)"
    if workFolder == nil { WorkFolder.removeAbandoned() }
    let folder = workFolder ?? WorkFolder.defaultPath(service: service, id: id)
    var configuration = BackendConfiguration(
      role: role, service: service, id: id, device: device, workFolder: folder)
    configuration.tls = tls
    configuration.precision = precision
    configuration.threads = threads
    configuration.memoryBytes = memoryGib.map { Int($0 * Double(1 << 30)) }
    configuration.samplingSlots = slots
    configuration.mergesAdapters = mergeLoras
    configuration.imagesPerBatch = imagesPerBatch
    let backend = Backend(configuration, logger: logger)
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: backend, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }

  private var tls: RPCClient.TLS? {
    guard ca != nil || cert != nil || serverName != nil else { return nil }
    var credentials: TLSCredentials?
    if let cert, let key { credentials = TLSCredentials(certificateChain: .file(cert), privateKey: .file(key)) }
    return RPCClient.TLS(
      trust: ca.map { .authorities(.file($0)) } ?? .system, credentials: credentials, serverName: serverName)
  }

  /// A thread of its own: whatever the process is busy with, it does not outlive the service.
  private static func exitAtEndOfInput() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { _exit(0) }
      }
    }
  }
}

extension BackendConfiguration.Role: ExpressibleByArgument {}
extension BackendConfiguration.Precision: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

extension Device: ExpressibleByArgument {
  public init?(argument: String) {
    if argument == "cpu" {
      self = .cpu
    } else if argument == "cuda" {
      self = .cuda(0)
    } else if argument.hasPrefix("cuda:"), let index = Int(argument.dropFirst(5)), index >= 0 {
      self = .cuda(index)
    } else {
      return nil
    }
  }
}

extension RPCAddress: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(argument)
    // Port 0 is for listening only.
    if case .tcp(_, port: 0) = self { return nil }
  }
}
