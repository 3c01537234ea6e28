internal import CNghttp2

/// The frames of the connection itself, and its end.
extension HTTP2Connection {
  package func ping(_ payload: UInt64) {
    withUnsafeBytes(of: payload.bigEndian) { bytes in
      _ = nghttp2_submit_ping(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), bytes.bindMemory(to: UInt8.self).baseAddress)
    }
    requestOutput()
  }

  /// First step of a graceful end (RFC 9113 §6.8): announces it without refusing streams already on their way.
  package func announceShutdown() {
    nghttp2_submit_shutdown_notice(session)
    requestOutput()
  }

  /// Second step: streams up to the last one seen are served, later ones refused.
  package func goAway(_ code: HTTP2ErrorCode = .noError) {
    guard !sentGoAway else { return }
    sentGoAway = true
    nghttp2_submit_goaway(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session), code.rawValue,
      nil, 0)
    requestOutput()
  }

  /// The socket is gone: every stream ends now.
  package func abandon(_ error: HTTP2ConnectionError, deliver sink: some HTTP2EventSink) {
    deliverEvents(to: sink)
    loss = error
    for stream in streams.all {
      stream.isClosed = true
      stream.neverSent = role == .client && nghttp2_session_find_stream(session, stream.id) == nil
      events.append(EventRecord(.connectionLost, stream))
    }
    deliverEvents(to: sink)
    onOutput = nil
  }
}
