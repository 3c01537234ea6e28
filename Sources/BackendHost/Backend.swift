import LorikeetAPI
import Logging
import RPC
import ServiceLifecycle
import Synchronization

/// A backend process: attached to the service whenever that is there, and computing what it is handed.
package final class Backend: Service {
  private let configuration: BackendConfiguration
  private let logger: Logger
  private let state = Mutex((session: Session?.none, isShuttingDown: false))

  package init(_ configuration: BackendConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Runs until it is told to shut down.
  ///
  /// - Throws: `BackendError.serviceGone` when the service has been away for longer than the configuration allows, and
  ///   `BackendError.workFolder` when there is no place for its files.
  package func run() async throws {
    let workFolder = try await WorkFolder.claim(configuration.workFolder)
    let device = ComputeDevice(configuration, logger)
    let inspector = Inspector(device)
    let client = RPCClient(target: configuration.service, configuration: connection, logger: logger)
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await withGracefulShutdownHandler {
          try await attachRepeatedly(BackendServiceClient(client), device, inspector)
        } onGracefulShutdown: {
          self.shutDown()
        })
    } catch {
      result = .failure(error)
    }
    await client.close()
    workFolder.remove()
    try result.get()
  }

  private var connection: RPCClient.Configuration {
    var configuration = RPCClient.Configuration()
    configuration.tls = self.configuration.tls
    // A service whose machine vanished sends no farewell, and an idle backend would wait for it for ever.
    configuration.keepalive.interval = .seconds(30)
    // The assignment of a tune names every image with its caption.
    configuration.maxReceiveMessageSize = 64 << 20
    return configuration
  }

  /// Ends the session, if there is one, and with it `run`.
  package func shutDown() {
    let session = state.withLock { state in
      state.isShuttingDown = true
      return state.session
    }
    session?.drain()
  }

  private func attachRepeatedly(
    _ service: BackendServiceClient, _ device: ComputeDevice, _ inspector: Inspector
  ) async throws {
    var pause = Duration.milliseconds(200)
    var lastAttached = ContinuousClock.now
    while !state.withLock({ $0.isShuttingDown }) {
      let session = Session(
        configuration, device: device, inspector: inspector, service: service, logger: logger)
      let goesOn = state.withLock { state in
        state.session = session
        return !state.isShuttingDown
      }
      guard goesOn else { return }
      do {
        try await session.run {
          pause = .milliseconds(200)
          lastAttached = .now
        }
        lastAttached = .now
        logger.info("detached")
      } catch {
        logger.notice("not attached", metadata: ["error": "\(error)"])
      }
      try Task.checkCancellation()
      guard ContinuousClock.now - lastAttached < configuration.patience else {
        throw BackendError.serviceGone(configuration.service, configuration.patience)
      }
      if state.withLock({ $0.isShuttingDown }) { return }
      try await Task.sleep(for: pause)
      pause = min(pause * 1.6, .seconds(10))
    }
  }
}

package enum BackendError: Error, CustomStringConvertible {
  case serviceGone(RPCAddress, Duration)
  case workFolder(String, reason: String)

  package var description: String {
    switch self {
    case .serviceGone(let address, let patience):
      "no service has answered at \(address) for \(patience); start lorikeetd, or name its address with --service"
    case .workFolder(let path, let reason):
      "the work folder \(path) cannot be used: \(reason); name another one with --work-folder"
    }
  }
}
