package import NIOCore
internal import NIOPosix

/// Where a server listens or a client connects.
package enum HTTP2Address: Sendable, Hashable {
  case tcp(host: String, port: Int)
  case unix(path: String)
}

/// Opens sockets and puts an `HTTP2ChannelHandler` on each.
package enum HTTP2Transport {
  /// One read takes up to this much from a socket, so that a turn handles many calls.
  private static let readSize = 64 << 10

  /// Listens on `address`; `accept` makes the handler of each connection, on that connection's loop.
  package static func listen(
    on address: HTTP2Address, group: any EventLoopGroup,
    accept: @escaping @Sendable (any Channel) throws -> HTTP2ChannelHandler
  ) async throws -> any Channel {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readSize))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(accept(channel))
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

  /// Connects to `address` on `eventLoop`.
  package static func connect(
    to address: HTTP2Address, eventLoop: any EventLoop, timeout: TimeAmount,
    handler: @escaping @Sendable (any Channel) throws -> HTTP2ChannelHandler
  ) -> EventLoopFuture<any Channel> {
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(timeout)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readSize))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(handler(channel))
        }
      }
    switch address {
    case .tcp(let host, let port):
      return bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
    case .unix(let path):
      return bootstrap.connect(unixDomainSocketPath: path)
    }
  }
}
