internal import HTTP2
public import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A gRPC server over HTTP/2, on TCP and Unix sockets.
///
/// `run()` serves until the task is cancelled or `beginGracefulShutdown()` is called, then lets calls finish.
public final class RPCServer: Sendable {
  /// What one client may ask for.
  public struct Limits: Sendable {
    /// The largest message a client may send, in bytes; a compressed one counts by what it inflates to.
    public var maxReceiveMessageSize = 4 << 20
    /// The largest message a handler may send, in bytes.
    public var maxSendMessageSize = Int(Int32.max)
    /// Calls a client may have open at once on one connection.
    public var maxConcurrentStreams = 100
    /// The size of a call's header list, counted as in RFC 9113 §6.5.2.
    public var maxHeaderListSize = 16 << 10
    /// What received messages, whole and partial, may occupy on one connection, in bytes; the call that would go over it
    /// fails with `RESOURCE_EXHAUSTED`. One message of the greatest size always has room.
    public var maxBufferedBytesPerConnection = 64 << 20
    /// Calls at once on the whole server; further ones fail with `RESOURCE_EXHAUSTED` before anybody looks at them. nil
    /// sets no limit.
    public var maxConcurrentCalls: Int?
    /// When a client that went over `maxConcurrentCalls` may try again (`grpc-retry-pushback-ms`).
    public var overloadPushback: Duration = .seconds(1)

    /// 4 MiB for a message, 100 calls for a connection.
    public static var defaults: Limits { Limits() }
  }

  /// How quiet connections are watched.
  public struct Keepalive: Sendable {
    /// Silence after which an active connection's peer is asked whether it is still there; nil never asks.
    public var interval: Duration? = .seconds(60)
    /// How long the answer may take before the connection is given up.
    public var timeout: Duration = .seconds(20)

    /// A ping after a minute of silence.
    public static var defaults: Keepalive { Keepalive() }
  }

  /// How messages are compressed.
  public struct Compression: Sendable {
    /// What clients may compress requests with, besides `identity`.
    public var accepted: Set<CompressionAlgorithm> = [.gzip, .deflate]
    /// What responses are compressed with where the client takes it and a handler does not choose otherwise.
    public var responses = CompressionAlgorithm.identity

    /// Compressed requests are taken; responses are not compressed.
    public static var defaults: Compression { Compression() }
  }

  /// One address that a server listens on.
  public struct Listener: Sendable, Hashable {
    /// Where to listen.
    public var address: RPCAddress
    /// nil takes plain text.
    public var tls: TLS?

    /// An address, in plain text unless it has TLS.
    public init(_ address: RPCAddress, tls: TLS? = nil) {
      self.address = address
      self.tls = tls
    }
  }

  /// Where a server listens, and what holds for all of its calls.
  public struct Configuration: Sendable {
    /// Where to listen: a Unix socket in plain text beside a TLS port, say.
    public var listeners: [Listener]
    /// What one client may ask for.
    public var limits = Limits.defaults
    /// How messages are compressed.
    public var compression = Compression.defaults
    /// How quiet connections are watched.
    public var keepalive = Keepalive.defaults
    public var connections = ConnectionPolicy.defaults
    /// How long `run()` lets calls finish after it was told to stop.
    public var shutdownGrace: Duration = .seconds(10)

    /// What suits most servers.
    public init(listeners: [Listener]) { self.listeners = listeners }

    /// Listens in plain text.
    public init(addresses: [RPCAddress]) { self.init(listeners: addresses.map { Listener($0) }) }
  }

  private let configuration: Configuration
  let core: ServerCore
  private let health: HealthService?
  private let loops: [ObjectIdentifier: ServerLoop]
  private let group: MultiThreadedEventLoopGroup
  private let certificates: ServerCertificates
  private let bound = Mutex<[RPCAddress]?>(nil)

  /// - Parameter interceptors: wrap every call, the first one outermost.
  /// - Parameter health: served too, unless it is among the services already. All services are registered with it, and
  ///   it is shut down when the server begins to drain, before clients are told to go.
  /// - Precondition: no two services have the same name.
  public init(
    configuration: Configuration, services: [ServiceDefinition], interceptors: [any ServerInterceptor] = [],
    health: HealthService? = nil, logger: Logger
  ) {
    self.configuration = configuration
    self.health = health
    var services = services
    if let health {
      let definition = health.definition
      if !services.contains(where: { $0.name == definition.name }) { services.append(definition) }
      health.register(services.map(\.name))
    }
    group = .singleton
    certificates = ServerCertificates(configuration.listeners, logger: logger)
    core = ServerCore(
      methods: MethodTable(services: services, interceptors: interceptors), limits: configuration.limits,
      compression: configuration.compression, maxConnections: configuration.connections.maxConnections, logger: logger)
    var loops: [ObjectIdentifier: ServerLoop] = [:]
    for eventLoop in group.makeIterator() {
      let loop = ServerLoop(executor: LoopExecutor(eventLoop), server: core)
      loops[ObjectIdentifier(eventLoop)] = loop
      core.join(loop)
    }
    self.loops = loops
  }

  deinit { core.close() }

  /// The addresses listened on, with the ports the system chose; empty before `start()`.
  public var addresses: [RPCAddress] { bound.withLock { $0 ?? [] } }

  /// Calls whose handlers are running.
  public var activeCalls: Int { core.callCount }

  /// Opens the sockets and begins to serve.
  ///
  /// - Returns: the addresses, with the ports the system chose.
  /// - Throws: `RPCError(.unavailable)` when an address cannot be listened on, for want of good certificates or otherwise;
  ///   none is then.
  @discardableResult
  public func start() async throws -> [RPCAddress] {
    var addresses: [RPCAddress] = []
    for listener in configuration.listeners {
      let address = listener.address
      do {
        let tls = try await certificates.policy(for: listener)
        try await refuseTakingOver(address)
        let channel = try await HTTP2Transport.listen(on: address.http2, group: group, tls: tls, accept: accept)
        guard core.listening(on: channel) else {
          try? await channel.close()
          throw CancellationError()
        }
        if case .tcp(let host, 0) = address {
          addresses.append(.tcp(host: host, port: channel.localAddress?.port ?? 0))
        } else {
          addresses.append(address)
        }
      } catch {
        core.beginDrain()
        throw RPCError(.unavailable, "cannot listen on \(address): \(error)", cause: error)
      }
    }
    certificates.watch(on: group)
    bound.withLock { [addresses] in $0 = addresses }
    core.logger.info("serving", metadata: ["addresses": "\(addresses.map(\.description).joined(separator: ", "))"])
    return addresses
  }

  /// Reads the files of certificates and keys again, whether they have changed or not. New connections get what they
  /// hold; those that are open go on.
  ///
  /// - Throws: `RPCError(.failedPrecondition)` when files are no good; their listeners keep what they had.
  public func reloadTLS() async throws(RPCError) { try await certificates.reload() }

  /// A socket file that a dead server left behind is replaced; one that a living server answers on is not.
  private func refuseTakingOver(_ address: RPCAddress) async throws {
    guard case .unix = address, await HTTP2Transport.isAnswered(address.http2, eventLoop: group.any()) else { return }
    throw RPCError(.unavailable, "another server is listening there")
  }

  private var accept: @Sendable (any Channel) throws -> HTTP2ChannelHandler {
    var http2 = HTTP2Configuration()
    http2.maxConcurrentStreams = UInt32(clamping: configuration.limits.maxConcurrentStreams)
    http2.maxHeaderListSize = UInt32(clamping: configuration.limits.maxHeaderListSize)
    http2.maxHeldBytes = max(
      configuration.limits.maxBufferedBytesPerConnection,
      min(configuration.limits.maxReceiveMessageSize, .max - 64 << 10) + 64 << 10)
    let policy = configuration.connections
    let keepalive = HTTP2Keepalive(
      interval: configuration.keepalive.interval.map { TimeAmount($0) },
      timeout: TimeAmount(configuration.keepalive.timeout), withoutStreams: true)
    return { [loops, http2] channel in
      var http2 = http2
      policy.apply(to: &http2)
      guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.inappropriateOperationForState }
      let connection = ServerConnection(loop: loop, channel: channel)
      let handler = HTTP2ChannelHandler(
        connection: try HTTP2Connection(
          role: .server, configuration: http2, streamPool: loop.executor.streamPool),
        executor: loop.executor,
        keepalive: keepalive, observer: connection)
      connection.attach(handler)
      return handler
    }
  }

  /// Serves until stopped, starting first if that has not been done. Cancelling the task stops it gracefully.
  public func run() async throws {
    if bound.withLock({ $0 == nil }) { try await start() }
    await withTaskCancellationHandler {
      await core.waitUntilStopped()
    } onCancel: {
      beginGracefulShutdown()
    }
  }

  /// Stops taking connections and calls, and lets those under way finish; after `configuration.shutdownGrace` what is
  /// left is cancelled. Returns at once; `run()` returns when it is done.
  public func beginGracefulShutdown() {
    beginShutdown(grace: configuration.shutdownGrace)
  }

  private func beginShutdown(grace: Duration) {
    // Who watches is to send new calls elsewhere before the GOAWAY makes it.
    health?.shutDown()
    core.beginDrain()
    group.any().scheduleTask(in: TimeAmount(grace)) { [core] in core.stopNow() }
  }

  /// Stops as `beginGracefulShutdown` does, and waits for the end.
  public func shutdown(grace: Duration) async {
    beginShutdown(grace: grace)
    await core.waitUntilStopped()
  }
}
