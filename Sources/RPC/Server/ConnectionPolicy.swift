internal import HTTP2
internal import NIOCore

extension RPCServer {
  /// How a server treats connections: how long they live, what they may ask for, how many there may be.
  ///
  /// A connection that drains takes no new calls; those that are open finish, and clients connect again for more.
  public struct ConnectionPolicy: Sendable {
    /// Connections at once; further ones are closed at once. nil sets no limit.
    public var maxConnections: Int?
    /// A connection without a call drains after this time; nil keeps it.
    public var maxIdle: Duration?
    /// A connection drains after this time, varied by a tenth up or down so that clients do not all return at once; nil
    /// keeps it.
    public var maxAge: Duration?
    /// What calls get to finish in once `maxAge` has passed; nil waits for them for ever.
    public var maxAgeGrace: Duration?
    /// The least time between a client's keepalive pings. One that pings oftener, three times in a row without being
    /// sent anything, is told `too_many_pings` and disconnected (gRFC A8).
    public var minPingInterval: Duration = .seconds(300)
    /// Whether clients may ping while they have no call open.
    public var permitPingsWithoutCalls = false
    /// From connecting to the client's SETTINGS.
    public var handshakeTimeout: Duration = .seconds(20)
    /// From the beginning of a call's header list to its end.
    public var headersTimeout: Duration = .seconds(20)
    /// A call whose client takes nothing of what waits for it is reset between one and two such times; nil waits for
    /// ever.
    public var stallTimeout: Duration? = .seconds(300)

    public static var defaults: ConnectionPolicy { ConnectionPolicy() }

    func apply(to http2: inout HTTP2Configuration) {
      http2.pingPolicy = HTTP2PingPolicy(
        minInterval: TimeAmount(minPingInterval), permitWithoutStreams: permitPingsWithoutCalls)
      http2.timeouts.handshake = TimeAmount(handshakeTimeout)
      http2.timeouts.headers = TimeAmount(headersTimeout)
      http2.timeouts.idle = maxIdle.map { TimeAmount($0) }
      http2.timeouts.age = maxAge.map { TimeAmount($0 * Double.random(in: 0.9...1.1)) }
      http2.timeouts.ageGrace = maxAgeGrace.map { TimeAmount($0) }
      http2.timeouts.stall = stallTimeout.map { TimeAmount($0) }
    }
  }
}

extension Duration {
  /// Whole milliseconds, rounded down; at most some thirty years.
  var milliseconds: Int64 {
    min(max(components.seconds, 0), 1_000_000_000) * 1_000 + max(components.attoseconds, 0) / 1_000_000_000_000_000
  }
}
