internal import HTTP2

/// Where a server listens, or what a client connects to.
public enum RPCAddress: Sendable, Hashable, CustomStringConvertible {
  /// Port 0 lets the system choose; the server's `addresses` say which one it took.
  case tcp(host: String, port: Int)
  /// A Unix socket; the path has at most 107 bytes.
  case unix(path: String)

  /// Reads `host:port`, `[::1]:port` or `unix:/path`; nil for anything else.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = text.dropFirst(5)
      // sockaddr_un holds 108 bytes with the NUL.
      guard !path.isEmpty, path.utf8.count < 108 else { return nil }
      self = .unix(path: String(path))
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self = .tcp(host: String(host), port: Int(port))
  }

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
