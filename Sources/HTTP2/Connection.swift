internal import CNghttp2

/// What a connection has to tell after bytes went in or out.
package enum HTTP2Event {
  /// A complete HEADERS block. On a server the first one opens the stream.
  case headers(HTTP2Stream, HeaderBlock, kind: HeadersKind, endStream: Bool)
  /// Bytes inside the buffer given to `receive`, valid until it returns.
  case data(HTTP2Stream, UnsafeRawBufferPointer)
  case endOfStream(HTTP2Stream)
  case drained(HTTP2Stream)
  case closed(HTTP2Stream, HTTP2StreamEnd)
  /// The peer's first SETTINGS, or a later one.
  case settings
  case pingAcknowledged(UInt64)
  case goAway(lastStreamID: Int32, code: HTTP2ErrorCode, debugData: [UInt8])

  package enum HeadersKind: Equatable, Sendable {
    case request
    case response
    case trailers
    /// The list went over `maxHeaderListSize`; what is delivered is what came before.
    case oversized
  }
}

/// One HTTP/2 connection without any I/O: bytes in → events, queued work → bytes out.
///
/// nghttp2 is not re-entrant, so its callbacks only record; events are delivered when the library has returned.
/// The session pointer has one owner, this object, which is confined to one thread (an event loop's).
package final class HTTP2Connection {
  package let role: HTTP2Role
  package let configuration: HTTP2Configuration
  /// Called when something was queued for sending outside of `receive`.
  package var onOutput: (() -> Void)?

  let session: OpaquePointer
  var streams: [Int32: HTTP2Stream] = [:]
  var events: [HTTP2Event] = []
  var lastErrorMessage: String?
  package internal(set) var receivedGoAway = false
  package internal(set) var sentGoAway = false

  // Cancelled before they left nghttp2's queue, which still points to them.
  var cancelledUnsent: [Int32: HTTP2Stream] = [:]

  // The HEADERS block being received; blocks never interleave (RFC 9113 §4.3).
  var incoming = HeaderBlock()
  var incomingSize = 0
  var incomingOversized = false

  // Bytes that readers hold, and those among them not yet given back to the connection's window.
  private var bufferedBytes = 0
  private var uncreditedBytes = 0

  // Where `produce` writes; set only while nghttp2 runs.
  var outputCursor = 0
  var outputLimit = 0
  var outputBase: UnsafeMutableRawPointer?
  var outputPaused = false
  private var pendingChunk: UnsafeRawBufferPointer?
  // Responses that ended while the request still comes: the rest of it is refused once they are out.
  var endedEarly: [HTTP2Stream] = []

  package init(role: HTTP2Role, configuration: HTTP2Configuration = HTTP2Configuration()) throws(HTTP2ConnectionError) {
    self.role = role
    self.configuration = configuration

    var callbacks: OpaquePointer?
    var options: OpaquePointer?
    guard nghttp2_session_callbacks_new(&callbacks) == 0, nghttp2_option_new(&options) == 0 else {
      throw .library("out of memory")
    }
    defer {
      nghttp2_session_callbacks_del(callbacks)
      nghttp2_option_del(options)
    }
    installCallbacks(callbacks)
    nghttp2_option_set_no_auto_window_update(options, 1)
    // A closed stream's priority node serves nobody any more; keeping it only costs memory.
    nghttp2_option_set_no_closed_streams(options, 1)
    nghttp2_option_set_stream_reset_rate_limit(options, configuration.streamResetBurst, configuration.streamResetRate)
    nghttp2_option_set_max_continuations(options, configuration.maxContinuations)

    var created: OpaquePointer?
    let status =
      switch role {
      case .server: nghttp2_session_server_new2(&created, callbacks, nil, options)
      case .client: nghttp2_session_client_new2(&created, callbacks, nil, options)
      }
    guard status == 0, let created else { throw .library(describe(status)) }
    session = created
    // The callbacks' way back here; unretained, since the session does not outlive this object.
    nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
    try submitSettings()
  }

  deinit { nghttp2_session_del(session) }

  private func submitSettings() throws(HTTP2ConnectionError) {
    var settings = [
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(configuration.streamWindow)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: configuration.maxHeaderListSize),
      nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue), value: 1),
    ]
    switch role {
    case .server:
      settings.append(
        nghttp2_settings_entry(
          settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: configuration.maxConcurrentStreams))
    case .client:
      settings.append(nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0))
    }
    try check(nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count))
    try check(
      nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, configuration.connectionWindow))
  }

  private func check(_ status: Int32) throws(HTTP2ConnectionError) {
    guard status == 0 else { throw .library(describe(status)) }
  }

  // MARK: Bytes in

  /// Takes bytes of the peer and delivers what they mean. `deliver` may write to streams, but not call `receive`.
  package func receive(
    _ input: UnsafeRawBufferPointer, deliver: (HTTP2Event) -> Void
  ) throws(HTTP2ConnectionError) {
    let taken = nghttp2_session_mem_recv(session, input.bindMemory(to: UInt8.self).baseAddress, input.count)
    // Events recorded before a failure happened all the same.
    deliverEvents(deliver)
    guard taken >= 0 else {
      let reason = lastErrorMessage ?? describe(Int32(truncatingIfNeeded: taken))
      throw taken == Int(NGHTTP2_ERR_NOMEM.rawValue) ? .library(reason) : .peer(reason)
    }
  }

  /// Delivers what `produce` and stream methods have recorded since.
  package func deliverEvents(_ deliver: (HTTP2Event) -> Void) {
    while !events.isEmpty {
      let batch = events
      events.removeAll(keepingCapacity: true)
      for event in batch {
        if case .closed(let stream, _) = event { forget(stream) }
        deliver(event)
      }
    }
  }

  private func forget(_ stream: HTTP2Stream) {
    streams[stream.id] = nil
    bufferedBytes -= stream.unreleased
    stream.unreleased = 0
    returnConnectionWindow()
  }

  // MARK: Bytes out

  package var wantsWrite: Bool { pendingChunk != nil || nghttp2_session_want_write(session) != 0 }
  /// False once the connection is over: a fatal error, or GOAWAY and no stream left.
  package var wantsRead: Bool { nghttp2_session_want_read(session) != 0 }
  package var openStreamCount: Int { streams.count }

  /// Fills `buffer` with as many frames as there are and fit; call again with a fresh buffer while `wantsWrite`.
  ///
  /// - Parameter buffer: at least `minimumOutput` bytes.
  /// - Returns: the bytes written; 0 when there is nothing to send (or windows are shut).
  package func produce(into buffer: UnsafeMutableRawBufferPointer) throws(HTTP2ConnectionError) -> Int {
    precondition(buffer.count >= Self.minimumOutput, "an output buffer must hold a whole frame")
    outputBase = buffer.baseAddress
    outputLimit = buffer.count
    outputCursor = 0
    outputPaused = false
    defer { outputBase = nil }

    if let chunk = pendingChunk {
      pendingChunk = nil
      copyOut(chunk)
    }
    repeat {
      while !outputPaused {
        var pointer: UnsafePointer<UInt8>?
        let count = nghttp2_session_mem_send(session, &pointer)
        guard count >= 0 else { throw .library(describe(Int32(truncatingIfNeeded: count))) }
        guard count > 0, let pointer else { break }
        let chunk = UnsafeRawBufferPointer(start: pointer, count: count)
        // The chunk stays valid until the next mem_send, so it can wait for the next buffer.
        if count > outputLimit - outputCursor {
          pendingChunk = chunk
          return outputCursor
        }
        copyOut(chunk)
      }
    } while !outputPaused && refuseRestOfEndedStreams()
    return outputCursor
  }

  /// One full DATA or HEADERS frame with its 9-byte header.
  package static let minimumOutput = 16_384 + 9

  private func copyOut(_ chunk: UnsafeRawBufferPointer) {
    guard let outputBase, let source = chunk.baseAddress else { return }
    (outputBase + outputCursor).copyMemory(from: source, byteCount: chunk.count)
    outputCursor += chunk.count
  }

  /// RFC 9113 §8.1: a server that has answered in full before the request ended asks for no more of it with
  /// RST_STREAM(NO_ERROR). It must leave after the END_STREAM, hence only once that frame was sent.
  private func refuseRestOfEndedStreams() -> Bool {
    guard !endedEarly.isEmpty else { return false }
    for stream in endedEarly where !stream.isClosed && !stream.remoteEnded {
      nghttp2_submit_rst_stream(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, HTTP2ErrorCode.noError.rawValue)
    }
    endedEarly.removeAll(keepingCapacity: true)
    return true
  }

  // MARK: Streams

  /// Client: opens a stream. Beyond the peer's concurrency limit the request waits inside nghttp2.
  package func openStream(
    _ headers: OutgoingHeaders, endStream: Bool, observer: any HTTP2StreamObserver
  ) throws(HTTP2ConnectionError) -> HTTP2Stream {
    let stream = HTTP2Stream(id: 0, connection: self)
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
    streams[id] = stream
    onOutput?()
    return stream
  }

  /// Client: whether the peer still takes new streams and stream numbers are left.
  package var acceptsNewStreams: Bool { nghttp2_session_check_request_allowed(session) != 0 }

  func respond(_ stream: HTTP2Stream, _ headers: OutgoingHeaders, endStream: Bool) {
    headers.withVectors { vectors in
      if endStream {
        nghttp2_submit_response(session, stream.id, vectors.baseAddress, vectors.count, nil)
      } else {
        var provider = dataProvider(for: stream)
        nghttp2_submit_response(session, stream.id, vectors.baseAddress, vectors.count, &provider)
      }
    }
    onOutput?()
  }

  func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, code.rawValue)
    // A request that still waits for a free slot is only marked as cancelled; nghttp2 tells of its end, and lets go of
    // it, no sooner than a slot is free.
    if role == .client, nghttp2_session_find_stream(session, stream.id) == nil {
      cancelledUnsent[stream.id] = stream
      recordClosed(stream, code)
    }
    onOutput?()
  }

  func resume(_ stream: HTTP2Stream) {
    // A deferred stream is out of nghttp2's schedule until it is resumed; otherwise its trailers never leave.
    if stream.isDeferred {
      stream.isDeferred = false
      nghttp2_session_resume_data(session, stream.id)
    }
    onOutput?()
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
    onOutput?()
  }

  /// The connection's window is given back at once while readers hold little, so that a slow one does not starve its
  /// neighbours; once they hold half a window, only as they read.
  private func returnConnectionWindow() {
    guard uncreditedBytes > 0, bufferedBytes <= Int(configuration.connectionWindow) / 2 else { return }
    nghttp2_session_consume_connection(session, uncreditedBytes)
    uncreditedBytes = 0
  }

  // MARK: The connection's own frames

  package func ping(_ payload: UInt64) {
    withUnsafeBytes(of: payload.bigEndian) { bytes in
      _ = nghttp2_submit_ping(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), bytes.bindMemory(to: UInt8.self).baseAddress)
    }
    onOutput?()
  }

  /// First step of a graceful end (RFC 9113 §6.8): announces it without refusing streams already on their way.
  package func announceShutdown() {
    nghttp2_submit_shutdown_notice(session)
    onOutput?()
  }

  /// Second step: streams up to the last one seen are served, later ones refused.
  package func goAway(_ code: HTTP2ErrorCode = .noError) {
    guard !sentGoAway else { return }
    sentGoAway = true
    nghttp2_submit_goaway(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session), code.rawValue,
      nil, 0)
    onOutput?()
  }

  /// The socket is gone: every stream ends now.
  package func abandon(_ error: HTTP2ConnectionError, deliver: (HTTP2Event) -> Void) {
    deliverEvents(deliver)
    for stream in streams.values.sorted(by: { $0.id < $1.id }) {
      stream.isClosed = true
      events.append(.closed(stream, .connectionLost(error)))
    }
    deliverEvents(deliver)
    onOutput = nil
  }
}

func describe(_ status: Int32) -> String { String(cString: nghttp2_strerror(status)) }
