internal import CNghttp2

// nghttp2's callbacks. Each records what happened and returns; none calls back into the library, except for the
// trailers of a stream that has just run dry, which nghttp2 wants submitted from inside its read callback.

func installCallbacks(_ callbacks: OpaquePointer?) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders)
  nghttp2_session_callbacks_set_on_header_callback(callbacks, header)
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frameReceived)
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, dataReceived)
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, streamClosed)
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frameSent)
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, frameNotSent)
  nghttp2_session_callbacks_set_send_data_callback(callbacks, sendData)
  nghttp2_session_callbacks_set_error_callback2(callbacks, recordError)
  installWatchCallbacks(callbacks)
}

typealias Frame = UnsafePointer<nghttp2_frame>

// Neither helper touches a reference count: the session does not outlive its connection, and nghttp2 knows a stream no
// longer than the connection's list holds it.

@inline(__always)
func withConnection<Result>(
  _ context: UnsafeMutableRawPointer?, else failed: Result, _ body: (HTTP2Connection) -> Result
) -> Result {
  guard let context else { return failed }
  return Unmanaged<HTTP2Connection>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
}

@inline(__always)
private func withStream<Result>(
  _ session: OpaquePointer?, _ id: Int32, else missing: Result, _ body: (HTTP2Stream) -> Result
) -> Result {
  guard let context = nghttp2_session_get_stream_user_data(session, id) else { return missing }
  return Unmanaged<HTTP2Stream>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
}

private func hasFlag(_ flags: UInt8, _ flag: nghttp2_flag) -> Bool { flags & UInt8(flag.rawValue) != 0 }

private let success: Int32 = 0
private let pause = NGHTTP2_ERR_PAUSE.rawValue
private let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

// MARK: Receiving

private let beginHeaders: nghttp2_on_begin_headers_callback = { session, frame, context in
  withConnection(context, else: failure) { connection in
    guard let frame else { return failure }
    connection.incoming.beginBlock()
    connection.incomingSize = 0
    connection.incomingOversized = false
    connection.watch.headersBegan()
    if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
      let stream = connection.streamPool.take()
      stream.open(id: frame.pointee.hd.stream_id, on: connection)
      connection.streams.append(stream)
      nghttp2_session_set_stream_user_data(session, stream.id, Unmanaged.passUnretained(stream).toOpaque())
    }
    return success
  }
}

private let header: nghttp2_on_header_callback = { _, _, name, nameCount, value, valueCount, flags, context in
  withConnection(context, else: failure) { connection in
    guard let name, let value else { return failure }
    // nghttp2 bounds both lengths at 64 KiB.
    let size = connection.incomingSize &+ nameCount &+ valueCount &+ 32
    connection.incomingSize = size
    guard size <= connection.headerListLimit else {
      connection.incomingOversized = true
      return connection.isHeaderListBomb() ? failure : success
    }
    connection.incoming.append(
      name: name, nameCount, value: value, valueCount,
      neverIndexed: flags & UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) != 0)
    return success
  }
}

private let dataReceived: nghttp2_on_data_chunk_recv_callback = { session, _, id, bytes, count, context in
  withConnection(context, else: success) { connection in
    withStream(session, id, else: success) { stream in
      connection.recordBuffered(count, on: stream)
      var record = EventRecord(.data, stream)
      record.pointer = UnsafeRawPointer(bytes)
      record.count = count
      connection.events.append(record)
      return success
    }
  }
}

private let frameReceived: nghttp2_on_frame_recv_callback = { session, frame, context in
  withConnection(context, else: failure) { connection in
    guard let frame else { return failure }
    let endStream = hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_END_STREAM)
    switch UInt32(frame.pointee.hd.type) {
    case NGHTTP2_HEADERS.rawValue:
      connection.watch.headersEnded()
      let fields = connection.incoming.endBlock()
      withStream(session, frame.pointee.hd.stream_id, else: ()) { stream in
        if endStream { stream.remoteEnded = true }
        var record = EventRecord(.headers, stream)
        record.headersKind = connection.kind(of: frame.pointee.headers.cat, fields)
        record.endStream = endStream
        record.count = fields.lowerBound
        record.code = UInt32(truncatingIfNeeded: fields.count)
        connection.events.append(record)
      }
    case NGHTTP2_DATA.rawValue where endStream:
      withStream(session, frame.pointee.hd.stream_id, else: ()) { stream in
        stream.remoteEnded = true
        connection.events.append(EventRecord(.endOfStream, stream))
      }
    case NGHTTP2_SETTINGS.rawValue where !hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_ACK):
      connection.events.append(EventRecord(.settings))
    case NGHTTP2_PING.rawValue where hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_ACK):
      let payload = withUnsafeBytes(of: frame.pointee.ping.opaque_data) { $0.loadUnaligned(as: UInt64.self) }
      var record = EventRecord(.pingAcknowledged)
      record.count = Int(Int64(bitPattern: UInt64(bigEndian: payload)))
      connection.events.append(record)
    case NGHTTP2_GOAWAY.rawValue:
      let goAway = frame.pointee.goaway
      connection.goAwayDebugData = Array(
        UnsafeBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len))
      var record = EventRecord(.goAway)
      record.count = Int(goAway.last_stream_id)
      record.code = goAway.error_code
      connection.events.append(record)
      connection.refuseUnsent()
    default:
      break
    }
    return success
  }
}

private let streamClosed: nghttp2_on_stream_close_callback = { session, id, code, context in
  withConnection(context, else: failure) { connection in
    withStream(session, id, else: ()) { connection.recordClosed($0, HTTP2ErrorCode(rawValue: code)) }
    if !connection.cancelledUnsent.isEmpty { connection.cancelledUnsent[id] = nil }
    return success
  }
}

extension HTTP2Connection {
  fileprivate func kind(of category: nghttp2_headers_category, _ fields: Range<Int>) -> HTTP2HeadersKind {
    if incomingOversized { return .oversized }
    switch category {
    case NGHTTP2_HCAT_REQUEST: return .request
    case NGHTTP2_HCAT_RESPONSE: return .response
    // nghttp2 calls both trailers and the final response after a 1xx one plainly "headers".
    default:
      let view = incoming.view(fields)
      return view.fields.first.map { view.nameEquals($0, ":status") } == true ? .response : .trailers
    }
  }

  /// After a GOAWAY, requests that wait in nghttp2 for a free slot will not leave any more. It would say so only when
  /// a slot is free, and a stream that stays open may never free one.
  func refuseUnsent() {
    guard role == .client else { return }
    for stream in streams.all where !stream.isClosed && nghttp2_session_find_stream(session, stream.id) == nil {
      cancelledUnsent[stream.id] = stream
      stream.neverSent = true
      recordClosed(stream, .refusedStream)
    }
  }

  func recordClosed(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    guard !stream.isClosed else { return }
    stream.isClosed = true
    if stream.outbound.count > 0 { stream.outbound.removeAll() }
    var record = EventRecord(code == .noError ? .finished : .reset, stream)
    record.code = code.rawValue
    events.append(record)
  }
}

// MARK: Sending

/// Says how much of a stream's queue the next DATA frame takes; `sendData` copies exactly that.
let readData: nghttp2_data_source_read_callback = { session, id, _, length, flags, source, context in
  withConnection(context, else: Int(failure)) { connection in
    guard let pointer = source?.pointee.ptr, let flags else { return Int(failure) }
    return Unmanaged<HTTP2Stream>.fromOpaque(pointer)._withUnsafeGuaranteedRef { stream in
      connection.nextDataFrame(of: stream, id, session, upTo: length, flags)
    }
  }
}

extension HTTP2Connection {
  fileprivate func nextDataFrame(
    of stream: HTTP2Stream, _ id: Int32, _ session: OpaquePointer?, upTo length: Int,
    _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let queued = stream.outbound.count
    if queued == 0, !stream.isFinished {
      stream.isDeferred = true
      return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    // With NO_COPY nghttp2 does not come back to `produce` between DATA frames, so the room left is checked here.
    let room = outputLimit - outputCursor - 9
    let wanted = min(queued, length)
    guard room >= min(wanted, 1_024), room >= 0 else {
      outputPaused = true
      return Int(pause)
    }
    let count = min(wanted, room)
    flags.pointee = NGHTTP2_DATA_FLAG_NO_COPY.rawValue
    if count == queued, stream.isFinished {
      flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
      if let trailers = stream.trailers {
        flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        stream.trailers = nil
        let status = trailers.withVectors { nghttp2_submit_trailer(session, id, $0.baseAddress, $0.count) }
        guard status == 0 else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
      }
    }
    return count
  }
}

private let sendData: nghttp2_send_data_callback = { _, _, header, length, source, context in
  withConnection(context, else: failure) { connection in
    guard let pointer = source?.pointee.ptr, let header, let base = connection.outputBase,
      connection.outputLimit - connection.outputCursor >= 9 + length
    else { return failure }
    Unmanaged<HTTP2Stream>.fromOpaque(pointer)._withUnsafeGuaranteedRef { stream in
      let frame = base + connection.outputCursor
      frame.copyMemory(from: header, byteCount: 9)
      if length > 0 { stream.outbound.move(length, to: frame + 9) }
      connection.outputCursor += 9 + length
      stream.isStalled = false
      if stream.wantsDrain, stream.outbound.count <= connection.configuration.streamLowWaterMark {
        stream.wantsDrain = false
        connection.events.append(EventRecord(.drained, stream))
      }
    }
    return success
  }
}

private let frameSent: nghttp2_on_frame_send_callback = { session, frame, context in
  withConnection(context, else: failure) { connection in
    guard let frame else { return success }
    let type = UInt32(frame.pointee.hd.type)
    guard type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue else { return success }
    connection.watch.sentFrame()
    guard connection.role == .server, hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_END_STREAM) else { return success }
    withStream(session, frame.pointee.hd.stream_id, else: ()) { stream in
      if !stream.remoteEnded { connection.endedEarly.append(stream) }
    }
    return success
  }
}

private let frameNotSent: nghttp2_on_frame_not_send_callback = { _, frame, status, context in
  withConnection(context, else: failure) { connection in
    guard let frame, UInt32(frame.pointee.hd.type) == NGHTTP2_HEADERS.rawValue,
      let stream = connection.streams.all.first(where: { $0.id == frame.pointee.hd.stream_id })
    else { return success }
    // The library sends no header block over 64 KiB.
    let isTooLarge = status == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue
    if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
      // The request never left: after a GOAWAY, or cancelled while it waited for a free slot.
      let isCancelled = status == NGHTTP2_ERR_STREAM_CLOSING.rawValue
      stream.neverSent = !isTooLarge
      connection.recordClosed(stream, isTooLarge ? .internalError : isCancelled ? .cancel : .refusedStream)
    } else if !stream.isClosed, status != NGHTTP2_ERR_STREAM_CLOSING.rawValue {
      // Without its headers or its status the stream would stay open for ever.
      connection.unsendable.append(stream)
    }
    return success
  }
}

private let recordError: nghttp2_error_callback2 = { _, _, message, length, context in
  withConnection(context, else: failure) { connection in
    guard let message else { return success }
    connection.lastErrorMessage = message.withMemoryRebound(to: UInt8.self, capacity: length) {
      String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
    return success
  }
}
