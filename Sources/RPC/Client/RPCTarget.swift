internal import NIOCore

/// What a client connects to: a name to be resolved, or a list of addresses.
public struct RPCTarget: Sendable, CustomStringConvertible {
  /// `:authority` of the requests.
  public let authority: String
  /// For messages and logs.
  public let description: String
  let resolver: any NameResolver

  /// Reads a target in gRPC's notation:
  /// - `host:port`, `[::1]:port` or `dns:///host:port`: a name that the system resolves
  /// - `ipv4:10.0.0.1:80,10.0.0.2:80` and `ipv6:[::1]:80,[::2]:80`: a list of addresses
  /// - `unix:/path` and `unix:///path`: a Unix socket
  /// - Throws: `RPCTargetError` for anything else.
  public init(_ text: String) throws(RPCTargetError) {
    if let list = text.suffix(after: "ipv4:") {
      try self.init(list: list, of: text) { if case .v4 = $0 { true } else { false } }
    } else if let list = text.suffix(after: "ipv6:") {
      try self.init(list: list, of: text) { if case .v6 = $0 { true } else { false } }
    } else if text.hasPrefix("unix:") {
      guard let address = RPCAddress(text.suffix(after: "unix://").map { "unix:\($0)" } ?? text) else {
        throw RPCTargetError(target: text, reason: "the path must have between 1 and 107 bytes")
      }
      self.init(address)
    } else {
      var name = text[...]
      if let rest = text.suffix(after: "dns:") {
        name = rest
        if rest.hasPrefix("//") {
          let parts = rest.dropFirst(2).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
          guard parts.count == 2, parts[0].isEmpty else {
            throw RPCTargetError(
              target: text, reason: "a name server cannot be chosen: write dns:///host:port with three slashes")
          }
          name = parts[1]
        }
      }
      guard case .tcp(let host, let port)? = RPCAddress(String(name)), !host.contains("/") else {
        throw RPCTargetError(
          target: text,
          reason: "write host:port, dns:///host:port, ipv4:address:port, ipv6:[address]:port or unix:/path")
      }
      self.init(.tcp(host: host, port: port))
    }
  }

  /// One address; a host's name is resolved.
  public init(_ address: RPCAddress) {
    description = address.description
    switch address {
    case .unix:
      authority = "localhost"
      resolver = StaticResolver(resolution: NameResolution(addresses: [address]))
    case .tcp(let host, let port):
      authority = address.description
      if (try? SocketAddress(ipAddress: host, port: port)) != nil {
        resolver = StaticResolver(resolution: NameResolution(addresses: [address]))
      } else {
        resolver = DNSResolver(host: host, port: port)
      }
    }
  }

  /// A list of addresses of one service.
  /// - Parameter authority: the service's name for itself; nil takes the first address.
  /// - Precondition: the list is not empty.
  public init(addresses: [RPCAddress], authority: String? = nil) {
    precondition(!addresses.isEmpty, "a target needs an address")
    self.authority = authority ?? RPCTarget(addresses[0]).authority
    description = addresses.map(\.description).joined(separator: ",")
    resolver = StaticResolver(resolution: NameResolution(addresses: addresses))
  }

  /// A name that the given resolver knows.
  public init(_ name: String, authority: String, resolver: any NameResolver) {
    description = name
    self.authority = authority
    self.resolver = resolver
  }

  private init(
    list: Substring, of text: String, isFamily: (SocketAddress) -> Bool
  ) throws(RPCTargetError) {
    var addresses: [RPCAddress] = []
    for entry in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard case .tcp(let host, let port)? = RPCAddress(String(entry)),
        let address = try? SocketAddress(ipAddress: host, port: port), isFamily(address)
      else { throw RPCTargetError(target: text, reason: "\"\(entry)\" is no address of that kind with a port") }
      addresses.append(.tcp(host: host, port: port))
    }
    self.init(addresses: addresses)
  }
}

/// A target that cannot be read.
public struct RPCTargetError: Error, Equatable, CustomStringConvertible {
  /// The target as it was written.
  public let target: String
  /// What is wrong with it, and what would be right.
  public let reason: String

  public var description: String { "\"\(target)\" is no target: \(reason)" }
}

extension String {
  fileprivate func suffix(after prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
