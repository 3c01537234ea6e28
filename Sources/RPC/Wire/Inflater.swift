internal import CZlib
internal import HTTP2

/// Undoes the compression of messages that come from a peer.
///
/// What a few bytes inflate to is up to the peer, so the output is bounded while it grows, not afterwards.
final class Inflater: @unchecked Sendable {  // used by one thread at a time: `ZlibPool` hands it out
  // On the heap: zlib's state points back at it, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private(set) var output = ByteQueue()

  /// nil when memory is short.
  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard inflateInit2_(stream, MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The inflated bytes; they are valid until the next call of `inflate` or `clear`.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` once there are more than `limit` of them, `INTERNAL` unless `input` is exactly one
  ///   compressed stream.
  func inflate(
    _ input: UnsafeRawBufferPointer, as algorithm: CompressionAlgorithm, limit: Int
  ) throws(RPCError) -> UnsafeRawBufferPointer {
    // Whatever the limit, a message's length has 32 bits.
    let limit = min(limit, Int(UInt32.max))
    clear()
    inflateReset2(stream, algorithm.windowBits)
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(clamping: input.count)
    while true {
      // One byte more than allowed tells too much from just enough.
      let allowed = limit - output.count + 1
      let room = output.reserve(min(allowed, max(output.count, input.count * 4, Self.minimumRoom), Self.maximumRoom))
      stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(room.count)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      output.commit(room.count - Int(stream.pointee.avail_out))
      guard output.count <= limit else {
        throw RPCError(
          .resourceExhausted,
          "a compressed message inflates to more than the limit of \(limit) bytes: send smaller ones, or raise "
            + "maxReceiveMessageSize")
      }
      switch status {
      case Z_STREAM_END:
        guard stream.pointee.avail_in == 0 else {
          throw RPCError(.internalError, "bytes follow the end of a message's \(algorithm) stream")
        }
        return output.readable
      case Z_OK where stream.pointee.avail_out == 0:
        continue
      case Z_OK, Z_BUF_ERROR:
        throw RPCError(.internalError, "the \(algorithm) stream of a message is cut off")
      case Z_MEM_ERROR:
        throw RPCError(.internalError, "no memory to inflate a message")
      default:
        throw RPCError(.internalError, "a message is no valid \(algorithm) stream")
      }
    }
  }

  /// Lets go of what was inflated.
  func clear() { output.consume(output.count) }

  private static let minimumRoom = 1 << 10
  // zlib counts in 32 bits.
  private static let maximumRoom = 1 << 30
}

extension CompressionAlgorithm {
  /// zlib's code for the format around the deflated bytes.
  var windowBits: Int32 { self == .gzip ? MAX_WBITS + 16 : MAX_WBITS }
}
