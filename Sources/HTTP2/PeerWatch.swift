internal import CNghttp2

/// What a connection remembers of its peer's manners.
struct PeerWatch {
  var flood: FloodMeter
  var pings: PingStrikes?
  /// Set by callbacks, acted on when the library has returned.
  var violation: HTTP2Violation?
  /// When the bytes being received were read, in nanoseconds.
  var now: UInt64 = 0
  /// Since when a header block is incomplete.
  private(set) var unfinishedHeadersSince: UInt64?

  init(role: HTTP2Role, configuration: HTTP2Configuration) {
    flood = FloodMeter(role: role, configuration: configuration)
    pings = role == .server ? configuration.pingPolicy.map { PingStrikes($0) } : nil
  }

  mutating func headersBegan() { unfinishedHeadersSince = now }
  mutating func headersEnded() { unfinishedHeadersSince = nil }

  /// One of our DATA or HEADERS frames has left.
  mutating func sentFrame() {
    flood.sentFrame()
    pings?.sentFrame()
  }
}

extension HTTP2Connection {
  /// Header bytes taken beyond the limit, which are only counted, before the peer is taken for hostile: a list a little
  /// too large gets its own answer, but 150 KB of indexed fields can name 600 MB.
  func isHeaderListBomb() -> Bool {
    guard incomingSize > max(16 * Int(configuration.maxHeaderListSize), 256 << 10) else { return false }
    watch.violation = .headerListBomb
    return true
  }

  fileprivate func receivedControlFrame(type: UInt8, length: Int, flags: UInt8) {
    let now = watch.now
    let hasStreams = openStreamCount > 0
    watch.violation = watch.flood.received(type: type, length: length, flags: flags, at: now)
    guard UInt32(type) == NGHTTP2_PING.rawValue, flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0,
      watch.pings?.received(at: now, hasStreams: hasStreams) == true
    else { return }
    watch.violation = .tooManyPings
  }

  /// After the library has taken bytes: the violation that they were, if any. GOAWAY is queued then.
  func violation(afterTaking taken: Int) -> HTTP2Violation? {
    var violation = watch.violation
    if taken == Int(NGHTTP2_ERR_FLOODED.rawValue) { violation = violation ?? .unreadOutput }
    if taken == Int(NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue) { violation = violation ?? .continuationFlood }
    if violation == nil, role == .server,
      nghttp2_session_get_outbound_queue_size(session) > configuration.maxQueuedFrames
    {
      violation = .unreadOutput
    }
    guard let violation else { return nil }
    watch.violation = violation
    goAway(for: violation)
    return violation
  }

  /// Since when a header block is incomplete, in nanoseconds.
  package var unfinishedHeadersSince: UInt64? { watch.unfinishedHeadersSince }

  /// GOAWAY(ENHANCE_YOUR_CALM) with the violation's name as debug data, as gRFC A8 has it for pings.
  func goAway(for violation: HTTP2Violation) {
    sentGoAway = true
    let name = Array(violation.rawValue.utf8)
    nghttp2_submit_goaway(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session),
      HTTP2ErrorCode.enhanceYourCalm.rawValue, name, name.count)
  }
}

/// Frame types that RFC 9113 does not define are announced to us, so that they can be counted. The library skips their
/// payload.
func watchUnknownFrames(_ options: OpaquePointer?) {
  for type in UInt8(NGHTTP2_CONTINUATION.rawValue) + 1...UInt8.max {
    nghttp2_option_set_user_recv_extension_type(options, type)
  }
}

func installWatchCallbacks(_ callbacks: OpaquePointer?) {
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, beginFrame)
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, invalidFrame)
  nghttp2_session_callbacks_set_unpack_extension_callback(callbacks, skipExtension)
}

private let success: Int32 = 0
private let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

private let beginFrame: nghttp2_on_begin_frame_callback = { _, header, context in
  guard let header else { return failure }
  let type = header.pointee.type
  let length = header.pointee.length
  // Most frames are these, and cost their sender something.
  if UInt32(type) == NGHTTP2_DATA.rawValue && length > 0 || UInt32(type) == NGHTTP2_HEADERS.rawValue { return success }
  return withConnection(context, else: failure) { connection in
    connection.receivedControlFrame(type: type, length: length, flags: header.pointee.flags)
    return connection.watch.violation == nil ? success : failure
  }
}

private let invalidFrame: nghttp2_on_invalid_frame_recv_callback = { _, _, _, context in
  withConnection(context, else: failure) { connection in
    connection.watch.headersEnded()
    connection.watch.violation = connection.watch.flood.streamWasted(at: connection.watch.now)
    return connection.watch.violation == nil ? success : failure
  }
}

private let skipExtension: nghttp2_unpack_extension_callback = { _, _, _, _ in NGHTTP2_ERR_CANCEL.rawValue }
