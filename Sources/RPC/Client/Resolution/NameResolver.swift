/// Turns the name of a service into addresses, for one client.
public protocol NameResolver: Sendable {
  /// The addresses the name stands for now, in the order of preference, and what the service asks of its clients.
  ///
  /// Asked when the client first needs a connection, and again when connections are lost, at most once in
  /// `RPCClient.Configuration.minimumResolutionInterval`.
  /// - Throws: when nothing can be found out; the text reaches callers in an `UNAVAILABLE` status.
  func resolve() async throws -> NameResolution
}

/// What a name stands for.
public struct NameResolution: Sendable, Equatable {
  /// Not empty; the same address twice counts once.
  public var addresses: [RPCAddress]
  /// nil leaves the one in the client's configuration in force.
  public var serviceConfig: ServiceConfig?

  /// What a name stands for.
  ///
  /// - Parameter addresses: at least one.
  public init(addresses: [RPCAddress], serviceConfig: ServiceConfig? = nil) {
    self.addresses = addresses
    self.serviceConfig = serviceConfig
  }
}

/// Addresses that are known from the start.
struct StaticResolver: NameResolver {
  let resolution: NameResolution

  func resolve() async throws -> NameResolution { resolution }
}
