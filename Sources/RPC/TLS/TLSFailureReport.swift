internal import HTTP2
internal import Logging
internal import Metrics

/// Tells the server's operator of clients that did not get in.
enum TLSFailureReport {
  static func report(
    _ failure: TLSFailure, peer: String, logger: Logger, factory: any MetricsFactory = MetricsSystem.factory
  ) {
    Counter(label: "rpc_tls_handshake_failures", dimensions: [("reason", failure.name)], factory: factory).increment()
    // Whoever only looks whether the port is open leaves at once; load balancers do that all day.
    let level: Logger.Level = if case .peerLeft = failure.reason { .debug } else { .notice }
    logger.log(level: level, "TLS handshake failed", metadata: ["peer": "\(peer)", "error": "\(failure)"])
  }
}
