internal import CNghttp2

/// Told what bytes that went in or out have meant. One object tells it all, so that no event is ever boxed.
package protocol HTTP2EventSink: AnyObject {
  /// A complete HEADERS block. On a server the first one opens the stream. The fields are valid during the call.
  func stream(_ stream: HTTP2Stream, received fields: HeaderView, kind: HTTP2HeadersKind, endStream: Bool)
  /// Bytes of DATA frames, valid during the call.
  func stream(_ stream: HTTP2Stream, received data: UnsafeRawBufferPointer)
  /// END_STREAM on a DATA frame.
  func streamReceivedEnd(_ stream: HTTP2Stream)
  func streamDrained(_ stream: HTTP2Stream)
  /// The last event of a stream.
  func streamClosed(_ stream: HTTP2Stream, _ end: HTTP2StreamEnd)
  /// The peer's first SETTINGS, or later ones.
  func connectionReceivedSettings()
  func connectionReceivedPong(_ payload: UInt64)
  func connectionReceivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode, debugData: [UInt8])
  /// The peer went over a limit that costs it a stream, not the connection.
  func connectionSaw(_ violation: HTTP2Violation)
}

/// Which HEADERS block of a stream it is.
package enum HTTP2HeadersKind: UInt8, Sendable {
  case request
  case response
  case trailers
  /// The list went over `maxHeaderListSize`; what is delivered is what came before.
  case oversized
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
  private var isOutputRequested = false

  let session: OpaquePointer
  let memory = SessionMemory()
  var streams = StreamList()
  let streamPool: StreamPool
  var events: [EventRecord] = []
  // The memory of the round of events before, for the next one.
  var spareEvents: [EventRecord] = []
  var lastErrorMessage: String?
  var watch: PeerWatch
  // What the delivered events refer to, where their records have no room for it.
  var loss: HTTP2ConnectionError?
  var goAwayDebugData: [UInt8] = []
  package internal(set) var sentGoAway = false

  // Ended before nghttp2, which still points to them, was done with them.
  var cancelledUnsent: [Int32: HTTP2Stream] = [:]

  // The HEADERS block being received, and those that wait to be delivered.
  var incoming = HeaderArena()
  var incomingSize = 0
  let headerListLimit: Int
  var incomingOversized = false

  // Bytes that readers hold, and those among them not yet given back to the connection's window.
  var bufferedBytes = 0
  var uncreditedBytes = 0
  // Bytes of messages, whole and partial, that readers occupy.
  package internal(set) var heldBytes = 0
  // The whole connection's receive window; it only grows.
  var connectionWindow: Int32

  // Where `produce` writes; set only while nghttp2 runs.
  var outputCursor = 0
  var outputLimit = 0
  var outputBase: UnsafeMutableRawPointer?
  var outputPaused = false
  var pendingChunk: UnsafeRawBufferPointer?
  // Responses that ended while the request still comes: the rest of it is refused once they are out.
  var endedEarly: [HTTP2Stream] = []
  // Streams whose headers or trailers the library could not send.
  var unsendable: [HTTP2Stream] = []

  /// - Parameter streamPool: connections of one thread may share one.
  package init(
    role: HTTP2Role, configuration: HTTP2Configuration = HTTP2Configuration(), streamPool: StreamPool = StreamPool()
  ) throws(HTTP2ConnectionError) {
    self.role = role
    self.streamPool = streamPool
    self.configuration = configuration
    headerListLimit = Int(configuration.maxHeaderListSize)
    connectionWindow = configuration.connectionWindow
    watch = PeerWatch(role: role, configuration: configuration)

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
    watchUnknownFrames(options)

    var created: OpaquePointer?
    let status =
      switch role {
      case .server: nghttp2_session_server_new3(&created, callbacks, nil, options, &memory.callbacks)
      case .client: nghttp2_session_client_new3(&created, callbacks, nil, options, &memory.callbacks)
      }
    guard status == 0, let created else { throw .library(describe(status)) }
    session = created
    // The callbacks' way back here; unretained, since the session does not outlive this object.
    nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
    try submitSettings()
  }

  deinit {
    for stream in streams.all { stream.leaveConnection() }
    nghttp2_session_del(session)
  }

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
          settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue),
          value: configuration.maxConcurrentStreams))
    case .client:
      settings.append(nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0))
    }
    try check(nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count))
    try check(
      nghttp2_session_set_local_window_size(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, configuration.connectionWindow))
  }

  private func check(_ status: Int32) throws(HTTP2ConnectionError) {
    guard status == 0 else { throw .library(describe(status)) }
  }

  /// Tells the owner, once until it has taken what there is.
  func requestOutput() {
    guard !isOutputRequested else { return }
    isOutputRequested = true
    onOutput?()
  }

  func outputIsTaken() { isOutputRequested = false }

  // MARK: Bytes in

  /// Takes bytes of the peer and delivers what they mean. The sink may write to streams, but not call `receive`.
  ///
  /// - Parameter now: when they came, in nanoseconds of a clock that only goes forward; floods are measured by it.
  package func receive(
    _ input: UnsafeRawBufferPointer, at now: UInt64 = 0, deliver sink: some HTTP2EventSink
  ) throws(HTTP2ConnectionError) {
    watch.now = now
    incoming.discardDelivered()
    let taken = nghttp2_session_mem_recv(session, input.bindMemory(to: UInt8.self).baseAddress, input.count)
    // Events recorded before a failure happened all the same.
    deliverEvents(to: sink)
    if let violation = violation(afterTaking: taken) { throw .violation(violation) }
    guard taken >= 0 else {
      let reason = lastErrorMessage ?? describe(Int32(truncatingIfNeeded: taken))
      throw taken == Int(NGHTTP2_ERR_NOMEM.rawValue) ? .library(reason) : .peer(reason)
    }
  }
}

func describe(_ status: Int32) -> String { String(cString: nghttp2_strerror(status)) }
