import Testing

@testable import HTTP2

// RFC 9113 §8: what makes a message malformed, for requests as a server sees them and responses as a client does.

private typealias Fields = KeyValuePairs<String, String>

private let malformed = Verdict.streamError(.protocolError)

/// A whole request in one HEADERS frame.
private func request(_ fields: Fields) -> [WireFrame] { [.headers(fields, stream: 1, endStream: true)] }

/// A POST of `length` announced and `sent` real bytes.
private func post(_ length: String, _ chunks: [Int], trailers: Bool = false) -> [WireFrame] {
  let head = WireFrame.headers(
    [":method": "POST", ":scheme": "http", ":path": "/", ":authority": "a", "content-length": length], stream: 1,
    endStream: chunks.isEmpty)
  let body = chunks.enumerated().map { index, count in
    WireFrame.data(
      Array(repeating: 1, count: count), stream: 1, endStream: index == chunks.count - 1 && !trailers)
  }
  return [head] + body + (trailers ? [.headers(["x": "1"], stream: 1, endStream: true)] : [])
}

private let requestCases: [ProtocolCase] = [
  // Pseudo-header fields.
  ProtocolCase("8.3.1", "a complete GET",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a"]), .delivered),
  ProtocolCase("8.3.1", "host in place of :authority",
    request([":method": "GET", ":scheme": "http", ":path": "/", "host": "a"]), .delivered),
  ProtocolCase("8.3.1", "OPTIONS *",
    request([":method": "OPTIONS", ":scheme": "http", ":path": "*", ":authority": "a"]), .delivered),
  ProtocolCase("8.3.1", "* with another method",
    request([":method": "GET", ":scheme": "http", ":path": "*", ":authority": "a"]), malformed),
  ProtocolCase("8.3.1", "no :method", request([":scheme": "http", ":path": "/", ":authority": "a"]), malformed),
  ProtocolCase("8.3.1", "no :scheme", request([":method": "GET", ":path": "/", ":authority": "a"]), malformed),
  ProtocolCase("8.3.1", "no :path", request([":method": "GET", ":scheme": "http", ":authority": "a"]), malformed),
  ProtocolCase("8.3.1", "an empty :path",
    request([":method": "GET", ":scheme": "http", ":path": "", ":authority": "a"]), malformed),
  ProtocolCase("8.3.1", "a :path without its slash",
    request([":method": "GET", ":scheme": "http", ":path": "x", ":authority": "a"]), malformed),
  ProtocolCase("8.3", ":method twice",
    request([":method": "GET", ":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a"]), malformed),
  ProtocolCase("8.3", ":path twice",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":path": "/", ":authority": "a"]), malformed),
  ProtocolCase("8.3", ":authority twice",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", ":authority": "b"]), malformed),
  ProtocolCase("8.3", "an unknown pseudo-header field",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", ":x": "1"]), malformed),
  ProtocolCase("8.3", ":status in a request",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", ":status": "200"]), malformed),
  ProtocolCase("8.3", "a pseudo-header field after a regular one",
    request([":method": "GET", ":scheme": "http", "x": "1", ":path": "/", ":authority": "a"]), malformed),
  ProtocolCase("8.3", "a pseudo-header field in trailers",
    [.headers(grpcRequest, stream: 1), .headers([":path": "/"], stream: 1, endStream: true)], .delivered,
    note: "the request was told before its trailers came; the stream ends with PROTOCOL_ERROR, see below"),
  // CONNECT.
  ProtocolCase("8.5", "CONNECT with an authority", request([":method": "CONNECT", ":authority": "a:1"]), .delivered),
  ProtocolCase("8.5", "CONNECT with a path",
    request([":method": "CONNECT", ":authority": "a:1", ":scheme": "http", ":path": "/"]), malformed),
  ProtocolCase("8.5", "CONNECT without an authority", request([":method": "CONNECT"]), malformed),
  ProtocolCase("8.5", "extended CONNECT (RFC 8441), which our settings do not offer",
    request([":method": "CONNECT", ":protocol": "websocket", ":scheme": "http", ":path": "/", ":authority": "a"]),
    malformed),
  // Field names and values.
  ProtocolCase("8.2.1", "an upper-case name",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "X": "1"]), malformed),
  ProtocolCase("8.2.1", "a name with a space",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "x y": "1"]), malformed),
  ProtocolCase("8.2.1", "an empty name",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "": "1"]), malformed),
  ProtocolCase("8.2.1", "a name with a colon inside",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "x:y": "1"]), malformed),
  ProtocolCase("8.2.1", "a value with a line feed",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "x": "a\nb"]), malformed),
  ProtocolCase("8.2.1", "a value that begins with a space",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "x": " a"]), malformed),
  ProtocolCase("8.2.1", "a value in UTF-8 (obs-text)",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "x": "取"]), .delivered),
  ProtocolCase("8.2.2", "connection",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "connection": "close"]), malformed),
  ProtocolCase("8.2.2", "keep-alive",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "keep-alive": "1"]), malformed),
  ProtocolCase("8.2.2", "proxy-connection",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "proxy-connection": "x"]),
    malformed),
  ProtocolCase("8.2.2", "transfer-encoding",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "transfer-encoding": "chunked"]),
    malformed),
  ProtocolCase("8.2.2", "upgrade",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "upgrade": "h2c"]), malformed),
  ProtocolCase("8.2.2", "te: trailers",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "te": "trailers"]), .delivered),
  ProtocolCase("8.2.2", "te: gzip",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "te": "gzip"]), malformed),
  ProtocolCase("8.2.3", "several cookie fields",
    request([":method": "GET", ":scheme": "http", ":path": "/", ":authority": "a", "cookie": "a=1", "cookie": "b=2"]),
    .delivered),
  // Content-Length: the head has been told when the mismatch shows, so the verdict there is the reset's code below.
  ProtocolCase("8.1.1", "a content-length that the body keeps", post("3", [2, 1]), .delivered),
  ProtocolCase("8.1.1", "a content-length of 0 and no body", post("0", []), .delivered),
  ProtocolCase("8.1.1", "a content-length and no body", post("3", []), malformed),
  ProtocolCase("8.1.1", "a content-length that is no number", post("three", []), malformed),
  ProtocolCase("8.1.1", "a negative content-length", post("-1", []), malformed),
  ProtocolCase("8.1.1", "a content-length beyond 63 bits", post("99999999999999999999", []), malformed),
  ProtocolCase("8.1.1", "content-length twice", request([
    ":method": "POST", ":scheme": "http", ":path": "/", ":authority": "a", "content-length": "0", "content-length": "0",
  ]), malformed),
]

/// Faults that show after the head of the message was told: the stream ends with this code.
private let laterFaults: [ProtocolCase] = [
  ProtocolCase("8.1.1", "a body longer than its content-length", post("3", [4]), malformed),
  ProtocolCase("8.1.1", "a body shorter than its content-length", post("3", [2]), malformed),
  ProtocolCase("8.1.1", "a body shorter than its content-length, before trailers", post("3", [2], trailers: true),
    malformed),
  ProtocolCase("8.3", "a pseudo-header field in trailers",
    [.headers(grpcRequest, stream: 1), .headers([":path": "/"], stream: 1, endStream: true)], malformed),
  ProtocolCase("8.1", "trailers without END_STREAM",
    [.headers(grpcRequest, stream: 1), .headers(["x": "1"], stream: 1)], malformed),
  ProtocolCase("8.2.2", "a connection field in trailers",
    [.headers(grpcRequest, stream: 1), .headers(["connection": "close"], stream: 1, endStream: true)], malformed),
  ProtocolCase("8.2.1", "an upper-case name in trailers",
    [.headers(grpcRequest, stream: 1), .headers(["X": "1"], stream: 1, endStream: true)], malformed),
  ProtocolCase("5.3.1", "a stream that depends on itself",
    [.headers(grpcRequest, stream: 1), WireFrame(.priority, stream: 1, payload: [0, 0, 0, 1, 15])],
    .ignored, note: "a rule of RFC 7540's priorities, which our settings switch off"),
  ProtocolCase("6.9", "WINDOW_UPDATE of 0",
    [.headers(grpcRequest, stream: 1), .windowUpdate(0, stream: 1)], .connectionError(.protocolError)),
  ProtocolCase("6.9.1", "a window beyond 2³¹−1",
    [.headers(grpcRequest, stream: 1), .windowUpdate(0x7fff_ffff, stream: 1)], .streamError(.flowControlError)),
  ProtocolCase("6.3", "PRIORITY of 4 bytes",
    [.headers(grpcRequest, stream: 1), WireFrame(.priority, stream: 1, payload: [0, 0, 0, 0])],
    .connectionError(.frameSizeError)),
]

private func response(_ fields: Fields, end: Bool = true) -> WireFrame { .headers(fields, stream: 1, endStream: end) }
private let body = WireFrame.data([1, 2, 3], stream: 1)
private let lastBody = WireFrame.data([1, 2, 3], stream: 1, endStream: true)

private let responseCases: [ProtocolCase] = [
  ProtocolCase("8.3.2", "a complete response", [response([":status": "200"])], .delivered),
  ProtocolCase("8.3.2", "no :status", [response(["x": "1"])], malformed),
  ProtocolCase("8.3.2", ":status twice", [response([":status": "200", ":status": "200"])], malformed),
  ProtocolCase("8.3.2", "a :status that is no number", [response([":status": "ok"])], malformed),
  ProtocolCase("8.3.2", "a :status of two digits", [response([":status": "20"])], malformed),
  ProtocolCase("8.3", ":method in a response", [response([":status": "200", ":method": "GET"])], malformed),
  ProtocolCase("8.3", ":status after a regular field", [response(["x": "1", ":status": "200"])], malformed),
  ProtocolCase("8.2.1", "an upper-case name", [response([":status": "200", "X": "1"])], malformed),
  ProtocolCase("8.2.2", "connection", [response([":status": "200", "connection": "close"])], malformed),
  ProtocolCase("8.2.2", "transfer-encoding", [response([":status": "200", "transfer-encoding": "chunked"])],
    malformed),
  ProtocolCase("8.6", "101, which HTTP/2 has no use for", [response([":status": "101"], end: false)], malformed),
  ProtocolCase("8.1", "a 1xx answer before the response",
    [response([":status": "100"], end: false), response([":status": "200"])], .delivered),
  ProtocolCase("8.1", "several 1xx answers before the response",
    [response([":status": "103"], end: false), response([":status": "103"], end: false), response([":status": "200"])],
    .delivered),
  ProtocolCase("8.1", "a 1xx answer with END_STREAM", [response([":status": "100"])], malformed),
  ProtocolCase("8.1", "DATA before HEADERS", [body], .connectionError(.protocolError),
    note: "a stream error may be treated as a connection error (§5.4.1)"),
  ProtocolCase("8.1.1", "a content-length that the body keeps",
    [response([":status": "200", "content-length": "3"], end: false), lastBody], .delivered),
  ProtocolCase("8.1.1", "a content-length and no body", [response([":status": "200", "content-length": "3"])],
    malformed),
  ProtocolCase("8.1.1", "304 with a content-length and no body",
    [response([":status": "304", "content-length": "3"])], .delivered),
]

private let laterResponseFaults: [ProtocolCase] = [
  ProtocolCase("8.1", "DATA after a 1xx answer", [response([":status": "100"], end: false), body], malformed),
  ProtocolCase("8.1", "trailers without END_STREAM",
    [response([":status": "200"], end: false), body, .headers(["x": "1"], stream: 1)], malformed),
  ProtocolCase("8.1", "a second response after DATA",
    [response([":status": "200"], end: false), body, response([":status": "200"])], malformed),
  ProtocolCase("8.1.1", "a body longer than its content-length",
    [response([":status": "200", "content-length": "2"], end: false), lastBody], malformed),
  ProtocolCase("8.1.1", "a body shorter than its content-length",
    [response([":status": "200", "content-length": "4"], end: false), lastBody], malformed),
  ProtocolCase("8.1.1", "204 with DATA", [response([":status": "204"], end: false), lastBody], malformed),
]

private let frameCases: [ProtocolCase] = [
  ProtocolCase("4.2", "a frame over SETTINGS_MAX_FRAME_SIZE",
    [.headers(grpcRequest, stream: 1), .data(Array(repeating: 0, count: 16_385), stream: 1)],
    .connectionError(.frameSizeError)),
  ProtocolCase("4.3", "a block that HPACK cannot read", [
    WireFrame(.headers, flags: WireFrame.endHeaders, stream: 1, payload: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
  ], .connectionError(.compressionError)),
  ProtocolCase("4.3", "an index beyond the table", [
    WireFrame(.headers, flags: WireFrame.endHeaders, stream: 1, payload: [0x80 | 100])
  ], .connectionError(.compressionError)),
  ProtocolCase("4.1", "a frame of an unknown type", [unknownFrame], .ignored),
  ProtocolCase("6.1", "padding as long as the frame", [
    .headers(grpcRequest, stream: 1), WireFrame(.data, flags: 0x8, stream: 1, payload: [4, 1, 1, 1])
  ], .connectionError(.protocolError)),
  ProtocolCase("6.4", "RST_STREAM of 3 bytes",
    [.headers(grpcRequest, stream: 1), WireFrame(.rstStream, stream: 1, payload: [0, 0, 0])],
    .connectionError(.frameSizeError)),
  ProtocolCase("6.5", "SETTINGS of 5 bytes", [WireFrame(.settings, payload: [0, 0, 0, 0, 0])],
    .connectionError(.frameSizeError)),
  ProtocolCase("6.5", "an acknowledgement with a payload",
    [WireFrame(.settings, flags: WireFrame.ack, payload: [0, 4, 0, 0, 0, 1])], .connectionError(.frameSizeError)),
  ProtocolCase("6.5.2", "ENABLE_PUSH of 2", [.settings([(2, 2)])], .connectionError(.protocolError)),
  ProtocolCase("6.5.2", "INITIAL_WINDOW_SIZE of 2³¹", [.settings([(4, 1 << 31)])], .connectionError(.flowControlError)),
  ProtocolCase("6.5.2", "MAX_FRAME_SIZE below 2¹⁴", [.settings([(5, 16_383)])], .connectionError(.protocolError)),
  ProtocolCase("6.5.2", "MAX_FRAME_SIZE above 2²⁴−1", [.settings([(5, 1 << 24)])], .connectionError(.protocolError)),
  ProtocolCase("6.5.2", "an unknown setting", [.settings([(0xf0, 7)])], .delivered),
  ProtocolCase("6.7", "PING of 7 bytes", [WireFrame(.ping, payload: [0, 0, 0, 0, 0, 0, 0])],
    .connectionError(.frameSizeError)),
  ProtocolCase("6.8", "GOAWAY of 7 bytes", [WireFrame(.goAway, payload: [0, 0, 0, 0, 0, 0, 0])],
    .connectionError(.frameSizeError)),
  ProtocolCase("6.9", "WINDOW_UPDATE of 3 bytes", [WireFrame(.windowUpdate, payload: [0, 0, 1])],
    .connectionError(.frameSizeError)),
  ProtocolCase("6.9", "WINDOW_UPDATE of 0 on the connection", [.windowUpdate(0, stream: 0)],
    .connectionError(.protocolError)),
  ProtocolCase("6.9.1", "a connection window beyond 2³¹−1", [.windowUpdate(0x7fff_ffff, stream: 0)],
    .connectionError(.flowControlError)),
]

private let unknownFrame: WireFrame = {
  var frame = WireFrame(.data, stream: 1, payload: [1, 2, 3])
  frame.kind = 0xf0
  return frame
}()

@Suite("RFC 9113 §8 and §4–§6, messages and frames")
struct MessageFramingTests {
  private func client() throws -> Peer {
    let peer = try Peer(.client)
    try peer.receive(.settings(), WireFrame(.settings, flags: WireFrame.ack))
    _ = try peer.connection.openStream(
      OutgoingHeaders(nil, block(grpcRequest)), endStream: true, observer: IgnoringObserver())
    _ = try peer.send()
    return peer
  }

  /// The frames before the last one must be fine, the last one is what the line is about.
  private func lastVerdict(_ line: ProtocolCase, on peer: Peer) -> Verdict {
    if line.frames.count > 1 {
      let before = peer.verdict(on: Array(line.frames.dropLast()))
      #expect(before == .delivered, "before the fault of \(line)")
    }
    return peer.verdict(on: [line.frames[line.frames.count - 1]])
  }

  @Test("a server takes well-formed requests and no malformed one")
  func requests() throws {
    for line in requestCases {
      #expect(try Peer.server().verdict(on: line.frames) == line.verdict, "\(line)")
    }
  }

  @Test("a fault in what follows a request's head ends its stream")
  func laterRequestFaults() throws {
    for line in laterFaults { #expect(lastVerdict(line, on: try Peer.server()) == line.verdict, "\(line)") }
  }

  @Test("a client takes well-formed responses and no malformed one")
  func responses() throws {
    for line in responseCases { #expect(try client().verdict(on: line.frames) == line.verdict, "\(line)") }
  }

  @Test("a fault in what follows a response's head ends its stream")
  func laterFaultsOfResponses() throws {
    for line in laterResponseFaults { #expect(lastVerdict(line, on: try client()) == line.verdict, "\(line)") }
  }

  @Test("frames of the wrong size, or with values out of range, are answered as their section says")
  func frames() throws {
    for line in frameCases {
      let peer = try Peer.server()
      let verdict = line.frames.count > 1 ? lastVerdict(line, on: peer) : peer.verdict(on: line.frames)
      #expect(verdict == line.verdict, "\(line)")
    }
  }
}
