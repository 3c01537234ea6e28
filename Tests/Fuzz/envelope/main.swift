import CLibFuzzer
import Glibc
import Protobuf
@testable import RPC

// A stream's DATA, in pieces, as length-prefixed messages, compressed or not.
//
// The first byte of an input chooses the encoding, the second says how large the pieces are.

private let limit = 64 << 10
private let encodings: [CompressionAlgorithm] = [.identity, .gzip, .deflate]

private func run(_ input: UnsafeRawBufferPointer) throws {
  guard input.count > 2 else { return }
  var reader = MessageReader(limit: limit)
  reader.encoding = encodings[Int(input[0]) % encodings.count]
  let piece = Int(input[1]) + 1
  var rest = UnsafeRawBufferPointer(rebasing: input[2...])
  var received = 0
  var returned = 0
  while !rest.isEmpty {
    // In memory of its own, so that a read beyond its end is seen.
    let chunk = Array(rest.prefix(piece))
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece))
    received += chunk.count
    try chunk.withUnsafeBytes { try reader.append($0) }
    if input[0] & 0x80 == 0 {
      while reader.hasMessage {
        let message = try reader.take(GoogleProtobufAny.self)
        precondition(message.serializedByteCount() <= limit * 2, "a message is larger than the limit")
      }
    }
    returned += reader.takeCredit()
    precondition(returned <= received, "more window is given back than was taken")
    precondition(reader.queuedBytes <= received, "more is queued than came")
  }
  while reader.hasMessage { _ = try reader.take(GoogleProtobufAny.self) }
}

var argc = CommandLine.argc
var argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&argc, &argv) { start, count in
    try? run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  })
