/// The open streams of a connection, in the order in which they were opened.
///
/// nghttp2 finds a stream by its number; here streams only come, go and are told of the connection's end. A linked list
/// through the streams themselves does that without hashing.
struct StreamList: ~Copyable {
  private var first: Unmanaged<HTTP2Stream>?
  private var last: Unmanaged<HTTP2Stream>?
  private(set) var count = 0

  deinit {
    var next = first
    while let stream = next {
      next = stream._withUnsafeGuaranteedRef { $0.next }
      stream.release()
    }
  }

  mutating func append(_ stream: HTTP2Stream) {
    let added = Unmanaged.passRetained(stream)
    stream.previous = last
    stream.next = nil
    last?._withUnsafeGuaranteedRef { $0.next = added }
    last = added
    if first == nil { first = added }
    count += 1
  }

  /// - Returns: the stream, with the reference that the list held.
  mutating func remove(_ listed: Unmanaged<HTTP2Stream>) -> HTTP2Stream {
    let stream = listed.takeRetainedValue()
    let previous = stream.previous
    let next = stream.next
    if let previous { previous._withUnsafeGuaranteedRef { $0.next = next } } else { first = next }
    if let next { next._withUnsafeGuaranteedRef { $0.previous = previous } } else { last = previous }
    stream.previous = nil
    stream.next = nil
    count -= 1
    return stream
  }

  /// The streams as they are now; the list may change while one goes through them.
  var all: [HTTP2Stream] {
    var streams: [HTTP2Stream] = []
    streams.reserveCapacity(count)
    var next = first
    while let stream = next?.takeUnretainedValue() {
      streams.append(stream)
      next = stream.next
    }
    return streams
  }
}
