import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import HTTP2
@testable import RPC

@Suite("Connections that end early, or start late", .timeLimit(.minutes(2)))
struct ConnectionEndTests {
  private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()

  private func serverCore(_ methods: [MethodDefinition] = []) -> ServerCore {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let service = ServiceDefinition(name: "test.Echo", methods: methods)
    return ServerCore(methods: MethodTable(services: [service], interceptors: []), limits: .defaults, logger: logger)
  }

  private func serverHandler(_ core: ServerCore, _ channel: any Channel) throws -> HTTP2ChannelHandler {
    let executor = LoopExecutor(channel.eventLoop)
    let connection = ServerConnection(loop: ServerLoop(executor: executor, server: core), channel: channel)
    let handler = HTTP2ChannelHandler(
      connection: try HTTP2Connection(role: .server), executor: executor,
      keepalive: HTTP2Keepalive(interval: nil, timeout: .seconds(1), withoutStreams: false), observer: connection)
    connection.attach(handler)
    return handler
  }

  @Test("a connection that ends before it was active does not hold a shutdown up")
  func neverActive() async throws {
    let core = serverCore()
    // Nobody listens there: the channel gets its handler, and is closed without ever having been active.
    let nowhere = HTTP2Address.unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock")
    let attempt = HTTP2Transport.connect(to: nowhere, eventLoop: loop, timeout: .seconds(5)) { channel in
      try serverHandler(core, channel)
    }
    await #expect(throws: (any Error).self) { try await attempt.get() }
    core.beginDrain()
    await core.waitUntilStopped()
  }

  @Test("a connection accepted during a shutdown is closed", arguments: [false, true])
  func acceptedLate(afterGrace: Bool) async throws {
    let core = serverCore()
    core.beginDrain()
    if afterGrace { core.stopNow() }
    let listener = try await HTTP2Transport.listen(
      on: .tcp(host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton
    ) { channel in
      try serverHandler(core, channel)
    }
    let port = listener.localAddress?.port ?? 0
    let client = try await RawClient.connect(to: .tcp(host: "127.0.0.1", port: port))
    await client.waitForClose()
    try await listener.close()
  }

  /// Takes what is written and never says that it is out, as a peer does that stops reading.
  private final class Blockage: ChannelOutboundHandler, @unchecked Sendable {
    typealias OutboundIn = ByteBuffer
    private var promises: [EventLoopPromise<Void>] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      if let promise { promises.append(promise) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
      for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
    }
  }

  @Test("a peer that breaks the protocol and does not read loses its calls and its connection")
  func brokenByBlockedPeer() async throws {
    let started = Signal()
    let cancelled = Signal()
    let core = serverCore([
      expandMethod { _, _, _ in
        started.give()
        do { try await Task.sleep(for: .seconds(3_600)) } catch { cancelled.give() }
      }
    ])
    let listener = try await HTTP2Transport.listen(
      on: .tcp(host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton
    ) { channel in
      try channel.pipeline.syncOperations.addHandler(Blockage())
      return try serverHandler(core, channel)
    }
    let client = try await ClientBootstrap(group: loop)
      .connect(host: "127.0.0.1", port: listener.localAddress?.port ?? 0).get()
    let request = try await loop.submit {
      let connection = try HTTP2Connection(role: .client)
      looseCall("Expand", .serverStreaming, request: [0, 0, 0, 0, 0], on: loop).start(on: connection, of: nil)
      return try output(of: connection)
    }.get()
    try await client.writeAndFlush(ByteBuffer(bytes: request))
    await started.wait()
    // DATA belongs to a stream, never to the connection (RFC 9113 §6.1).
    try await client.writeAndFlush(ByteBuffer(bytes: [0, 0, 1, 0, 0, 0, 0, 0, 0, 7] as [UInt8]))
    await cancelled.wait()
    try await client.closeFuture.get()
    try await listener.close()
  }

  @Test("a client closed while it connects gives the socket back")
  func closedWhileConnecting() async throws {
    let (accepted, continuation) = AsyncStream.makeStream(of: (any Channel).self)
    // A server that takes connections and says nothing.
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        continuation.yield(channel)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let client = RPCClient(target: .tcp(host: "127.0.0.1", port: listener.localAddress?.port ?? 0))
    async let error = failure {
      try await client.unary(method("Unary", .unary), Payload(), response: Payload.self, options: CallOptions())
    }
    var channels = accepted.makeAsyncIterator()
    let channel = try #require(await channels.next())
    await client.close()
    #expect(await error?.code == .cancelled)
    try await channel.closeFuture.get()
    try await listener.close()
  }

  @Test("a stream the server ended first is ended by the client too", arguments: ["0", "9"])
  func halfOpenStream(status: String) async throws {
    let reset = try await loop.submit {
      let call = looseCall("Chat", .bidirectionalStreaming, request: nil, on: loop)
      let connection = try HTTP2Connection(role: .client)
      call.start(on: connection, of: nil)
      _ = try output(of: connection)
      var trailers = HeaderBlock()
      trailers.append(":status", "200")
      trailers.append("content-type", "application/grpc")
      trailers.append("grpc-status", status)
      trailers.withView { call.streamReceived(headers: $0, endStream: true) }
      return try output(of: connection)
    }.get()
    let code = status == "0" ? HTTP2ErrorCode.noError : .cancel
    #expect(reset == [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, UInt8(code.rawValue)])
  }

  private func output(of connection: HTTP2Connection) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: HTTP2Connection.minimumOutput, alignment: 16)
    defer { buffer.deallocate() }
    let count = try connection.produce(into: buffer)
    return Array(buffer[..<count])
  }
}
