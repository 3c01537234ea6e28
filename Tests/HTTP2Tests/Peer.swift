@testable import HTTP2

/// A connection under test with what it reported and what it sent.
final class Peer {
  let connection: HTTP2Connection
  private(set) var log: [String] = []
  private(set) var streams: [Int32: HTTP2Stream] = [:]
  private(set) var received: [Int32: [UInt8]] = [:]
  /// Give windows back as bytes come, as a fast reader does.
  var releasesWindow = true
  var outputSize = 1 << 20
  /// The time at which bytes are received, in nanoseconds.
  var now: UInt64 = 1_000_000_000
  var onEvent: ((HTTP2Event) -> Void)?

  init(_ role: HTTP2Role, _ configure: (inout HTTP2Configuration) -> Void = { _ in }) throws {
    var configuration = HTTP2Configuration()
    configure(&configuration)
    connection = try HTTP2Connection(role: role, configuration: configuration)
  }

  func receive(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try connection.receive($0, at: now, deliver: record) }
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

  func record(_ event: HTTP2Event) {
    switch event {
    case .headers(let stream, let block, let kind, let endStream):
      streams[stream.id] = stream
      log.append("\(kind) \(stream.id) fields=\(block.fields.count)\(endStream ? " end" : "")")
    case .data(let stream, let bytes):
      received[stream.id, default: []] += bytes
      if releasesWindow { stream.release(bytes.count) }
    case .endOfStream(let stream): log.append("end \(stream.id)")
    case .drained(let stream): log.append("drained \(stream.id)")
    case .closed(let stream, let reason): log.append("closed \(stream.id) \(reason)")
    case .settings: log.append("settings")
    case .pingAcknowledged(let payload): log.append("pong \(payload)")
    case .violation(let violation): log.append("violation \(violation.rawValue)")
    case .goAway(let last, let code, _): log.append("goaway \(last) \(code)")
    }
    onEvent?(event)
  }

  /// Everything the connection has to send now.
  func send() throws -> [UInt8] {
    var sent: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: outputSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try connection.produce(into: buffer)
      sent += buffer[..<count]
      connection.deliverEvents(record)
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
