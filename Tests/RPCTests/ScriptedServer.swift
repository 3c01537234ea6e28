import NIOCore
import NIOPosix
import Synchronization

@testable import HTTP2
@testable import RPC

/// A server below gRPC: what it answers to each stream, in the order in which they come, is up to the test.
final class ScriptedServer: Sendable {
  /// What a stream is answered with.
  enum Answer: Sendable {
    /// RST_STREAM, as soon as the stream is open.
    case reset(HTTP2ErrorCode)
    /// GOAWAY that claims not to have seen the stream, as soon as it is open.
    case goAwayUnseen
    /// The socket closes as soon as the stream is open.
    case drop
    /// Nothing, ever.
    case nothing
    /// One HEADERS frame with a status, once the request is complete.
    case trailersOnly(StatusCode, [(String, String)] = [])
    /// The same as soon as the stream is open, whatever the client still sends.
    case earlyTrailersOnly(StatusCode, [(String, String)] = [])
    /// Headers, and then a status, once the request is complete.
    case headersThen(StatusCode)
    /// An HTTP status without anything of gRPC's.
    case http(Int)
    /// Headers, the bytes of the request as the response, and OK.
    case echo
  }

  struct Request: Sendable {
    var fields: [String: String] = [:]
    var body: [UInt8] = []
    /// Counts connections from 0.
    var connection = 0
  }

  private struct State {
    var script: [Answer]
    var requests: [Request] = []
    var connections = 0
    var open: [ObjectIdentifier: any Channel] = [:]
  }
  private let state: Mutex<State>
  private let maxConcurrentStreams: UInt32
  private let (openings, opened) = AsyncStream.makeStream(of: Void.self)

  private init(_ script: [Answer], maxConcurrentStreams: UInt32) {
    state = Mutex(State(script: script))
    self.maxConcurrentStreams = maxConcurrentStreams
  }

  /// Runs `body` with a server that answers as `script` says, and with `echo` once that has run out.
  static func run<T: Sendable>(
    _ script: [Answer], maxConcurrentStreams: UInt32 = 100,
    _ body: (ScriptedServer, RPCAddress) async throws -> T
  ) async throws -> T {
    let server = ScriptedServer(script, maxConcurrentStreams: maxConcurrentStreams)
    let listener = try await HTTP2Transport.listen(
      on: .tcp(host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton
    ) { channel in
      try server.accept(channel)
    }
    let address = RPCAddress.tcp(host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
    let result: Result<T, any Error>
    do { result = .success(try await body(server, address)) } catch { result = .failure(error) }
    try await listener.close()
    for channel in server.state.withLock({ Array($0.open.values) }) { try? await channel.close() }
    return try result.get()
  }

  /// The requests so far, in the order in which they came; bodies as far as they came.
  var requests: [Request] { state.withLock { $0.requests } }
  var connections: Int { state.withLock { $0.connections } }

  /// Returns when one more stream has been opened.
  func nextOpening() async {
    for await _ in openings { return }
  }

  /// Says on every connection that no streams after the given one were seen.
  func goAway(lastStreamID: UInt8) {
    for channel in state.withLock({ Array($0.open.values) }) { Self.sendGoAway(channel, lastStreamID) }
  }

  private static func sendGoAway(_ channel: any Channel, _ lastStreamID: UInt8) {
    let frame: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, lastStreamID, 0, 0, 0, 0]
    channel.writeAndFlush(ByteBuffer(bytes: frame), promise: nil)
  }

  private func accept(_ channel: any Channel) throws -> HTTP2ChannelHandler {
    let number = state.withLock { state in
      state.open[ObjectIdentifier(channel)] = channel
      state.connections += 1
      return state.connections - 1
    }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
    }
    var configuration = HTTP2Configuration()
    configuration.maxConcurrentStreams = maxConcurrentStreams
    return HTTP2ChannelHandler(
      connection: try HTTP2Connection(role: .server, configuration: configuration),
      executor: LoopExecutor(channel.eventLoop),
      keepalive: HTTP2Keepalive(interval: nil, timeout: .seconds(1), withoutStreams: false),
      observer: Connection(server: self, number: number))
  }

  /// Confined to its loop.
  private final class Connection: HTTP2ConnectionObserver {
    let server: ScriptedServer
    let number: Int

    init(server: ScriptedServer, number: Int) {
      self.server = server
      self.number = number
    }

    func connection(
      _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool
    ) {
      var request = Request(connection: number)
      for field in headers.fields { request.fields[headers.name(field)] = headers.value(field) }
      let (answer, index) = server.state.withLock { state in
        state.requests.append(request)
        return (state.script.isEmpty ? Answer.echo : state.script.removeFirst(), state.requests.count - 1)
      }
      let exchange = Exchange(server: server, stream: stream, index: index, answer: answer)
      stream.observer = exchange
      switch answer {
      case .reset(let code): stream.reset(code)
      case .goAwayUnseen: channel.channel.map { ScriptedServer.sendGoAway($0, 0) }
      case .drop: channel.channel?.close(promise: nil)
      case .earlyTrailersOnly(let code, let fields): exchange.trailersOnly(code, fields)
      default: break
      }
      server.opened.yield()
      if endStream { exchange.streamReceivedEnd() }
    }

    func connectionIsReady(_ channel: HTTP2ChannelHandler) {}
    func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) { channel.beginDrain() }
    func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {}
  }

  private final class Exchange: HTTP2StreamObserver {
    let server: ScriptedServer
    let stream: HTTP2Stream
    let index: Int
    let answer: Answer

    init(server: ScriptedServer, stream: HTTP2Stream, index: Int, answer: Answer) {
      self.server = server
      self.stream = stream
      self.index = index
      self.answer = answer
    }

    func streamReceived(headers: HeaderView, endStream: Bool) {}

    func streamReceived(data: UnsafeRawBufferPointer) {
      server.state.withLock { $0.requests[index].body += data }
      stream.release(data.count)
    }

    func streamReceivedEnd() {
      switch answer {
      case .trailersOnly(let code, let fields): trailersOnly(code, fields)
      case .headersThen(let code): respond(body: [], code)
      case .http(let status):
        var block = HeaderBlock()
        block.append(":status", "\(status)")
        stream.respond(OutgoingHeaders(nil, block), endStream: true)
      case .echo: respond(body: server.requests[index].body, .ok)
      case .reset, .goAwayUnseen, .drop, .nothing, .earlyTrailersOnly: break
      }
    }

    func trailersOnly(_ code: StatusCode, _ fields: [(String, String)]) {
      var block = HeaderBlock()
      block.append(":status", "200")
      block.append("content-type", "application/grpc")
      block.append("grpc-status", "\(code.rawValue)")
      for (name, value) in fields { block.append(name, value) }
      stream.respond(OutgoingHeaders(nil, block), endStream: true)
    }

    private func respond(body: [UInt8], _ code: StatusCode) {
      stream.respond(OutgoingHeaders(WireHeaders.responseHead, nil), endStream: false)
      body.withUnsafeBytes { stream.write($0) }
      var trailers = HeaderBlock()
      trailers.append("grpc-status", "\(code.rawValue)")
      stream.finish(trailers: OutgoingHeaders(nil, trailers))
    }

    func streamDrained() {}
    func streamClosed(_ reason: HTTP2StreamEnd) {}
  }
}
