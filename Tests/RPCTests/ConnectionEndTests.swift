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

  private func serverCore() -> ServerCore {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return ServerCore(methods: MethodTable(services: [], interceptors: []), limits: .defaults, logger: logger)
  }

  private func serverHandler(_ core: ServerCore, _ channel: any Channel) throws -> HTTP2ChannelHandler {
    let executor = LoopExecutor(channel.eventLoop)
    let connection = ServerConnection(server: core, channel: channel, executor: executor)
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
      let transport = ClientTransport(
        loop: loop, target: .unix(path: "unused"), configuration: RPCClient.Configuration(),
        logger: Logger(label: "test"))
      let pipe = MessagePipe(loop: loop, maxReceiveSize: 1_000, maxSendSize: 1_000)
      let call = ClientCall(
        method: method("Chat", .bidirectionalStreaming), options: CallOptions(), transport: transport, pipe: pipe,
        request: nil)
      let connection = try HTTP2Connection(role: .client)
      call.start(on: connection)
      _ = try output(of: connection)
      var trailers = HeaderBlock()
      trailers.append(":status", "200")
      trailers.append("content-type", "application/grpc")
      trailers.append("grpc-status", status)
      call.streamReceived(headers: trailers, endStream: true)
      return try output(of: connection)
    }.get()
    let code = status == "0" ? HTTP2ErrorCode.noError : .cancel
    #expect(reset == [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, UInt8(code.rawValue)])
  }

  private func output(of connection: HTTP2Connection) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: HTTP2Connection.minimumOutput, alignment: 16)
    defer { buffer.deallocate() }
    let count = try connection.produce(into: buffer)
    connection.deliverEvents { _ in }
    return Array(buffer[..<count])
  }
}
