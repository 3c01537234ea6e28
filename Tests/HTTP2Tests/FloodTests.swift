import NIOCore
import Testing

@testable import HTTP2

private let second: UInt64 = 1_000_000_000

/// The error that ends the connection, while frames come until it does.
private func end(of peer: Peer, frames: Int = 20_000, _ next: (Int) throws -> Void) -> HTTP2ConnectionError? {
  for index in 0..<frames {
    do { try next(index) } catch { return error as? HTTP2ConnectionError }
  }
  return nil
}

private let ping = WireFrame(.ping, payload: Array(repeating: 0, count: 8))
private let unknown: WireFrame = {
  var frame = WireFrame(.data)
  frame.kind = 0xf0
  return frame
}()

@Suite("Floods, driven frame by frame")
struct FloodTests {
  /// What is sent without end, on a connection whose stream 1 is open, and the name of that.
  struct Flood: CustomStringConvertible, Sendable {
    let frame: WireFrame
    let violation: HTTP2Violation
    var description: String { violation.rawValue }
  }

  static let floods = [
    Flood(frame: ping, violation: .pingFlood),
    Flood(frame: .settings(), violation: .settingsFlood),
    Flood(frame: WireFrame(.priority, stream: 1, payload: [0, 0, 0, 0, 1]), violation: .priorityFlood),
    Flood(frame: .windowUpdate(1, stream: 1), violation: .windowUpdateFlood),
    Flood(frame: .windowUpdate(1, stream: 0), violation: .windowUpdateFlood),
    Flood(frame: .data([], stream: 1), violation: .emptyDataFlood),
    Flood(frame: unknown, violation: .unknownFrameFlood),
  ]

  @Test("frames that cost their sender nothing end the connection once their allowance is used up", arguments: floods)
  func controlFrames(flood: Flood) throws {
    let peer = try Peer.server { $0.controlFrameBurst = 100; $0.controlFrameRate = 10 }
    try peer.receive(.headers(grpcRequest, stream: 1))
    var count = 0
    let error = end(of: peer) { _ in
      try peer.receive(flood.frame)
      _ = try peer.send()
      count += 1
    }
    #expect(error == .violation(flood.violation))
    // The handshake's own frames count too.
    #expect((95...100).contains(count))
    let goAway = try #require(try peer.sendFrames().last { $0.kind == WireFrame.Kind.goAway.rawValue })
    #expect(goAway.goAwayCode == .enhanceYourCalm)
    #expect(goAway.payload.dropFirst(8).elementsEqual(flood.violation.rawValue.utf8))
  }

  @Test("the same frames within the rate go on for ever", arguments: floods)
  func steadyControlFrames(flood: Flood) throws {
    let peer = try Peer.server { $0.controlFrameBurst = 100; $0.controlFrameRate = 10 }
    try peer.receive(.headers(grpcRequest, stream: 1))
    let error = end(of: peer, frames: 2_000) { _ in
      peer.now += second / 10
      try peer.receive(flood.frame)
      _ = try peer.send()
    }
    #expect(error == nil)
  }

  @Test("a peer that takes much may give windows back for every frame it took")
  func earnedWindowUpdates() throws {
    let peer = try Peer.server { $0.controlFrameBurst = 10; $0.controlFrameRate = 0 }
    try peer.receive(.headers(grpcRequest, stream: 1, endStream: true))
    let stream = try #require(peer.streams[1])
    stream.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: false)
    _ = try peer.send()
    for _ in 0..<1_000 {
      stream.write([1])
      _ = try peer.send()
      try peer.receive(.windowUpdate(1, stream: 1), .windowUpdate(1, stream: 0), ping)
    }
  }

  @Test("a peer may give windows back in small pieces, and long after it took what filled them")
  func lateWindowUpdates() throws {
    let peer = try Peer.server { $0.controlFrameBurst = 10; $0.controlFrameRate = 0 }
    try peer.receive(.headers(grpcRequest, stream: 1, endStream: true))
    let stream = try #require(peer.streams[1])
    stream.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: false)
    for _ in 0..<1_000 {
      stream.write([1])
      _ = try peer.send()
    }
    for _ in 0..<3_000 { try peer.receive(.windowUpdate(1, stream: 1), .windowUpdate(1, stream: 0)) }
  }

  @Test("a peer that opens and resets streams without end is cut off")
  func rapidReset() throws {
    let peer = try Peer.server { $0.streamResetBurst = 50; $0.streamResetRate = 1 }
    var count = 0
    let error = end(of: peer) { index in
      try peer.receive(.headers(grpcRequest, stream: Int32(2 * index + 1)), .reset(Int32(2 * index + 1), .cancel))
      _ = try peer.send()
      count += 1
    }
    #expect(error == .violation(.rapidReset))
    #expect(count == 50)
    #expect(peer.connection.openStreamCount <= 1)
  }

  @Test("a peer that makes us reset its streams without end is cut off")
  func madeToReset() throws {
    let peer = try Peer.server { $0.streamResetBurst = 50; $0.streamResetRate = 1 }
    var count = 0
    let error = end(of: peer) { index in
      let id = Int32(2 * index + 1)
      try peer.receive(.headers(grpcRequest, stream: id), .windowUpdate(0x7fff_ffff, stream: id))
      _ = try peer.send()
      count += 1
    }
    #expect(error == .violation(.rapidReset))
    #expect(count == 50)
  }

  @Test("a client that cancels now and then may do so for ever")
  func occasionalReset() throws {
    let peer = try Peer.server { $0.streamResetBurst = 2; $0.streamResetRate = 10 }
    for index in 0..<1_000 {
      peer.now += second / 10
      let id = Int32(2 * index + 1)
      try peer.receive(.headers(grpcRequest, stream: id), .reset(id, .cancel))
      _ = try peer.send()
    }
  }

  @Test("a flood of CONTINUATION frames ends the connection")
  func continuationFlood() throws {
    let peer = try Peer.server { $0.maxContinuations = 4 }
    try peer.receive(.headers(grpcRequest, stream: 1, endHeaders: false))
    let error = end(of: peer, frames: 20) { index in
      try peer.receive(WireFrame(.continuation, stream: 1, payload: WireFrame.hpack(["x-\(index)": "1"])))
    }
    #expect(error == .violation(.continuationFlood))
  }

  @Test("a peer that asks and does not read is cut off before the answers fill the memory", arguments: [
    [ping], [.settings()],
  ])
  func unreadAnswers(frames: [WireFrame]) throws {
    let peer = try Peer.server()
    let error = end(of: peer) { _ in try peer.receive(frames[0]) }
    #expect(error == .violation(.unreadOutput))
  }

  @Test("refused streams whose resets nobody reads do not pile up for ever")
  func unreadResets() throws {
    let peer = try Peer(.server) {
      $0.maxConcurrentStreams = 1
      $0.maxQueuedFrames = 100
    }
    try peer.receive(WireFrame.preface)
    try peer.receive(.settings())
    let error = end(of: peer, frames: 1_000) { index in
      try peer.receive(.headers(grpcRequest, stream: Int32(2 * index + 1)))
    }
    #expect(error == .violation(.unreadOutput))
  }

  @Test("a few indexed bytes that name a header list many times the limit end the connection")
  func headerListBomb() throws {
    let peer = try Peer.server { $0.maxHeaderListSize = 1_000 }
    // One field of 4,000 bytes enters the table (RFC 7541 §6.2.1); then every byte names it again (§6.1).
    let value = Array(repeating: UInt8(ascii: "x"), count: 4_000)
    let field: [UInt8] = [0x40, 1, UInt8(ascii: "x"), 127, 0xa1, 0x1e] + value
    #expect(Int(field[4] & 0x7f) + Int(field[5]) << 7 + 127 == value.count)
    let bomb = WireFrame.hpack(grpcRequest) + field + Array(repeating: 0x80 | 62, count: 10_000)
    let error = end(of: peer, frames: 1) { _ in
      try peer.receive(WireFrame(.headers, flags: WireFrame.endHeaders, stream: 1, payload: bomb))
    }
    #expect(error == .violation(.headerListBomb))
  }

  @Test("a header table that the peer wants larger, or changes with every block, costs no more memory")
  func headerTableSizes() throws {
    let peer = try Peer.server()
    try peer.receive(.settings([(1, 0xffff_ffff)]))
    _ = try peer.send()
    for index in 0..<100 {
      // RFC 7541 §6.3: down to 0 and up to the 4,096 we allow.
      let payload: [UInt8] = [0x20, 0x3f, 0xe1, 0x1f] + WireFrame.hpack(grpcRequest)
      try peer.receive(
        WireFrame(
          .headers, flags: WireFrame.endHeaders | WireFrame.endStream, stream: Int32(2 * index + 1), payload: payload))
      peer.streams[Int32(2 * index + 1)]?.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: true)
      _ = try peer.send()
    }
    // One byte more than we allow is an error of the whole connection.
    #expect(
      peer.verdict(on: [
        WireFrame(.headers, flags: WireFrame.endHeaders, stream: 201, payload: [0x3f, 0xe2, 0x1f])
      ]) == .connectionError(.compressionError))
  }

  @Test("a SETTINGS frame with more entries than anybody needs ends the connection")
  func longSettings() throws {
    let peer = try Peer.server()
    let frame = WireFrame.settings((0..<100).map { _ in (4, 65_535) })
    guard case .connectionError = peer.verdict(on: [frame]) else {
      Issue.record("100 settings were taken")
      return
    }
  }

  @Test("a client that pings oftener than permitted is told too_many_pings and cut off (gRFC A8)")
  func tooManyPings() throws {
    let policy = HTTP2PingPolicy(minInterval: .seconds(10), permitWithoutStreams: true)
    let peer = try Peer.server { $0.pingPolicy = policy }
    var count = 0
    let error = end(of: peer, frames: 10) { _ in
      peer.now += 9 * second
      try peer.receive(ping)
      count += 1
    }
    #expect(error == .violation(.tooManyPings))
    // The first sets the clock, two strikes are pardoned.
    #expect(count == 3)
    let goAway = try #require(try peer.sendFrames().last { $0.kind == WireFrame.Kind.goAway.rawValue })
    #expect(String(decoding: goAway.payload.dropFirst(8), as: UTF8.self) == "too_many_pings")
  }

  @Test("pings at the permitted interval go on for ever; without a stream only where that is permitted")
  func permittedPings() throws {
    for isPermitted in [true, false] {
      let policy = HTTP2PingPolicy(minInterval: .seconds(10), permitWithoutStreams: isPermitted)
      let peer = try Peer.server { $0.pingPolicy = policy }
      let error = end(of: peer, frames: 100) { _ in
        peer.now += 10 * second
        try peer.receive(ping)
        _ = try peer.send()
      }
      #expect(error == (isPermitted ? nil : .violation(.tooManyPings)))
    }
  }

  @Test("a client that measures its bandwidth may ping for all it receives")
  func measuringPings() throws {
    let peer = try Peer.server {
      $0.pingPolicy = HTTP2PingPolicy(minInterval: .seconds(300), permitWithoutStreams: false)
    }
    try peer.receive(.headers(grpcRequest, stream: 1))
    let stream = try #require(peer.streams[1])
    stream.respond(OutgoingHeaders(nil, block([":status": "200"])), endStream: false)
    for _ in 0..<100 {
      stream.write([1])
      _ = try peer.send()
      try peer.receive(ping)
    }
  }
}
