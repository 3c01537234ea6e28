internal import HTTP2

/// Where a server listens, or what a client connects to.
public enum RPCAddress: Sendable, Hashable, CustomStringConvertible {
  /// Port 0 lets the system choose; the server's `addresses` say which one it took.
  case tcp(host: String, port: Int)
  case unix(path: String)

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  var http2: HTTP2Address {
    switch self {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    }
  }
}
