internal import HTTP2
internal import Logging
internal import Metrics

/// Tells operators of peers that went over a limit.
enum ConnectionViolations {
  static func report(_ violation: HTTP2Violation, peer: String, logger: Logger, factory: any MetricsFactory) {
    logger.notice("a peer went over a limit", metadata: ["peer": "\(peer)", "violation": "\(violation.rawValue)"])
    Counter(label: "rpc_connection_violations", dimensions: [("kind", violation.rawValue)], factory: factory)
      .increment()
  }

  static func reportRefused(peer: String, logger: Logger, factory: any MetricsFactory) {
    logger.notice("a connection was refused: too many are open", metadata: ["peer": "\(peer)"])
    Counter(label: "rpc_connections_refused", dimensions: [], factory: factory).increment()
  }
}

extension ServerConnection {
  func connection(_ channel: HTTP2ChannelHandler, sawViolation violation: HTTP2Violation) {
    ConnectionViolations.report(violation, peer: peer.name, logger: server.logger, factory: MetricsSystem.factory)
  }

  /// There are as many connections as there may be.
  func refuse() {
    ConnectionViolations.reportRefused(peer: peer.name, logger: server.logger, factory: MetricsSystem.factory)
    abort()
  }
}
