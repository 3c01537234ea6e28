internal import CNghttp2

/// The flow-control windows of the connection as a whole (RFC 9113 §5.2.1).
extension HTTP2Connection {
  /// Bytes that may still be sent before the peer gives more; 0 when it has taken window back.
  package var sendWindow: Int { max(0, Int(nghttp2_session_get_remote_window_size(session))) }
  /// Bytes that the peer may still send before it is given more.
  package var receiveWindow: Int { max(0, Int(nghttp2_session_get_local_window_size(session))) }
}
