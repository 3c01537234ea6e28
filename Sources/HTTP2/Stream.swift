internal import CNghttp2

/// Told of everything that happens on one stream, in the order in which it happened, on the connection's thread.
package protocol HTTP2StreamObserver: AnyObject {
  /// Response headers or trailers; on a server, trailers only: a request's headers come with the stream itself.
  func streamReceived(headers: HeaderView, endStream: Bool)
  /// Bytes of DATA frames. They are valid during the call only; give their window back with `release`.
  func streamReceived(data: UnsafeRawBufferPointer)
  /// The peer has sent END_STREAM on a DATA frame.
  func streamReceivedEnd()
  /// What was queued has gone below the low-water mark after `wantsDrain` was set.
  func streamDrained()
  /// Nothing more happens on this stream. Called exactly once.
  func streamClosed(_ reason: HTTP2StreamEnd)
}

/// How a stream ended.
package enum HTTP2StreamEnd: Equatable, Sendable {
  /// Both sides ended it, or the peer no longer wants what is left (RST_STREAM with NO_ERROR).
  case finished
  /// RST_STREAM by either side. REFUSED_STREAM means that the peer never looked at it.
  case reset(HTTP2ErrorCode)
  case connectionLost(HTTP2ConnectionError)
}

/// One HTTP/2 stream: what it still has to send, and the window its reader owes the peer.
///
/// Confined to its connection's thread, as `HTTP2Connection` is.
package final class HTTP2Stream {
  package internal(set) var id: Int32
  package var observer: (any HTTP2StreamObserver)?
  /// Set by a writer that waits for `streamDrained`.
  package var wantsDrain = false

  /// The peer has sent END_STREAM.
  package internal(set) var remoteEnded = false
  /// nghttp2 has forgotten the stream; nothing can be sent on it any more.
  package internal(set) var isClosed = false
  /// Client: the request was dropped before any of it was sent.
  package internal(set) var neverSent = false

  // nil once the connection has forgotten the stream or is gone: a handler may outlive both. Not `weak`, since a weak
  // reference makes every retain and release of the connection take the slow path; and without any, since whoever
  // calls is kept by the connection's own loop.
  var owner: Unmanaged<HTTP2Connection>?
  var outbound = OutboundQueue()
  var trailers: OutgoingHeaders?
  var isFinished = false
  var isDeferred = false
  var unreleased = 0
  /// Bytes of received messages that the reader occupies.
  var held = 0
  /// Data waited at the last look for stalled streams, and the peer has taken none since.
  var isStalled = false

  // Its neighbours in the connection's list, which holds it.
  var previous: Unmanaged<HTTP2Stream>?
  var next: Unmanaged<HTTP2Stream>?

  init() { id = 0 }

  /// The connection has forgotten the stream, or is gone.
  func leaveConnection() { owner = nil }

  /// Its last event has been delivered. It may wait for its next use for long, and shall keep nothing alive meanwhile.
  func letGo() {
    observer = nil
    trailers = nil
    outbound.recycle()
  }

  @inline(__always)
  private func withConnection(_ body: (HTTP2Connection) -> Void) { owner?._withUnsafeGuaranteedRef(body) }

  /// Makes a stream of this object, which may have been another one before.
  func open(id: Int32, on connection: HTTP2Connection) {
    self.id = id
    owner = Unmanaged.passUnretained(connection)
    wantsDrain = false
    remoteEnded = false
    isClosed = false
    neverSent = false
    isFinished = false
    isDeferred = false
    unreleased = 0
    held = 0
    isStalled = false
  }

  /// Whether nothing more may be written: finished by us, or closed.
  package var isWriteClosed: Bool { isFinished || isClosed || owner == nil }
  package var queuedBytes: Int { outbound.count }
  /// The largest header list the peer takes, counted as in RFC 9113 §6.5.2, and we can send.
  package var sendableHeaderListSize: Int { owner?._withUnsafeGuaranteedRef { $0.sendableHeaderListSize } ?? 0 }
  package var isAboveHighWaterMark: Bool {
    guard let owner else { return false }
    return owner._withUnsafeGuaranteedRef { outbound.count >= $0.configuration.streamHighWaterMark }
  }

  /// Room for `count` bytes at the end of the queue, to be written in place and then committed.
  package func reserve(_ count: Int) -> UnsafeMutableRawPointer {
    outbound.reserve(max(count, 1)).baseAddress.unsafelyUnwrapped
  }

  /// Queues a large value without copying it; it is copied once, when its frames are written.
  package func write(_ value: [UInt8]) {
    guard !isWriteClosed else { return }
    outbound.append(value)
    withConnection { $0.resume(self) }
  }

  package func commit(_ count: Int) {
    guard !isWriteClosed else { return }
    outbound.commit(count)
    withConnection { $0.resume(self) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) {
    guard !isWriteClosed else { return }
    outbound.append(bytes)
    withConnection { $0.resume(self) }
  }

  /// Ends our side once everything queued is sent: with trailers, or with END_STREAM on the last DATA frame.
  package func finish(trailers: OutgoingHeaders? = nil) {
    guard !isWriteClosed else { return }
    isFinished = true
    self.trailers = trailers
    withConnection { $0.resume(self) }
  }

  /// Server: sends the response's headers; `endStream` makes them the whole response.
  package func respond(_ headers: OutgoingHeaders, endStream: Bool) {
    guard !isWriteClosed else { return }
    if endStream { isFinished = true }
    withConnection { $0.respond(self, headers, endStream: endStream) }
  }

  /// Ends the stream in both directions at once; what is queued is dropped.
  package func reset(_ code: HTTP2ErrorCode) {
    guard !isClosed, owner != nil else { return }
    isFinished = true
    outbound.removeAll()
    withConnection { $0.reset(self, code) }
  }

  /// Gives `count` bytes of receive window back to the peer, once they no longer occupy the reader.
  package func release(_ count: Int) {
    guard count > 0 else { return }
    let released = min(count, unreleased)
    unreleased -= released
    withConnection { $0.release(self, released) }
  }
}
