import CLibFuzzer
import Glibc
import Protobuf
import TestProtos

// Untrusted bytes as messages: nothing may crash, and what decodes must encode to bytes that decode to the same.

/// The encoding of what the bytes decode to, nil when they are refused. NaN differs from itself, so that encodings are
/// compared instead of messages.
func roundTrip<M: Message>(_ type: M.Type, _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
  guard let message = try? M(serializedBytes: bytes) else { return nil }
  let encoded = message.serializedBytes()
  precondition(encoded.count == message.serializedByteCount(), "the size is not what was announced")
  guard let again = try? M(serializedBytes: encoded) else { fatalError("an encoding does not decode") }
  precondition(again.serializedBytes() == encoded, "an encoding decodes to another message")
  return encoded
}

/// The flat way and protobuf-c's, which a message takes inside of one that is not flat, must agree.
func compareWays(_ bytes: UnsafeRawBufferPointer) {
  let flat = roundTrip(Scalars.self, bytes)
  var wrapped: [UInt8] = [0x0A]
  var length = bytes.count
  while length >= 0x80 {
    wrapped.append(UInt8(length & 0x7F) | 0x80)
    length >>= 7
  }
  wrapped.append(UInt8(length))
  wrapped.append(contentsOf: bytes)
  // One level deeper, and so is the limit.
  let structured = try? Everything(serializedBytes: wrapped, limits: DecodingLimits(maximumDepth: 101)).scalars
  precondition(flat == structured?.serializedBytes(), "the two ways of decoding disagree")
}

var argc = CommandLine.argc
var argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&argc, &argv) { start, count in
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    _ = roundTrip(Everything.self, bytes)
    compareWays(bytes)
    return 0
  })
