extension RPCClient {
  /// How quiet connections are watched.
  public struct Keepalive: Sendable {
    /// Silence after which the server is asked whether it is still there; nil never asks. Foreign servers close
    /// connections that ask more than every five minutes.
    public var interval: Duration?
    /// How long the answer may take before the connection is given up.
    public var timeout: Duration = .seconds(20)
    /// Ask also while no call is open.
    public var withoutCalls = false

    /// No pings.
    public static var defaults: Keepalive { Keepalive() }
  }

  /// How a client connects, and what holds for all of its calls.
  public struct Configuration: Sendable {
    /// The largest message a server may send, in bytes; a compressed one counts by what it inflates to.
    public var maxReceiveMessageSize = 4 << 20
    /// The largest message that may be sent, in bytes.
    public var maxSendMessageSize = Int(Int32.max)
    /// The size of a response's header list, counted as in RFC 9113 §6.5.2.
    public var maxHeaderListSize = 16 << 10
    /// What requests are compressed with, unless a call's options say otherwise. A server that does not take it
    /// answers `UNIMPLEMENTED`.
    public var compression = CompressionAlgorithm.identity
    /// What servers may compress responses with, besides `identity`.
    public var acceptedCompression: Set<CompressionAlgorithm> = [.gzip, .deflate]
    /// How long a connection may take until the server speaks HTTP/2.
    public var connectTimeout: Duration = .seconds(20)
    /// How long to wait after a failed connection before the next.
    public var backoff = Backoff.defaults
    /// How quiet connections are watched.
    public var keepalive = Keepalive.defaults
    /// nil speaks plain text.
    public var tls: TLS?
    /// Connections close when there was no call for this long, or up to twice as long; the next call opens them again.
    /// nil keeps them.
    public var idleTimeout: Duration? = .seconds(30 * 60)
    /// `:authority` of the requests, and the host whose certificate a TLS server must show; nil takes the target's.
    public var authority: String?
    /// How calls are spread over several addresses, unless the service config says so.
    public var loadBalancing = LoadBalancing.pickFirst
    /// What holds when the name resolver brings no service config.
    public var serviceConfig: ServiceConfig?
    /// Whether retry policies are followed. Calls that the server has certainly not seen are made again in any case.
    public var retriesEnabled = true
    /// The bytes of a streamed request that are kept, until the server begins to answer, so that the call can be made
    /// again; one that has sent more is not.
    public var retryBufferSize = 256 << 10
    /// Names are resolved again no sooner than this after the last time.
    public var minimumResolutionInterval: Duration = .seconds(30)

    /// What suits most clients.
    public init() {}
  }
}
