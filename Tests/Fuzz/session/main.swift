import CLibFuzzer
import Glibc
import HTTP2

// A hostile peer's bytes, in pieces, against a connection of either role that answers as a busy program does.
//
// The first byte of an input is flags, the second says how large the pieces are; the rest is what the peer sends.

private let response = PreparedHeaders([":status": "200", "content-type": "application/grpc"])
private let trailers = PreparedHeaders(["grpc-status": "0"])

private let handshake: [UInt8] =
  Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0] + [0, 0, 0, 4, 1, 0, 0, 0, 0]

/// What the program does with the streams, and what it checks of what it is told.
private final class Program: HTTP2EventSink, HTTP2StreamObserver {
  let connection: HTTP2Connection
  var open: Set<ObjectIdentifier> = []
  var checksum: UInt8 = 0
  let output = UnsafeMutableRawBufferPointer.allocate(byteCount: HTTP2Connection.minimumOutput, alignment: 16)

  init(_ connection: HTTP2Connection) { self.connection = connection }
  deinit { output.deallocate() }

  func stream(_ stream: HTTP2Stream, received fields: HeaderView, kind: HTTP2HeadersKind, endStream: Bool) {
    for field in fields.fields { checksum ^= fields.valueBytes(field).reduce(0, ^) }
    guard connection.role == .server, kind == .request || kind == .oversized else { return }
    precondition(open.insert(ObjectIdentifier(stream)).inserted, "a stream was opened twice")
    switch stream.id % 8 {
    case 1: stream.respond(OutgoingHeaders(response), endStream: true)
    case 3:
      stream.respond(OutgoingHeaders(response), endStream: false)
      stream.write(Array(repeating: 1, count: 70_000))
      stream.wantsDrain = true
    case 5: stream.reset(.cancel)
    default: if endStream { streamReceivedEnd(stream) }
    }
  }

  func stream(_ stream: HTTP2Stream, received data: UnsafeRawBufferPointer) {
    checksum ^= data.reduce(0, ^)
    precondition(stream.hold(data.count), "the limit is never reached here")
    stream.release(stream.id % 3 == 0 ? data.count / 2 : data.count)
  }

  func streamReceivedEnd(_ stream: HTTP2Stream) {
    guard connection.role == .server, !stream.isWriteClosed else { return }
    stream.respond(OutgoingHeaders(response), endStream: false)
    stream.write([0, 0, 0, 0, 0])
    stream.finish(trailers: OutgoingHeaders(trailers))
  }

  func streamDrained(_ stream: HTTP2Stream) { stream.finish(trailers: OutgoingHeaders(trailers)) }

  func streamClosed(_ stream: HTTP2Stream, _ end: HTTP2StreamEnd) {
    open.remove(ObjectIdentifier(stream))
    precondition(stream.isWriteClosed, "a closed stream takes more")
    stream.write([1])
    stream.reset(.cancel)
  }

  func connectionReceivedSettings() { connection.ping(7) }
  func connectionReceivedPong(_ payload: UInt64) {}
  func connectionReceivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode, debugData: [UInt8]) {}
  func connectionSaw(_ violation: HTTP2Violation) {}

  // A client's streams report here.
  func streamReceived(headers: HeaderView, endStream: Bool) {}
  func streamReceived(data: UnsafeRawBufferPointer) {}
  func streamReceivedEnd() {}
  func streamDrained() {}
  func streamClosed(_ reason: HTTP2StreamEnd) {}
}

private func send(_ program: Program) throws {
  for _ in 0..<64 {
    let count = try program.connection.produce(into: program.output)
    program.connection.deliverEvents(to: program)
    if count == 0 { return }
  }
}

private func run(_ input: UnsafeRawBufferPointer) throws {
  guard input.count > 2 else { return }
  let flags = input[0]
  let piece = Int(input[1]) + 1
  var configuration = HTTP2Configuration()
  configuration.maxConcurrentStreams = 8
  configuration.maxHeaderListSize = 1_000
  configuration.pingPolicy = flags & 2 == 0 ? nil : HTTP2PingPolicy(minInterval: .seconds(1), permitWithoutStreams: true)
  let connection = try HTTP2Connection(role: flags & 1 == 0 ? .server : .client, configuration: configuration)
  let program = Program(connection)
  defer { connection.abandon(.connectionLost("the input ended"), deliver: program) }
  if connection.role == .client {
    var request = HeaderBlock()
    for (name, value) in [(":method", "POST"), (":scheme", "http"), (":path", "/s/m"), (":authority", "a")] {
      request.append(name, value)
    }
    for index in 0..<3 {
      let stream = try connection.openStream(
        OutgoingHeaders(nil, request), endStream: index == 0, observer: program)
      if index == 1 { stream.write(Array(repeating: 1, count: 100_000)) }
    }
  }
  try send(program)
  // The preface of most inputs is right, or they would all end there.
  if flags & 4 == 0, connection.role == .server {
    try handshake.withUnsafeBytes { try connection.receive($0, at: 1, deliver: program) }
  }
  var time: UInt64 = 1
  var rest = UnsafeRawBufferPointer(rebasing: input[2...])
  while !rest.isEmpty {
    // In memory of its own, so that a read beyond its end is seen.
    let chunk = Array(rest.prefix(piece))
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece))
    time += 1_000_000
    try chunk.withUnsafeBytes { try connection.receive($0, at: time, deliver: program) }
    if flags & 8 == 0 { try send(program) }
    if flags & 16 != 0 { connection.resetStalledStreams() }
    precondition(connection.openStreamCount <= 16, "more streams than the limit are open")
  }
  try send(program)
}

var argc = CommandLine.argc
var argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&argc, &argv) { start, count in
    try? run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  })
