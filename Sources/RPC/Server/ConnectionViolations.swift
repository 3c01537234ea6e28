internal import HTTP2
internal import Logging
internal import Metrics

extension ServerConnection {
  func connection(_ channel: HTTP2ChannelHandler, sawViolation violation: HTTP2Violation) {
    server.logger.notice(
      "a peer went over a limit", metadata: ["peer": "\(peer.name)", "violation": "\(violation.rawValue)"])
    Counter(label: "rpc_connection_violations", dimensions: [("kind", violation.rawValue)]).increment()
  }

  /// There are as many connections as there may be.
  func refuse() {
    server.logger.notice("a connection was refused: too many are open", metadata: ["peer": "\(peer.name)"])
    Counter(label: "rpc_connections_refused").increment()
    abort()
  }
}
