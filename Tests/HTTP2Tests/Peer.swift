@testable import HTTP2

/// A connection under test with what it reported and what it sent.
final class Peer: HTTP2EventSink {
  let connection: HTTP2Connection
  private(set) var log: [String] = []
  private(set) var streams: [Int32: HTTP2Stream] = [:]
  private(set) var received: [Int32: [UInt8]] = [:]
  /// Give windows back as bytes come, as a fast reader does.
  var releasesWindow = true
  var outputSize = 1 << 20
  /// The time at which bytes are received, in nanoseconds.
  var now: UInt64 = 1_000_000_000
  var onHeaders: ((HTTP2Stream, HeaderView) -> Void)?
  var onEnd: ((HTTP2Stream) -> Void)?

  init(_ role: HTTP2Role, _ configure: (inout HTTP2Configuration) -> Void = { _ in }) throws {
    var configuration = HTTP2Configuration()
    configure(&configuration)
    connection = try HTTP2Connection(role: role, configuration: configuration)
  }

  func receive(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try connection.receive($0, at: now, deliver: self) }
  }

  func receive(_ frames: WireFrame...) throws {
    for frame in frames { try receive(frame.bytes) }
  }

  /// A server that has shaken hands with a scripted client; what it sent for that is dropped.
  static func server(
    window: UInt32 = 65_535, _ configure: (inout HTTP2Configuration) -> Void = { _ in }
  ) throws -> Peer {
    let peer = try Peer(.server, configure)
    try peer.receive(WireFrame.preface)
    try peer.receive(.settings([(WireFrame.initialWindowSize, window)]), WireFrame(.settings, flags: WireFrame.ack))
    _ = try peer.send()
    return peer
  }

  func stream(_ stream: HTTP2Stream, received fields: HeaderView, kind: HTTP2HeadersKind, endStream: Bool) {
    streams[stream.id] = stream
    log.append("\(kind) \(stream.id) fields=\(fields.fields.count)\(endStream ? " end" : "")")
    onHeaders?(stream, fields)
  }

  func stream(_ stream: HTTP2Stream, received data: UnsafeRawBufferPointer) {
    received[stream.id, default: []] += data
    if releasesWindow { stream.release(data.count) }
  }

  func streamReceivedEnd(_ stream: HTTP2Stream) {
    log.append("end \(stream.id)")
    onEnd?(stream)
  }

  func streamDrained(_ stream: HTTP2Stream) { log.append("drained \(stream.id)") }
  func streamClosed(_ stream: HTTP2Stream, _ end: HTTP2StreamEnd) { log.append("closed \(stream.id) \(end)") }
  func connectionReceivedSettings() { log.append("settings") }
  func connectionReceivedPong(_ payload: UInt64) { log.append("pong \(payload)") }
  func connectionReceivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode, debugData: [UInt8]) {
    log.append("goaway \(lastStreamID) \(code)")
  }
  func connectionSaw(_ violation: HTTP2Violation) { log.append("violation \(violation.rawValue)") }

  /// Everything the connection has to send now.
  func send() throws -> [UInt8] {
    var sent: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: outputSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try connection.produce(into: buffer)
      sent += buffer[..<count]
      connection.deliverEvents(to: self)
      if count == 0 { return sent }
    }
  }

  func sendFrames() throws -> [WireFrame] { WireFrame.parse(try send()) }

  func takeLog() -> [String] {
    defer { log = [] }
    return log
  }
}

/// Carries bytes between two connections until both are quiet.
func exchange(_ left: Peer, _ right: Peer) throws {
  while true {
    let toRight = try left.send()
    if !toRight.isEmpty { try right.receive(toRight) }
    let toLeft = try right.send()
    if !toLeft.isEmpty { try left.receive(toLeft) }
    if toRight.isEmpty, toLeft.isEmpty { return }
  }
}

func block(_ fields: KeyValuePairs<String, String>) -> HeaderBlock {
  var block = HeaderBlock()
  for (name, value) in fields { block.append(name, value) }
  return block
}

extension HTTP2Stream {
  func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }
}

final class IgnoringObserver: HTTP2StreamObserver {
  func streamReceived(headers: HeaderView, endStream: Bool) {}
  func streamReceived(data: UnsafeRawBufferPointer) {}
  func streamReceivedEnd() {}
  func streamDrained() {}
  func streamClosed(_ reason: HTTP2StreamEnd) {}
}
