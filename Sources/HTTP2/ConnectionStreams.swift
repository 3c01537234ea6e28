internal import CNghttp2

/// What streams ask of their connection.
extension HTTP2Connection {
  /// Client: opens a stream. Beyond the peer's concurrency limit the request waits inside nghttp2.
  package func openStream(
    _ headers: OutgoingHeaders, endStream: Bool, observer: any HTTP2StreamObserver
  ) throws(HTTP2ConnectionError) -> HTTP2Stream {
    let stream = streamPool.take()
    stream.open(id: 0, on: self)
    stream.observer = observer
    stream.isFinished = endStream
    let context = Unmanaged.passUnretained(stream).toOpaque()
    let id = headers.withVectors { vectors in
      if endStream { return nghttp2_submit_request(session, nil, vectors.baseAddress, vectors.count, nil, context) }
      var provider = dataProvider(for: stream)
      return nghttp2_submit_request(session, nil, vectors.baseAddress, vectors.count, &provider, context)
    }
    guard id > 0 else { throw .library(describe(id)) }
    stream.id = id
    streams.append(stream)
    requestOutput()
    return stream
  }

  /// Client: whether the peer still takes new streams and stream numbers are left.
  package var acceptsNewStreams: Bool { nghttp2_session_check_request_allowed(session) != 0 }

  var sendableHeaderListSize: Int {
    let accepted = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE)
    return min(Int(accepted), Self.maxSentHeaderListSize)
  }

  /// nghttp2 sends no header block over 64 KiB by its count, which allows 12 bytes a field where the RFC counts 32, and
  /// takes no value over 64 KiB.
  private static let maxSentHeaderListSize = 65_536 - 12

  func respond(_ stream: HTTP2Stream, _ headers: OutgoingHeaders, endStream: Bool) {
    let status = headers.withVectors { vectors in
      if endStream { return nghttp2_submit_response(session, stream.id, vectors.baseAddress, vectors.count, nil) }
      var provider = dataProvider(for: stream)
      return nghttp2_submit_response(session, stream.id, vectors.baseAddress, vectors.count, &provider)
    }
    guard status == 0 else { return stream.reset(.internalError) }
    requestOutput()
  }

  func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    submitReset(stream, code)
    // A request that still waits for a free slot is only marked as cancelled; nghttp2 tells of its end, and lets go of
    // it, no sooner than a slot is free.
    if role == .client, nghttp2_session_find_stream(session, stream.id) == nil {
      cancelledUnsent[stream.id] = stream
      recordClosed(stream, code)
    }
    requestOutput()
  }

  func submitReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    let status = nghttp2_submit_rst_stream(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, code.rawValue)
    guard status != 0 else { return }
    // Out of memory: the peer is not told, but nobody here shall wait for the stream.
    cancelledUnsent[stream.id] = stream
    recordClosed(stream, code)
  }

  func resume(_ stream: HTTP2Stream) {
    // A deferred stream is out of nghttp2's schedule until it is resumed; otherwise its trailers never leave.
    if stream.isDeferred {
      stream.isDeferred = false
      nghttp2_session_resume_data(session, stream.id)
    }
    requestOutput()
  }

  private func dataProvider(for stream: HTTP2Stream) -> nghttp2_data_provider {
    nghttp2_data_provider(
      source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()), read_callback: readData)
  }

  // MARK: Receive windows

  func recordBuffered(_ count: Int, on stream: HTTP2Stream) {
    stream.unreleased += count
    bufferedBytes += count
    uncreditedBytes += count
    returnConnectionWindow()
  }

  func release(_ stream: HTTP2Stream, _ count: Int) {
    bufferedBytes -= count
    if !stream.isClosed { nghttp2_session_consume_stream(session, stream.id, count) }
    returnConnectionWindow()
    requestOutput()
  }

  /// The connection's window is given back at once while readers hold little, so that a slow one does not starve its
  /// neighbours; once they hold half a window, only as they read.
  func returnConnectionWindow() {
    guard uncreditedBytes > 0, bufferedBytes <= Int(connectionWindow) / 2 else { return }
    nghttp2_session_consume_connection(session, uncreditedBytes)
    uncreditedBytes = 0
  }
}
