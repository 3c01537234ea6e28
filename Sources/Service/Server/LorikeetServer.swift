import Foundation
import Logging
import RPC
import ServiceLifecycle
import Store
import Synchronization

/// The whole service: opens the store, serves clients and backends, keeps backends running, and ends in order.
package final class LorikeetServer: ServiceLifecycle.Service {
  private let configuration: ServerConfiguration
  private let logger: Logger
  private let onStart: @Sendable ([RPCAddress]) -> Void

  /// - Parameter onStart: called with the bound addresses once everything is served.
  package init(
    configuration: ServerConfiguration, logger: Logger, onStart: @escaping @Sendable ([RPCAddress]) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.logger = logger
    self.onStart = onStart
  }

  /// Serves until a graceful shutdown begins or the task is cancelled.
  package func run() async throws {
    let parts = try await Parts(configuration: configuration, logger: logger)
    let addresses: [RPCAddress]
    do {
      addresses = try await parts.start()
    } catch {
      await parts.stop()
      throw error
    }
    onStart(addresses)
    try? await gracefulShutdown()
    logger.info("shutting down")
    // Not in this task: where it was cancelled, the orderly end would be cancelled with it.
    await Task.detached { await parts.stop() }.value
    logger.info("shut down")
  }
}

/// What a running service is made of, in the order in which it starts.
private final class Parts: Sendable {
  private let configuration: ServerConfiguration
  private let logger: Logger
  private let store: Store
  private let signals = JobSignals()
  private let dispatcher: Dispatcher
  private let supervisor: BackendSupervisor
  private let health = HealthService()
  private let channelz = ChannelzRegistry()
  private let monitor: HealthMonitor
  private let clients: RPCServer
  private let backends: RPCServer
  private let tasks = TaskBag()
  /// Whether the backends' socket is this server's, and not that of another one that was configured to the same path.
  private let ownsSocket = Mutex(false)

  init(configuration: ServerConfiguration, logger: Logger) async throws {
    self.configuration = configuration
    self.logger = logger
    store = try await Store(
      directory: configuration.dataDirectory, inspection: ContentInspector.version, logger: logger)
    let socket = configuration.effectiveBackendSocket
    let supervisor = BackendSupervisor(
      commands: configuration.backends.map { backend in
        BackendCommand(
          id: backend.id, role: backend.role.rawValue, device: backend.device,
          executable: configuration.executable(of: backend), socketPath: socket,
          logLevel: configuration.logLevel.rawValue, extraArguments: backend.arguments,
          environment: backend.environment)
      }, recordDirectory: "\(configuration.dataDirectory)/backends", timing: configuration.supervision, logger: logger)
    self.supervisor = supervisor
    dispatcher = Dispatcher(
      store: store, signals: signals, limits: configuration.limits, timing: configuration.dispatchTiming,
      logger: logger, endBackend: supervisor.kill)
    monitor = HealthMonitor(
      store: store, dispatcher: dispatcher, health: health,
      configured: Set(configuration.backends.map { $0.role == .training ? .tune : .generation }), logger: logger)

    let services: [ServiceDefinition] = [
      AssetService(store: store, limits: configuration.limits).definition,
      TuneService(
        store: store, dispatcher: dispatcher, signals: signals, defaultCheckpoint: configuration.defaultCheckpoint
      ).definition,
      GenerationService(
        store: store, dispatcher: dispatcher, signals: signals, limits: configuration.limits,
        defaultCheckpoint: configuration.defaultCheckpoint
      ).definition,
      health.definition,
    ]
    let interceptors: [any ServerInterceptor] = [
      LoggingInterceptor(logger: logger), MetricsInterceptor(), TracingInterceptor(), StoreFaultLogging(logger: logger),
    ]
    var forClients = RPCServer.Configuration(listeners: configuration.clientListeners)
    forClients.limits.maxReceiveMessageSize = configuration.maxMessageBytes
    forClients.shutdownGrace = configuration.shutdownGrace
    clients = RPCServer(
      configuration: forClients, services: services + ReflectionService(services: services).definitions,
      interceptors: interceptors, health: health, logger: logger)
    var forBackends = RPCServer.Configuration(listeners: configuration.backendListeners)
    // They ping every 30 seconds, whether they have an assignment or not.
    forBackends.connections.minPingInterval = .seconds(10)
    forBackends.connections.permitPingsWithoutCalls = true
    // A tune's assignment names up to 10,000 images; its progress carries the pictures of previews.
    forBackends.limits.maxReceiveMessageSize = 64 << 20
    backends = RPCServer(
      configuration: forBackends,
      services: [
        BackendService(store: store, dispatcher: dispatcher, limits: configuration.limits).definition,
        // It tells the addresses of all clients, which other clients are not to see.
        ChannelzService(channelz).definition,
      ], interceptors: interceptors, logger: logger)
    channelz.add(clients)
    channelz.add(backends)
  }

  private var endpointFile: String { "\(configuration.dataDirectory)/endpoint" }

  func start() async throws -> [RPCAddress] {
    unlink(endpointFile)
    if let models = configuration.effectiveModelsDirectory {
      let name = "lorikeet-tiny"
      try await BundledCheckpoint(folder: "\(models)/\(name)", name: name, store: store).importIfNew(logger: logger)
    } else {
      logger.warning("no bundled checkpoint was found; set models_directory, or upload a checkpoint")
    }
    try await dispatcher.recover()
    try await backends.start()
    ownsSocket.withLock { $0 = true }
    chmod(configuration.effectiveBackendSocket, 0o600)
    await monitor.update()
    let addresses = try await clients.start()
    // Written whole, so that whoever waits for the file never reads half of it.
    let lines = addresses.map { "\($0)\n" }.joined()
    try Data(lines.utf8).write(to: URL(fileURLWithPath: endpointFile), options: .atomic)
    tasks.add { [dispatcher] in await dispatcher.run() }
    tasks.add { [monitor] in await monitor.run() }
    let reinspection = Reinspection(store: store, limits: configuration.limits, logger: logger)
    tasks.add { await reinspection.run() }
    tasks.addFirstToStop { [supervisor] in await supervisor.run() }
    return addresses
  }

  func stop() async {
    unlink(endpointFile)
    health.shutDown()
    await dispatcher.drain()
    signals.close()
    await clients.shutdown(grace: configuration.shutdownGrace)
    // The backends end while their socket is still served: their last checkpoints arrive.
    await tasks.stopFirst()
    await backends.shutdown(grace: .seconds(1))
    await tasks.stopRest()
    if ownsSocket.withLock(\.self) { unlink(configuration.effectiveBackendSocket) }
    store.close()
  }
}
