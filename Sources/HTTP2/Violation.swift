/// How a peer abuses a connection. The raw value names it in GOAWAY's debug data, in logs and in metrics.
package enum HTTP2Violation: String, CaseIterable, Sendable {
  /// Streams opened and reset without end (CVE-2023-44487), or made to be reset by malformed frames (CVE-2025-8671).
  case rapidReset = "rapid_reset"
  case pingFlood = "ping_flood"
  case settingsFlood = "settings_flood"
  case priorityFlood = "priority_flood"
  case windowUpdateFlood = "window_update_flood"
  /// DATA frames without data and without END_STREAM.
  case emptyDataFlood = "empty_data_flood"
  case unknownFrameFlood = "unknown_frame_flood"
  /// More CONTINUATION frames after one HEADERS frame than the limit (CVE-2024-28182).
  case continuationFlood = "continuation_flood"
  /// A header list many times over the limit that the peer was told.
  case headerListBomb = "header_list_bomb"
  /// Answers pile up, since the peer asks without reading.
  case unreadOutput = "unread_output"
  /// Keepalive pings oftener than the server permits. gRFC A8 prescribes these words.
  case tooManyPings = "too_many_pings"
  /// No preface and SETTINGS in time.
  case handshakeTimeout = "handshake_timeout"
  /// A header block that was begun and not completed in time.
  case headersTimeout = "headers_timeout"
  /// Received messages, whole or partial, occupy all that one connection may; the stream that asked for more was told.
  case bufferLimit = "buffer_limit"
  /// A finished answer that the peer has not taken a byte of in a long time; its stream was reset.
  case stalledStream = "stalled_stream"
}
