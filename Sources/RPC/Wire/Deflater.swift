internal import CZlib

/// Compresses messages.
final class Deflater: @unchecked Sendable {  // used by one thread at a time: `ZlibPool` hands it out
  // On the heap: zlib's state points back at it, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// nil when memory is short.
  init?(_ algorithm: CompressionAlgorithm) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, algorithm.windowBits, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Room that is enough whatever the bytes are.
  func bound(_ count: Int) -> Int { Int(deflateBound(stream, UInt(count))) }

  /// Compresses all of `input`; the number of bytes written, or nil when they do not fit in `output`.
  func deflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    // zlib counts in 32 bits.
    guard let inputCount = UInt32(exactly: input.count) else { return nil }
    // At once and not before the next message: a state that has finished no longer knows its bound.
    defer { deflateReset(stream) }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = inputCount
    let room = UInt32(clamping: output.count)
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = room
    guard CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END else { return nil }
    return Int(room - stream.pointee.avail_out)
  }
}

/// A framed message compressed; nil when it is as well left as it is.
///
/// - Parameter evenIfLarger: compress it all the same.
func compressed(_ framed: [UInt8], _ algorithm: CompressionAlgorithm, evenIfLarger: Bool) -> [UInt8]? {
  guard evenIfLarger || framed.count >= smallestWorthCompressing else { return nil }
  return ZlibPool.deflating(algorithm) { deflater in
    let plainCount = framed.count - MessageReader.prefixSize
    // In less room than the original takes, what does not pay does not fit.
    let room = evenIfLarger ? deflater.bound(plainCount) : plainCount - 1
    var count: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: MessageReader.prefixSize + room) { buffer, initialized in
      guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      count = framed.withUnsafeBytes { plain in
        deflater.deflate(
          UnsafeRawBufferPointer(rebasing: plain[MessageReader.prefixSize...]),
          into: UnsafeMutableRawBufferPointer(start: start + MessageReader.prefixSize, count: room))
      }
      guard let count else { return }
      writePrefix(count, isCompressed: true, to: start)
      initialized = MessageReader.prefixSize + count
    }
    return count == nil ? nil : bytes
  }
}

/// Below this a frame is mostly overhead, and compressing it costs more than its bytes.
private let smallestWorthCompressing = 256
