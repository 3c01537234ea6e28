@testable import HTTP2

/// A frame as it lies on the wire (RFC 9113 §4.1), for peers scripted byte by byte.
struct WireFrame: Equatable {
  enum Kind: UInt8 {
    case data, headers, priority, rstStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  static let endStream: UInt8 = 0x1
  static let ack: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4

  var kind: UInt8
  var flags: UInt8 = 0
  var stream: Int32 = 0
  var payload: [UInt8] = []

  init(_ kind: Kind, flags: UInt8 = 0, stream: Int32 = 0, payload: [UInt8] = []) {
    self.kind = kind.rawValue
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }

  var bytes: [UInt8] {
    let count = payload.count
    return [UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff), kind, flags] + bigEndian(UInt32(stream))
      + payload
  }

  var isWindowUpdate: Bool { kind == Kind.windowUpdate.rawValue }

  /// The error code of RST_STREAM, or the increment of WINDOW_UPDATE.
  var code: UInt32 { payload.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

  /// All frames in a run of bytes, which must end at a frame's end.
  static func parse(_ bytes: [UInt8]) -> [WireFrame] {
    var frames: [WireFrame] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let header = Array(rest.prefix(9))
      let count = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
      let stream = header[5...8].reduce(Int32(0)) { $0 << 8 | Int32($1) } & 0x7fff_ffff
      var frame = WireFrame(.data, flags: header[4], stream: stream, payload: Array(rest.dropFirst(9).prefix(count)))
      frame.kind = header[3]
      frames.append(frame)
      rest = rest.dropFirst(9 + count)
    }
    return frames
  }

  static let preface = [UInt8]("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  static func settings(_ entries: [(UInt16, UInt32)] = []) -> WireFrame {
    WireFrame(.settings, payload: entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xff)] + bigEndian($0.1) })
  }

  static let initialWindowSize: UInt16 = 4

  static func headers(
    _ fields: KeyValuePairs<String, String>, stream: Int32, endStream: Bool = false, endHeaders: Bool = true
  ) -> WireFrame {
    WireFrame(
      .headers, flags: (endStream ? Self.endStream : 0) | (endHeaders ? Self.endHeaders : 0), stream: stream,
      payload: hpack(fields))
  }

  static func data(_ payload: [UInt8], stream: Int32, endStream: Bool = false) -> WireFrame {
    WireFrame(.data, flags: endStream ? Self.endStream : 0, stream: stream, payload: payload)
  }

  static func windowUpdate(_ increment: UInt32, stream: Int32) -> WireFrame {
    WireFrame(.windowUpdate, stream: stream, payload: bigEndian(increment))
  }

  static func reset(_ stream: Int32, _ code: HTTP2ErrorCode) -> WireFrame {
    WireFrame(.rstStream, stream: stream, payload: bigEndian(code.rawValue))
  }

  /// Literal fields, never indexed and without Huffman coding (RFC 7541 §6.2.3).
  static func hpack(_ fields: KeyValuePairs<String, String>) -> [UInt8] {
    fields.flatMap { name, value in [0x10] + literal(name) + literal(value) }
  }

  private static func literal(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var prefix: [UInt8] = [127]
    var rest = bytes.count - 127
    while rest >= 128 {
      prefix.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return prefix + [UInt8(rest)] + bytes
  }
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  [UInt8(value >> 24), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
}

let grpcRequest: KeyValuePairs = [
  ":method": "POST", ":scheme": "http", ":path": "/s/m", ":authority": "a", "te": "trailers",
  "content-type": "application/grpc",
]
