internal import NIOCore

/// Sizes a connection's read buffer: small until a read fills it, then large enough to take many calls at once.
///
/// NIO keeps the buffer with its channel. A thousand clients that connect and wait shall not hold a large one each.
struct GrowingReadBuffer: RecvByteBufferAllocator {
  private var size = Self.smallSize
  private let largeSize: Int

  private static let smallSize = 2 << 10

  init(upTo largeSize: Int) { self.largeSize = largeSize }

  func nextBufferSize() -> Int? { size }

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: size) }

  mutating func record(actualReadBytes: Int) -> Bool {
    guard actualReadBytes >= size, size < largeSize else { return false }
    size = largeSize
    return true
  }
}
