import Testing

@testable import HTTP2

@Suite("What a connection lets its peer occupy")
struct ReceiveBoundsTests {
  private func waitingAnswer(on peer: Peer) throws -> HTTP2Stream {
    try peer.receive(.headers(grpcRequest, stream: 1, endStream: true))
    let stream = try #require(peer.streams[1])
    stream.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: false)
    stream.write(Array(repeating: 9, count: 1_000))
    stream.finish(trailers: OutgoingHeaders(nil, block(["grpc-status": "0"])))
    return stream
  }

  private func look(_ peer: Peer) {
    peer.connection.resetStalledStreams()
    peer.connection.deliverEvents(to: peer)
  }

  @Test("an answer to a peer that never opens its window is dropped at the second look, and its memory with it")
  func stalledStream() throws {
    let peer = try Peer.server(window: 0)
    let stream = try waitingAnswer(on: peer)
    _ = try peer.send()
    look(peer)
    #expect(try peer.sendFrames().isEmpty)
    #expect(stream.queuedBytes == 1_000)
    look(peer)
    #expect(peer.log.contains("violation stalled_stream"))
    #expect(try peer.sendFrames() == [.reset(1, .cancel)])
    #expect(stream.queuedBytes == 0)
    #expect(peer.connection.openStreamCount == 0)
  }

  @Test("a peer that takes a byte between two looks is only slow")
  func slowPeer() throws {
    let peer = try Peer.server(window: 0)
    let stream = try waitingAnswer(on: peer)
    for _ in 0..<10 {
      _ = try peer.send()
      look(peer)
      try peer.receive(.windowUpdate(1, stream: 1))
    }
    #expect(!stream.isClosed)
    #expect(stream.queuedBytes == 991)
  }

  @Test("a stream that has nothing to send is never stalled")
  func waitingStream() throws {
    let peer = try Peer.server()
    try peer.receive(.headers(grpcRequest, stream: 1))
    for _ in 0..<5 { look(peer) }
    #expect(peer.connection.openStreamCount == 1)
  }

  @Test("the stream that would occupy more than all may is told so, and what others give back makes room")
  func heldBytes() throws {
    let peer = try Peer.server { $0.maxHeldBytes = 100 }
    try peer.receive(.headers(grpcRequest, stream: 1), .headers(grpcRequest, stream: 3))
    let first = try #require(peer.streams[1])
    let second = try #require(peer.streams[3])
    #expect(first.hold(60))
    #expect(second.hold(40))
    #expect(!second.hold(41))
    peer.connection.deliverEvents(to: peer)
    #expect(peer.log.last == "violation buffer_limit")
    #expect(first.hold(10))
    #expect(second.hold(90))
    #expect(peer.connection.heldBytes == 100)
    // A stream that ends takes along what it held.
    try peer.receive(.reset(3, .cancel))
    #expect(peer.connection.heldBytes == 10)
  }

  @Test("a larger window is announced for streams and opened for the connection")
  func largerWindow() throws {
    let peer = try Peer.server { $0.connectionWindow = 1 << 20 }
    peer.connection.setWindow(4 << 20)
    let frames = try peer.sendFrames()
    #expect(frames.map(\.kind) == [WireFrame.Kind.settings.rawValue, WireFrame.Kind.windowUpdate.rawValue])
    #expect(frames[0].payload == [0, 4, 0, 0x40, 0, 0])
    #expect(frames[1].code == 7 << 20)
    // The peer uses it: more than the old windows held, without a byte given back.
    try peer.receive(WireFrame(.settings, flags: WireFrame.ack))
    peer.releasesWindow = false
    try peer.receive(.headers(grpcRequest, stream: 1))
    for _ in 0..<200 { try peer.receive(.data(Array(repeating: 0, count: 16_000), stream: 1)) }
    #expect(peer.received[1]?.count == 3_200_000)
  }
}
