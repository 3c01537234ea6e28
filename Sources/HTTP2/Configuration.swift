/// Which side of a connection this endpoint plays.
package enum HTTP2Role: Sendable {
  case client
  case server
}

/// The settings and limits of one HTTP/2 connection.
package struct HTTP2Configuration: Sendable {
  /// Streams the peer may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS).
  package var maxConcurrentStreams: UInt32 = 100
  /// Bytes a peer may send on one stream before the reader has taken any (SETTINGS_INITIAL_WINDOW_SIZE).
  package var streamWindow: Int32 = 1 << 20
  /// What a stream's window may grow to where the path holds more than it; equal to `streamWindow`, it stays.
  package var maxStreamWindow: Int32 = 16 << 20
  /// Bytes a peer may send on the whole connection before any is given back.
  package var connectionWindow: Int32 = 8 << 20
  /// The size of a header list as RFC 9113 §6.5.2 counts it: names, values and 32 bytes a field.
  package var maxHeaderListSize: UInt32 = 16 << 10
  /// Streams a peer may open and reset, or spoil, in a burst before the connection is closed (CVE-2023-44487).
  package var streamResetBurst: UInt64 = 1_000
  /// Such streams a second by which the burst allowance refills.
  package var streamResetRate: UInt64 = 100
  /// Frames that carry nothing (PING, SETTINGS, PRIORITY, WINDOW_UPDATE, unknown ones, empty DATA) a peer may send in a
  /// burst. What we send adds to the allowance, ten for each frame.
  package var controlFrameBurst: UInt64 = 4_000
  /// Such frames a second by which the allowance refills.
  package var controlFrameRate: UInt64 = 1_000
  /// Frames that may wait for a peer that does not read.
  package var maxQueuedFrames = 10_000
  /// How often a client may ping a server; nil lets it.
  package var pingPolicy: HTTP2PingPolicy?
  /// CONTINUATION frames accepted after one HEADERS frame (CVE-2024-28182).
  package var maxContinuations: Int = 8
  /// The outgoing bytes a stream queues before it asks its writer to wait.
  package var streamHighWaterMark: Int = 256 << 10
  /// The outgoing bytes at which a waiting writer is asked to go on.
  package var streamLowWaterMark: Int = 64 << 10

  /// Received bytes, of whole messages and partial ones, that all streams together may occupy.
  package var maxHeldBytes = Int.max
  package var timeouts = HTTP2Timeouts()

  package init() {}
}
