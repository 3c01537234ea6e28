internal import HTTP2
internal import Logging
internal import NIOCore

/// How a client secures its connections.
struct ClientTLSPolicy: Sendable {
  private let material: TLSMaterial
  private let serverName: String?
  private let handshakeTimeout: TimeAmount

  init(_ tls: RPCClient.TLS, authority: String, logger: Logger) {
    material = TLSMaterial(
      role: .client, credentials: tls.credentials,
      verification: tls.dangerouslySkipsVerification ? .none : .required(tls.trust), logger: logger)
    serverName = tls.serverName ?? Self.name(in: authority)
    handshakeTimeout = TimeAmount(tls.handshakeTimeout)
  }

  /// For the next connection, with the certificates as they are now.
  func policy(on loop: any EventLoop) -> EventLoopFuture<TLSPolicy> {
    material.refreshed(on: loop).map { context in
      TLSPolicy(serverName: serverName, handshakeTimeout: handshakeTimeout) { context }
    }
  }

  /// nil for an IP address, which TLS does not ask for: it must be in the certificate itself.
  private static func name(in authority: String) -> String? {
    var host = authority
    if case .tcp(let name, _)? = RPCAddress(authority) { host = name }
    return (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
  }
}
