import CZlib

/// Bytes compressed as a peer might.
enum Zlib {
  static func compress(_ bytes: [UInt8], gzip: Bool) -> [UInt8] {
    var deflater = Deflater(gzip: gzip)
    return deflater.run(bytes, Z_FINISH)
  }

  /// A stream that inflates to so many megabytes of zeros. The checksum at its end is missing.
  static func bomb(megabytes: Int, gzip: Bool) -> [UInt8] {
    var deflater = Deflater(gzip: gzip)
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    // A full flush forgets what came before, so that what follows one can be repeated.
    let first = deflater.run(zeros, Z_FULL_FLUSH)
    let next = deflater.run(zeros, Z_FULL_FLUSH)
    return first + Array(repeatElement(next, count: megabytes - 1).joined())
  }

  private struct Deflater: ~Copyable {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init(gzip: Bool) {
      stream.initialize(to: z_stream())
      deflateInit2_(
        stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + (gzip ? 16 : 0), 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
      deflateEnd(stream)
      stream.deallocate()
    }

    mutating func run(_ input: [UInt8], _ flush: Int32) -> [UInt8] {
      let room = input.count + 1_000
      return [UInt8](unsafeUninitializedCapacity: room) { output, count in
        input.withUnsafeBufferPointer { input in
          stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
          stream.pointee.avail_in = UInt32(input.count)
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(room)
          deflate(stream, flush)
        }
        count = room - Int(stream.pointee.avail_out)
      }
    }
  }
}
