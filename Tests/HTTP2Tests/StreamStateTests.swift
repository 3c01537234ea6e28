import Testing

@testable import HTTP2

// RFC 9113 §5.1: every frame type in every state a stream can be in, as each role sees it. A stream that we have
// answered in full is reset with NO_ERROR at once (§8.1), so a server's half-closed (local) does not outlast a turn.

/// nghttp2 ends the connection where the section asks for a stream error; §5.4.1 leaves that to the endpoint.
private let stricter = "a stream error may be treated as a connection error (§5.4.1)"
/// nghttp2 keeps nothing of a closed stream, and so cannot tell a late frame from a wrong one.
private let forgotten = "frames on a closed stream may be discarded (§5.1)"

private let trailers: KeyValuePairs = ["x-sum": "1"]
private let response: KeyValuePairs = [":status": "200"]
private let one: Int32 = 1

private func data(end: Bool = false) -> [WireFrame] { [.data([7], stream: one, endStream: end)] }
private func headers(_ fields: KeyValuePairs<String, String>, end: Bool = false) -> [WireFrame] {
  [.headers(fields, stream: one, endStream: end)]
}
private let priority = [WireFrame(.priority, stream: one, payload: [0, 0, 0, 0, 15])]
private let reset = [WireFrame.reset(one, .cancel)]
private let windowUpdate = [WireFrame.windowUpdate(1, stream: one)]
private let continuation = [
  WireFrame(.continuation, flags: WireFrame.endHeaders, stream: one, payload: WireFrame.hpack(["x": "1"]))
]
private let pushPromise = [
  WireFrame(
    .pushPromise, flags: WireFrame.endHeaders, stream: one,
    payload: [0, 0, 0, 2] + WireFrame.hpack([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a"]))
]
private let settingsOnStream = [WireFrame(.settings, stream: one)]
private let pingOnStream = [WireFrame(.ping, stream: one, payload: Array(repeating: 0, count: 8))]
private let goAwayOnStream = [WireFrame(.goAway, stream: one, payload: Array(repeating: 0, count: 8))]

/// Frames that are wrong on any stream, whatever its state.
private let wrongEverywhere: [ProtocolCase] = [
  ProtocolCase("6.5", "SETTINGS on a stream", settingsOnStream, .connectionError(.protocolError)),
  ProtocolCase("6.7", "PING on a stream", pingOnStream, .connectionError(.protocolError)),
  ProtocolCase("6.8", "GOAWAY on a stream", goAwayOnStream, .connectionError(.protocolError)),
  ProtocolCase("6.10", "CONTINUATION after no HEADERS", continuation, .connectionError(.protocolError)),
]

enum ServerStreamState: String, CaseIterable, Sendable {
  case idle
  case open
  case halfClosedRemote
  case closedByBoth
  case closedByOurReset
  case closedByPeersReset

  /// A server with stream 1 in this state.
  func peer() throws -> Peer {
    let peer = try Peer.server()
    switch self {
    case .idle: return peer
    case .open: try peer.receive(.headers(grpcRequest, stream: one))
    case .halfClosedRemote: try peer.receive(.headers(grpcRequest, stream: one, endStream: true))
    case .closedByBoth:
      try peer.receive(.headers(grpcRequest, stream: one, endStream: true))
      peer.streams[one]?.respond(OutgoingHeaders(nil, block(response)), endStream: true)
    case .closedByOurReset:
      try peer.receive(.headers(grpcRequest, stream: one))
      peer.streams[one]?.reset(.cancel)
    case .closedByPeersReset:
      try peer.receive(.headers(grpcRequest, stream: one), .reset(one, .cancel))
    }
    _ = try peer.send()
    return peer
  }

  var cases: [ProtocolCase] {
    switch self {
    case .idle: [
      ProtocolCase("5.1", "HEADERS opens the stream", headers(grpcRequest), .delivered),
      ProtocolCase("5.1", "HEADERS with END_STREAM half-closes it", headers(grpcRequest, end: true), .delivered),
      ProtocolCase("5.1", "DATA", data(), .connectionError(.protocolError)),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .connectionError(.protocolError)),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .connectionError(.protocolError)),
      ProtocolCase("8.4", "PUSH_PROMISE from a client", pushPromise, .connectionError(.protocolError)),
    ]
    case .open: [
      ProtocolCase("5.1", "DATA", data(), .delivered),
      ProtocolCase("5.1", "DATA with END_STREAM", data(end: true), .delivered),
      ProtocolCase("8.1", "trailers", headers(trailers, end: true), .delivered),
      ProtocolCase("8.1", "trailers without END_STREAM", headers(trailers), .streamError(.protocolError)),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .delivered),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .ignored),
      ProtocolCase("8.4", "PUSH_PROMISE from a client", pushPromise, .connectionError(.protocolError)),
    ]
    case .halfClosedRemote: [
      ProtocolCase("5.1", "DATA", data(), .connectionError(.streamClosed), note: stricter),
      ProtocolCase("5.1", "HEADERS", headers(trailers, end: true), .connectionError(.streamClosed), note: stricter),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .delivered),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .ignored),
      ProtocolCase("8.4", "PUSH_PROMISE from a client", pushPromise, .connectionError(.protocolError)),
    ]
    case .closedByBoth, .closedByOurReset, .closedByPeersReset: [
      ProtocolCase("5.1", "DATA", data(), .ignored, note: forgotten),
      ProtocolCase("5.1", "HEADERS", headers(trailers, end: true), .ignored, note: forgotten),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .ignored),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .ignored),
      ProtocolCase("8.4", "PUSH_PROMISE from a client", pushPromise, .connectionError(.protocolError)),
    ]
    }
  }
}

enum ClientStreamState: String, CaseIterable, Sendable {
  case idle
  case open
  case halfClosedLocal
  case halfClosedRemote
  case closedByBoth
  case closedByOurReset
  case closedByPeersReset

  /// A client with stream 1 in this state.
  func peer() throws -> Peer {
    let peer = try Peer(.client)
    try peer.receive(.settings(), WireFrame(.settings, flags: WireFrame.ack))
    if self == .idle {
      _ = try peer.send()
      return peer
    }
    let endStream = self == .halfClosedLocal || self == .closedByBoth
    let stream = try peer.connection.openStream(
      OutgoingHeaders(nil, block(grpcRequest)), endStream: endStream, observer: IgnoringObserver())
    _ = try peer.send()
    switch self {
    case .idle, .open, .halfClosedLocal: break
    case .halfClosedRemote, .closedByBoth: try peer.receive(.headers(response, stream: one, endStream: true))
    case .closedByOurReset: stream.reset(.cancel)
    case .closedByPeersReset: try peer.receive(.reset(one, .cancel))
    }
    _ = try peer.send()
    return peer
  }

  var cases: [ProtocolCase] {
    let unpromised = ProtocolCase(
      "8.4", "PUSH_PROMISE, which our settings forbid", pushPromise, .connectionError(.protocolError))
    return switch self {
    case .idle: [
      ProtocolCase("5.1", "HEADERS", headers(response), .connectionError(.protocolError)),
      ProtocolCase("5.1", "DATA", data(), .connectionError(.protocolError)),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .connectionError(.protocolError)),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .connectionError(.protocolError)),
      unpromised,
    ]
    case .open, .halfClosedLocal: [
      ProtocolCase("5.1", "HEADERS", headers(response), .delivered),
      ProtocolCase("8.1", "HEADERS with END_STREAM", headers(response, end: true), .delivered),
      ProtocolCase("8.1", "DATA before HEADERS", data(), .connectionError(.protocolError), note: stricter),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .delivered),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .ignored),
      unpromised,
    ]
    case .halfClosedRemote: [
      ProtocolCase("5.1", "DATA", data(), .connectionError(.streamClosed), note: stricter),
      ProtocolCase("5.1", "HEADERS", headers(trailers, end: true), .connectionError(.streamClosed), note: stricter),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .delivered),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .ignored),
      unpromised,
    ]
    case .closedByBoth, .closedByOurReset, .closedByPeersReset: [
      ProtocolCase("5.1", "DATA", data(), .ignored, note: forgotten),
      ProtocolCase("5.1", "HEADERS", headers(trailers, end: true), .ignored, note: forgotten),
      ProtocolCase("5.1", "PRIORITY", priority, .ignored),
      ProtocolCase("5.1", "RST_STREAM", reset, .ignored),
      ProtocolCase("5.1", "WINDOW_UPDATE", windowUpdate, .ignored),
      unpromised,
    ]
    }
  }
}

@Suite("RFC 9113 §5.1, every frame in every state of a stream")
struct StreamStateTests {
  @Test("a server answers each frame as the state of its stream demands", arguments: ServerStreamState.allCases)
  func server(state: ServerStreamState) throws {
    for line in state.cases + wrongEverywhere {
      #expect(try state.peer().verdict(on: line.frames) == line.verdict, "\(state): \(line)")
    }
  }

  @Test("a client answers each frame as the state of its stream demands", arguments: ClientStreamState.allCases)
  func client(state: ClientStreamState) throws {
    for line in state.cases + wrongEverywhere {
      #expect(try state.peer().verdict(on: line.frames) == line.verdict, "\(state): \(line)")
    }
  }

  @Test("a server refuses stream numbers that are not a client's to use", arguments: [
    ProtocolCase("5.1.1", "an even number", [.headers(grpcRequest, stream: 2)], .connectionError(.protocolError)),
    ProtocolCase("5.1.1", "HEADERS on stream 0", [.headers(grpcRequest, stream: 0)], .connectionError(.protocolError)),
    ProtocolCase("6.1", "DATA on stream 0", [.data([1], stream: 0)], .connectionError(.protocolError)),
    ProtocolCase("6.3", "PRIORITY on stream 0", [WireFrame(.priority, payload: [0, 0, 0, 0, 1])], .ignored,
      note: "the section wants PROTOCOL_ERROR; nghttp2 reads no PRIORITY once RFC 7540's priorities are switched off"),
    ProtocolCase("6.4", "RST_STREAM on stream 0", [.reset(0, .cancel)], .connectionError(.protocolError)),
    ProtocolCase("5.1.1", "a number below the last one",
      [.headers(grpcRequest, stream: 5, endStream: true), .headers(grpcRequest, stream: 3, endStream: true)],
      .delivered, note: "stream 3 counts as closed unused, and frames on it as late ones: \(forgotten)"),
    ProtocolCase("5.1.2", "streams beyond the limit we set",
      (0..<3).map { .headers(grpcRequest, stream: 1 + 2 * $0) }, .connectionError(.protocolError),
      note: "the peer has acknowledged the limit; before that the stream is only refused, see below"),
  ])
  func streamNumbers(line: ProtocolCase) throws {
    let peer = try Peer.server { $0.maxConcurrentStreams = 2 }
    #expect(peer.verdict(on: line.frames) == line.verdict)
    #expect(peer.streams.count <= 2)
    #expect(peer.streams[3] == nil || peer.streams[5] == nil)
  }

  @Test("a stream beyond a limit the peer may not have seen is refused, and its neighbours go on")
  func refusedStream() throws {
    let peer = try Peer(.server) { $0.maxConcurrentStreams = 1 }
    try peer.receive(WireFrame.preface)
    // Our settings are not acknowledged: the peer may not know of the limit.
    try peer.receive(.settings())
    _ = try peer.send()
    #expect(peer.verdict(on: [.headers(grpcRequest, stream: 1)]) == .delivered)
    #expect(peer.verdict(on: [.headers(grpcRequest, stream: 3)]) == .streamError(.refusedStream))
    #expect(peer.verdict(on: [.data([1], stream: 1)]) == .delivered)
  }

  @Test("a frame between HEADERS and its CONTINUATION ends the connection", arguments: [
    WireFrame.data([1], stream: 1), .headers(grpcRequest, stream: 3), .settings(),
    WireFrame(.ping, payload: Array(repeating: 0, count: 8)),
    .windowUpdate(1, stream: 0), WireFrame(.priority, stream: 1, payload: [0, 0, 0, 0, 1]),
    WireFrame(.continuation, flags: WireFrame.endHeaders, stream: 3),
  ])
  func interruptedHeaders(frame: WireFrame) throws {
    let peer = try Peer.server()
    let open = WireFrame.headers(grpcRequest, stream: 1, endHeaders: false)
    #expect(peer.verdict(on: [open, frame]) == .connectionError(.protocolError))
  }
}
