import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

/// A server's handler on a channel without a socket, whose clock stands until the test moves it.
private final class Wire: HTTP2ConnectionObserver {
  let channel = EmbeddedChannel()
  private(set) var violations: [HTTP2Violation] = []
  private(set) var streams: [HTTP2Stream] = []
  private(set) var error: HTTP2ConnectionError?
  private(set) var isClosed = false
  private(set) var handler: HTTP2ChannelHandler?

  init(
    keepalive: HTTP2Keepalive = HTTP2Keepalive(interval: nil, timeout: .seconds(20), withoutStreams: true),
    _ configure: (inout HTTP2Configuration) -> Void = { _ in }
  ) throws {
    var configuration = HTTP2Configuration()
    configure(&configuration)
    let handler = HTTP2ChannelHandler(
      connection: try HTTP2Connection(role: .server, configuration: configuration),
      executor: LoopExecutor(channel.eventLoop), keepalive: keepalive, observer: self)
    self.handler = handler
    channel.embeddedEventLoop.advanceTime(to: .uptimeNanoseconds(1_000_000_000_000))
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
  }

  deinit { _ = try? channel.finish() }

  func handshake() throws {
    try send(WireFrame.preface + WireFrame.settings().bytes)
    try send(WireFrame(.settings, flags: WireFrame.ack).bytes)
    _ = try received()
  }

  func send(_ bytes: [UInt8]) throws {
    try channel.writeInbound(ByteBuffer(bytes: bytes))
    channel.embeddedEventLoop.run()
  }

  func send(_ frames: WireFrame...) throws { for frame in frames { try send(frame.bytes) } }

  /// The frames that the handler has written since the last call.
  func received() throws -> [WireFrame] {
    channel.embeddedEventLoop.run()
    var bytes: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += Array(buffer.readableBytesView) }
    return WireFrame.parse(bytes)
  }

  func wait(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

  func connection(
    _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool
  ) { streams.append(stream) }
  func connectionIsReady(_ channel: HTTP2ChannelHandler) {}
  func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) {}
  func connection(_ channel: HTTP2ChannelHandler, sawViolation violation: HTTP2Violation) {
    violations.append(violation)
  }
  func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {
    self.error = error
    isClosed = true
    handler = nil
  }
}

private func goAways(_ frames: [WireFrame]) -> [HTTP2ErrorCode] {
  frames.filter { $0.kind == WireFrame.Kind.goAway.rawValue }.map(\.goAwayCode)
}

private func pings(_ frames: [WireFrame]) -> [WireFrame] {
  frames.filter { $0.kind == WireFrame.Kind.ping.rawValue && $0.flags == 0 }
}

private func answer(_ ping: WireFrame) -> WireFrame {
  var answer = ping
  answer.flags = WireFrame.ack
  return answer
}

@Suite("A connection on its channel, with a clock of its own")
struct ChannelHandlerTests {
  @Test("a peer that connects and says nothing, or half of the preface, is cut off", arguments: [0, 10])
  func handshakeTimeout(bytes: Int) throws {
    let wire = try Wire { $0.timeouts.handshake = .seconds(20) }
    try wire.send(Array(WireFrame.preface.prefix(bytes)))
    wire.wait(.seconds(19))
    #expect(!wire.isClosed)
    wire.wait(.seconds(2))
    #expect(wire.violations == [.handshakeTimeout])
    #expect(wire.isClosed)
    #expect(wire.error == .violation(.handshakeTimeout))
  }

  @Test("headers that are never completed end the connection, though their bytes keep coming")
  func slowHeaders() throws {
    let wire = try Wire { $0.timeouts.headers = .seconds(10) }
    try wire.handshake()
    let frame = WireFrame.headers(grpcRequest, stream: 1).bytes
    for byte in frame.prefix(30) {
      try wire.send([byte])
      wire.wait(.seconds(1))
      if wire.isClosed { break }
    }
    wire.wait(.seconds(2))
    #expect(wire.violations == [.headersTimeout])
    #expect(wire.isClosed)
  }

  @Test("a request that comes in slow pieces within the time is served")
  func patientHeaders() throws {
    let wire = try Wire { $0.timeouts.headers = .seconds(10) }
    try wire.handshake()
    let frame = WireFrame.headers(grpcRequest, stream: 1).bytes
    try wire.send(Array(frame.prefix(20)))
    wire.wait(.seconds(8))
    try wire.send(Array(frame.dropFirst(20)))
    wire.wait(.seconds(60))
    #expect(wire.streams.count == 1)
    #expect(!wire.isClosed)
  }

  @Test("an idle connection says goodbye in two steps and closes")
  func idle() throws {
    let wire = try Wire { $0.timeouts.idle = .seconds(60) }
    try wire.handshake()
    wire.wait(.seconds(61))
    let first = try wire.received()
    #expect(goAways(first) == [.noError])
    try wire.send(answer(try #require(pings(first).first)))
    wire.wait(.seconds(1))
    #expect(goAways(try wire.received()) == [.noError])
    #expect(wire.isClosed)
    #expect(wire.error == nil)
    #expect(wire.violations.isEmpty)
  }

  @Test("the idle time begins with the end of the last stream")
  func idleAfterStream() throws {
    let wire = try Wire { $0.timeouts.idle = .seconds(60) }
    try wire.handshake()
    try wire.send(.headers(grpcRequest, stream: 1, endStream: true))
    wire.wait(.seconds(300))
    #expect(goAways(try wire.received()).isEmpty)
    wire.streams[0].respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: true)
    _ = try wire.received()
    wire.wait(.seconds(59))
    #expect(goAways(try wire.received()).isEmpty)
    wire.wait(.seconds(2))
    #expect(goAways(try wire.received()) == [.noError])
  }

  @Test("an old connection lets its stream go on until the grace has passed")
  func age() throws {
    let wire = try Wire {
      $0.timeouts.age = .seconds(100)
      $0.timeouts.ageGrace = .seconds(10)
    }
    try wire.handshake()
    try wire.send(.headers(grpcRequest, stream: 1))
    wire.wait(.seconds(101))
    let first = try wire.received()
    #expect(goAways(first) == [.noError])
    try wire.send(answer(try #require(pings(first).first)))
    try wire.send(.data([1], stream: 1))
    #expect(!wire.isClosed)
    wire.wait(.seconds(10))
    #expect(wire.isClosed)
    #expect(wire.error == .tooOld)
  }

  @Test("a stream that was on its way when the connection began to drain is served")
  func lateStream() throws {
    let wire = try Wire()
    try wire.handshake()
    wire.handler?.beginDrain()
    let first = try wire.received()
    // Sent before the client has read the GOAWAY.
    try wire.send(.headers(grpcRequest, stream: 1, endStream: true), answer(try #require(pings(first).first)))
    #expect(wire.streams.count == 1)
    wire.streams[0].respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: true)
    let last = try wire.received()
    #expect(last.contains { $0.kind == WireFrame.Kind.headers.rawValue && $0.stream == 1 })
    wire.wait(.seconds(1))
    #expect(wire.isClosed)
    #expect(wire.error == nil)
  }

  @Test("a GOAWAY is not lost when the socket takes nothing: it leaves as soon as it does again")
  func goAwayWhileUnwritable() throws {
    let wire = try Wire()
    try wire.handshake()
    wire.channel.isWritable = false
    wire.handler?.beginDrain()
    #expect(try wire.received().isEmpty)
    wire.channel.isWritable = true
    wire.channel.pipeline.fireChannelWritabilityChanged()
    #expect(goAways(try wire.received()) == [.noError])
  }

  @Test("a silent peer is asked, and cut off when it does not answer")
  func keepalive() throws {
    let wire = try Wire(keepalive: HTTP2Keepalive(interval: .seconds(60), timeout: .seconds(20), withoutStreams: true))
    try wire.handshake()
    wire.wait(.seconds(61))
    let ping = try #require(pings(try wire.received()).first)
    wire.wait(.seconds(10))
    try wire.send(answer(ping))
    wire.wait(.seconds(30))
    #expect(!wire.isClosed)
    wire.wait(.seconds(31))
    #expect(pings(try wire.received()).count == 1)
    wire.wait(.seconds(21))
    #expect(wire.isClosed)
    #expect(wire.error == .keepaliveTimedOut)
  }

  @Test("data is answered by a ping that measures, and a full window by a larger one")
  func bandwidth() throws {
    let wire = try Wire { $0.streamWindow = 65_535 }
    try wire.handshake()
    try wire.send(.headers(grpcRequest, stream: 1), .data(Array(repeating: 0, count: 16_000), stream: 1))
    let ping = try #require(pings(try wire.received()).first)
    for _ in 0..<3 { try wire.send(.data(Array(repeating: 0, count: 16_000), stream: 1)) }
    wire.wait(.milliseconds(50))
    try wire.send(answer(ping))
    let settings = try #require(try wire.received().first { $0.kind == WireFrame.Kind.settings.rawValue })
    #expect(settings.payload == [0, 4] + [0, 1, 0xf4, 0])
  }

  @Test("a flood is told to the observer and ends the connection")
  func violation() throws {
    let wire = try Wire { $0.controlFrameBurst = 10 }
    try wire.handshake()
    let ping = WireFrame(.ping, payload: Array(repeating: 0, count: 8))
    for _ in 0..<20 where !wire.isClosed { try wire.send(ping) }
    #expect(wire.violations == [.pingFlood])
    #expect(goAways(try wire.received()) == [.enhanceYourCalm])
    wire.wait(.seconds(1))
    #expect(wire.isClosed)
  }
}
