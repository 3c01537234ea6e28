import Testing

@testable import HTTP2

@Suite("A client connection, against our server and scripted ones")
struct ClientConnectionTests {
  private func open(_ peer: Peer, endStream: Bool = false) throws -> HTTP2Stream {
    try peer.connection.openStream(
      OutgoingHeaders(nil, block(grpcRequest)), endStream: endStream, observer: IgnoringObserver())
  }

  @Test("a call goes there and back between our two ends")
  func roundTrip() throws {
    let client = try Peer(.client)
    let server = try Peer(.server)
    server.onEnd = { stream in
      stream.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: false)
      stream.write(server.received[stream.id] ?? [])
      stream.finish(trailers: OutgoingHeaders(nil, block(["grpc-status": "0"])))
    }
    let stream = try open(client)
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    stream.write(body)
    stream.finish()
    try exchange(client, server)
    #expect(client.received[stream.id] == body)
    #expect(client.log.suffix(3) == ["response 1 fields=1", "trailers 1 fields=1 end", "closed 1 finished"])
  }

  @Test("streams beyond the server's limit wait and are served later")
  func concurrencyLimit() throws {
    let client = try Peer(.client)
    let server = try Peer(.server) { $0.maxConcurrentStreams = 2 }
    try exchange(client, server)
    var waiting: [HTTP2Stream] = []
    server.onHeaders = { stream, _ in waiting.append(stream) }
    for _ in 0..<5 { _ = try open(client, endStream: true) }
    try exchange(client, server)
    #expect(waiting.count == 2)
    for expected in [4, 5, 5] {
      for stream in waiting.suffix(2) where !stream.isClosed {
        stream.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: true)
      }
      try exchange(client, server)
      #expect(waiting.count == expected)
    }
    #expect(client.connection.openStreamCount == 0)
  }

  @Test("a GOAWAY refuses the streams it leaves out and lets the others finish")
  func goAway() throws {
    let client = try Peer(.client)
    try client.receive(.settings())
    _ = try open(client)
    _ = try open(client)
    _ = try client.send()
    try client.receive(WireFrame(.goAway, payload: [0, 0, 0, 1, 0, 0, 0, 0]))
    #expect(client.log.contains("goaway 1 NO_ERROR"))
    #expect(client.log.contains("closed 3 reset(REFUSED_STREAM)"))
    #expect(!client.log.contains { $0.hasPrefix("closed 1") })
    #expect(!client.connection.acceptsNewStreams)
  }

  @Test("a GOAWAY refuses at once what still waits for a free slot")
  func goAwayWhileQueued() throws {
    let client = try Peer(.client)
    try client.receive(.settings([(3, 1)]))
    _ = try open(client)
    let queued = try open(client)
    _ = try client.send()
    try client.receive(WireFrame(.goAway, payload: [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]))
    #expect(client.log.last == "closed 3 reset(REFUSED_STREAM)")
    #expect(queued.isClosed)
    // The slot becomes free: the library lets go of the request, and nobody is told twice.
    try client.receive(.reset(1, .cancel))
    #expect(try client.sendFrames().allSatisfy { $0.stream != 3 })
    #expect(client.log.filter { $0.hasPrefix("closed 3") }.count == 1)
    #expect(client.connection.openStreamCount == 0)
  }

  @Test("a request too large to be sent fails, and is not taken for one that can be tried again")
  func oversizedRequest() throws {
    let client = try Peer(.client)
    try client.receive(.settings())
    var headers = block(grpcRequest)
    headers.append("x", String(repeating: "x", count: 100_000))
    _ = try client.connection.openStream(
      OutgoingHeaders(nil, headers), endStream: true, observer: IgnoringObserver())
    _ = try client.send()
    #expect(client.log.last == "closed 1 reset(INTERNAL_ERROR)")
  }

  @Test("a stream opened after a GOAWAY is refused, not lost")
  func openAfterGoAway() throws {
    let client = try Peer(.client)
    try client.receive(.settings(), WireFrame(.goAway, payload: [0, 0, 0, 0, 0, 0, 0, 0]))
    _ = try open(client)
    _ = try client.send()
    #expect(client.log.last == "closed 1 reset(REFUSED_STREAM)")
  }

  @Test("a request cancelled while it waits for a free slot never leaves")
  func cancelWhileQueued() throws {
    let client = try Peer(.client)
    try client.receive(.settings([(3, 0)]))
    let stream = try open(client)
    stream.reset(.cancel)
    let frames = try client.sendFrames()
    #expect(!frames.contains { $0.kind == WireFrame.Kind.headers.rawValue })
    #expect(client.log.contains { $0.hasPrefix("closed 1") })
  }

  @Test("a 1xx answer is told apart from the response that follows it")
  func informational() throws {
    let client = try Peer(.client)
    try client.receive(.settings())
    _ = try open(client, endStream: true)
    _ = try client.send()
    try client.receive(.headers([":status": "103"], stream: 1), .headers([":status": "200"], stream: 1))
    #expect(client.takeLog().suffix(2) == ["response 1 fields=1", "response 1 fields=1"])
    try client.receive(.headers(["grpc-status": "0"], stream: 1, endStream: true))
    #expect(client.log.first == "trailers 1 fields=1 end")
  }

  @Test("when the socket is gone every stream ends exactly once")
  func abandon() throws {
    let client = try Peer(.client)
    let streams = [try open(client), try open(client)]
    client.connection.abandon(.connectionLost("test"), deliver: client)
    client.connection.abandon(.connectionLost("test"), deliver: client)
    #expect(client.log.filter { $0.hasPrefix("closed") }.count == 2)
    #expect(streams.allSatisfy { $0.isWriteClosed })
  }

  @Test("a stream that has ended keeps neither its observer nor what it had not sent")
  func letsGo() throws {
    let client = try Peer(.client)
    var observer: IgnoringObserver? = IgnoringObserver()
    weak let remembered = observer
    let stream = try client.connection.openStream(
      OutgoingHeaders(nil, block(grpcRequest)), endStream: false, observer: try #require(observer))
    stream.write([UInt8](repeating: 1, count: 100_000))
    observer = nil
    #expect(remembered != nil)
    client.connection.abandon(.connectionLost("test"), deliver: client)
    #expect(remembered == nil)
    #expect(stream.queuedBytes == 0)
  }

  @Test("the two steps of a graceful end serve what was on its way")
  func gracefulShutdown() throws {
    let client = try Peer(.client)
    let server = try Peer(.server)
    try exchange(client, server)
    server.connection.announceShutdown()
    let announcement = try server.send()
    // The client has sent one more request before the announcement reaches it.
    _ = try open(client, endStream: true)
    try server.receive(try client.send())
    server.connection.goAway()
    server.streams[1]?.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: true)
    try client.receive(announcement)
    try exchange(client, server)
    #expect(client.log.contains("response 1 fields=1 end"))
    #expect(client.log.contains("goaway 1 NO_ERROR"))
    #expect(!server.connection.wantsRead)
  }
}
