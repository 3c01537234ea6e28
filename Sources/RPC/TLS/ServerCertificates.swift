internal import HTTP2
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The certificates of a server's listeners, looked after for as long as the server is.
final class ServerCertificates: Sendable {
  private let materials: [RPCServer.TLS: TLSMaterial]
  private let watchers = Mutex<[RepeatedTask]>([])

  /// Listeners with the same configuration share their certificates.
  init(_ listeners: [RPCServer.Listener], logger: Logger) {
    var materials: [RPCServer.TLS: TLSMaterial] = [:]
    for case let tls? in listeners.map(\.tls) where materials[tls] == nil {
      let verification: TLSMaterial.Verification =
        switch tls.clientVerification {
        case .none: .none
        case .optional(let trust): .ifShown(trust)
        case .required(let trust): .required(trust)
        }
      materials[tls] = TLSMaterial(
        role: .server, credentials: tls.credentials, verification: verification, logger: logger)
    }
    self.materials = materials
  }

  deinit {
    for watcher in watchers.withLock({ $0 }) { watcher.cancel() }
  }

  /// nil for a listener that takes plain text.
  func policy(for listener: RPCServer.Listener) async throws -> TLSPolicy? {
    guard let tls = listener.tls, let material = materials[tls] else { return nil }
    let loaded = try await NIOThreadPool.singleton.runIfActive { try material.refresh() }
    return TLSPolicy(handshakeTimeout: TimeAmount(tls.handshakeTimeout)) { material.current ?? loaded }
  }

  /// Looks at the files now and then.
  func watch(on group: any EventLoopGroup) {
    for (tls, material) in materials {
      guard let interval = tls.reloadInterval else { continue }
      let loop = group.any()
      let watcher = loop.scheduleRepeatedAsyncTask(
        initialDelay: TimeAmount(interval), delay: TimeAmount(interval)
      ) { _ in
        // What is wrong with the files is in the log; the next look may find better ones.
        material.refreshed(on: loop).map { _ in }.recover { _ in }
      }
      watchers.withLock { $0.append(watcher) }
    }
  }

  func reload() async throws(RPCError) {
    for material in materials.values {
      do {
        try await NIOThreadPool.singleton.runIfActive { try material.reload() }
      } catch {
        throw RPCError(.failedPrecondition, "the certificates stay as they were: \(error)", cause: error)
      }
    }
  }
}
