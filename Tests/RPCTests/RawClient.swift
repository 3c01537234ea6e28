import NIOCore
import NIOPosix
import Synchronization

@testable import HTTP2
@testable import RPC

/// An HTTP/2 client below gRPC: it sends what no proper client would.
final class RawClient: HTTP2ConnectionObserver, @unchecked Sendable {
  private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()
  private var handler: HTTP2ChannelHandler?
  private var channel: (any Channel)?

  struct Outcome: Sendable {
    /// Every field received, headers and trailers together.
    var fields: [String: String] = [:]
    var body: [UInt8] = []
    /// HEADERS blocks received, interim responses and trailers included.
    var headerBlocks = 0
    /// How the stream ended.
    var end: HTTP2StreamEnd?
  }

  static func connect(to address: RPCAddress) async throws -> RawClient {
    let client = RawClient()
    client.channel = try await HTTP2Transport.connect(
      to: address.http2, eventLoop: client.loop, timeout: .seconds(5)
    ) { _ in
      let handler = HTTP2ChannelHandler(
        connection: try HTTP2Connection(role: .client), executor: LoopExecutor(client.loop),
        keepalive: HTTP2Keepalive(interval: nil, timeout: .seconds(1), withoutStreams: false), observer: client)
      client.handler = handler
      return handler
    }.get()
    return client
  }

  /// Opens a stream and returns; its answer is not waited for.
  func open(
    _ path: String, _ extra: [(String, String)] = [], method: String = "POST",
    contentType: String = "application/grpc", body: [UInt8], endStream: Bool
  ) async throws {
    try await start(path, extra, method, contentType, body, endStream, Stream { _ in })
  }

  /// Opens a stream and waits until it has ended.
  func call(
    _ path: String, _ extra: [(String, String)] = [], method: String = "POST",
    contentType: String = "application/grpc", body: [UInt8], endStream: Bool
  ) async throws -> Outcome {
    let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
    try await start(path, extra, method, contentType, body, endStream, Stream { continuation.yield($0) })
    for await outcome in outcomes { return outcome }
    return Outcome()
  }

  private func start(
    _ path: String, _ extra: [(String, String)], _ method: String, _ contentType: String, _ body: [UInt8],
    _ endStream: Bool, _ observer: Stream
  ) async throws {
    try await loop.submit {
      var block = HeaderBlock()
      block.append(":method", method)
      block.append(":scheme", "http")
      block.append(":path", path)
      block.append(":authority", "test")
      block.append("content-type", contentType)
      for (name, value) in extra { block.append(name, value) }
      guard let connection = self.handler?.connection else { return }
      let stream = try connection.openStream(OutgoingHeaders(nil, block), endStream: false, observer: observer)
      body.withUnsafeBytes { stream.write($0) }
      if endStream { stream.finish() }
    }.get()
  }

  /// Returns when the socket is closed, by whichever side.
  func waitForClose() async {
    try? await channel?.closeFuture.get()
  }

  /// Closes the socket without a word.
  func close() async {
    try? await channel?.close()
  }

  private final class Stream: HTTP2StreamObserver, @unchecked Sendable {
    private var outcome = Outcome()
    private let ended: (Outcome) -> Void

    init(_ ended: @escaping (Outcome) -> Void) { self.ended = ended }

    func streamReceived(headers: HeaderView, endStream: Bool) {
      outcome.headerBlocks += 1
      for field in headers.fields { outcome.fields[headers.name(field)] = headers.value(field) }
    }
    func streamReceived(data: UnsafeRawBufferPointer) { outcome.body += data }
    func streamReceivedEnd() {}
    func streamDrained() {}
    func streamClosed(_ reason: HTTP2StreamEnd) {
      outcome.end = reason
      ended(outcome)
    }
  }

  func connection(
    _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool
  ) {}
  func connectionIsReady(_ channel: HTTP2ChannelHandler) {}
  func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) {}
  func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {}
}
