internal import HTTP2
internal import NIOCore

/// The other end of a server's connection: the same for all of its calls.
final class ConnectionPeer: Sendable {
  /// For logs: `ipv4:127.0.0.1:50312` or `unix:/run/lorikeet.sock`.
  let name: String
  /// nil where the peer showed no certificate.
  let identity: PeerIdentity?

  init(_ channel: any Channel, certificate: PeerCertificate? = nil) {
    name = Self.name(of: channel)
    identity = certificate.map { PeerIdentity($0) }
  }

  private init(name: String) {
    self.name = name
    identity = nil
  }

  /// Before a connection's first call.
  static let none = ConnectionPeer(name: "unknown")

  private static func name(of channel: any Channel) -> String {
    guard let address = channel.remoteAddress else { return "unknown" }
    return switch address {
    case .v4: "ipv4:\(address.ipAddress ?? ""):\(address.port ?? 0)"
    case .v6: "ipv6:[\(address.ipAddress ?? "")]:\(address.port ?? 0)"
    // The client's end of a Unix socket has no name.
    case .unixDomainSocket: "unix:\(channel.localAddress?.pathname ?? "")"
    }
  }
}
