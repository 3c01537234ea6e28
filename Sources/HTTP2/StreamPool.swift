internal import NIOCore

/// Streams whose memory waits for the next one.
///
/// A call of a client, a streaming one above all, may still hold its stream when others begin, and lets go of it soon
/// after. So the streams that have waited longest come first, and one that is still referred to waits on.
package final class StreamPool {
  /// The oldest first.
  private var idle = CircularBuffer<HTTP2Stream>()
  /// Streams that had to be made.
  private(set) var made = 0
  private static let capacity = 256
  /// Streams that are looked at for one that nobody refers to.
  private static let looks = 4

  package init() {}

  func take() -> HTTP2Stream {
    for _ in 0..<min(idle.count, Self.looks) {
      guard var stream = idle.popFirst() else { break }
      if isKnownUniquelyReferenced(&stream) { return stream }
      // One that is held for good shall not wait among many for ever.
      if idle.count < Self.capacity / 2 { idle.append(stream) }
    }
    made += 1
    return HTTP2Stream()
  }

  func put(_ stream: HTTP2Stream) {
    if idle.count < Self.capacity { idle.append(stream) }
  }
}
