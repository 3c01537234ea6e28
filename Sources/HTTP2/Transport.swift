package import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Where a server listens or a client connects.
package enum HTTP2Address: Sendable, Hashable {
  case tcp(host: String, port: Int)
  case unix(path: String)
}

/// Opens sockets and puts an `HTTP2ChannelHandler` on each.
package enum HTTP2Transport {
  /// One read takes up to this much from a socket, so that a turn handles many calls.
  private static let readSize = 64 << 10
  // What NIOSSL decrypts of one read or encrypts of one write stays in a buffer of the connection's for its whole life.
  // These are three records each, so that neither buffer ever exceeds 64 KiB.
  private static let securedReadSize = 48 << 10
  private static let securedWriteSize = 48 << 10

  /// Listens on `address`, in plain text without `tls`; `accept` makes the handler of each connection, on that
  /// connection's loop.
  package static func listen(
    on address: HTTP2Address, group: any EventLoopGroup, tls: TLSPolicy? = nil,
    accept: @escaping @Sendable (any Channel) throws -> HTTP2ChannelHandler
  ) async throws -> any Channel {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.recvAllocator, value: readAllocator(tls))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try install(accept(channel), on: channel, tls: tls)
        }
      }
    switch address {
    case .tcp(let host, let port):
      return try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .bind(host: host, port: port).get()
    case .unix(let path):
      return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }
  }

  /// Whether somebody accepts connections on the address.
  package static func isAnswered(_ address: HTTP2Address, eventLoop: any EventLoop) async -> Bool {
    let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(.seconds(1))
    let connection =
      switch address {
      case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
      case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    guard let channel = try? await connection.get() else { return false }
    try? await channel.close()
    return true
  }

  /// Connects to `address` on `eventLoop`, in plain text without `tls`, which may have to be waited for. `timeout` is for
  /// the socket; a handshake has its own.
  package static func connect(
    to address: HTTP2Address, eventLoop: any EventLoop, timeout: TimeAmount,
    tls: EventLoopFuture<TLSPolicy>? = nil,
    handler: @escaping @Sendable (any Channel) throws -> HTTP2ChannelHandler
  ) -> EventLoopFuture<any Channel> {
    guard let tls else {
      return connect(to: address, eventLoop: eventLoop, timeout: timeout, policy: nil, handler: handler)
    }
    return tls.flatMap { connect(to: address, eventLoop: eventLoop, timeout: timeout, policy: $0, handler: handler) }
  }

  private static func connect(
    to address: HTTP2Address, eventLoop: any EventLoop, timeout: TimeAmount, policy: TLSPolicy?,
    handler: @escaping @Sendable (any Channel) throws -> HTTP2ChannelHandler
  ) -> EventLoopFuture<any Channel> {
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(timeout)
      .channelOption(.recvAllocator, value: readAllocator(policy))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try install(handler(channel), on: channel, tls: policy)
        }
      }
    switch address {
    case .tcp(let host, let port):
      return bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
    case .unix(let path):
      return bootstrap.connect(unixDomainSocketPath: path)
    }
  }

  private static func readAllocator(_ tls: TLSPolicy?) -> GrowingReadBuffer {
    GrowingReadBuffer(upTo: tls == nil ? readSize : securedReadSize)
  }

  private static func install(_ handler: HTTP2ChannelHandler, on channel: any Channel, tls: TLSPolicy?) throws {
    let pipeline = channel.pipeline.syncOperations
    let role = handler.connection.role
    guard let tls else { return try pipeline.addHandlers([PlainTextGuard(role: role), handler]) }
    let ssl: NIOSSLHandler
    switch role {
    case .server: ssl = NIOSSLServerHandler(context: tls.context().ssl)
    case .client:
      do {
        ssl = try NIOSSLClientHandler(context: tls.context().ssl, serverHostname: tls.serverName)
      } catch {
        throw TLSFailure(error, role: role, serverName: tls.serverName, certificate: nil)
      }
    }
    handler.writeSize = securedWriteSize
    try pipeline.addHandlers([ssl, TLSHandshakeHandler(role: role, ssl: ssl, policy: tls), handler])
  }
}
