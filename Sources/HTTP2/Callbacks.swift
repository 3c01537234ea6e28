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
}

typealias Frame = UnsafePointer<nghttp2_frame>

private func connection(_ context: UnsafeMutableRawPointer?) -> HTTP2Connection? {
  context.map { Unmanaged<HTTP2Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func stream(_ session: OpaquePointer?, _ id: Int32) -> HTTP2Stream? {
  nghttp2_session_get_stream_user_data(session, id).map { Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue() }
}

private func hasFlag(_ flags: UInt8, _ flag: nghttp2_flag) -> Bool { flags & UInt8(flag.rawValue) != 0 }

private let success: Int32 = 0
private let pause = NGHTTP2_ERR_PAUSE.rawValue
private let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

// MARK: Receiving

private let beginHeaders: nghttp2_on_begin_headers_callback = { session, frame, context in
  guard let connection = connection(context), let frame else { return failure }
  connection.incoming = HeaderBlock()
  connection.incoming.reserve(fields: 12, bytes: 320)
  connection.incomingSize = 0
  connection.incomingOversized = false
  if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
    let stream = HTTP2Stream(id: frame.pointee.hd.stream_id, connection: connection)
    connection.streams[stream.id] = stream
    nghttp2_session_set_stream_user_data(session, stream.id, Unmanaged.passUnretained(stream).toOpaque())
  }
  return success
}

private let header: nghttp2_on_header_callback = { _, _, name, nameCount, value, valueCount, _, context in
  guard let connection = connection(context), let name, let value else { return failure }
  connection.incomingSize += nameCount + valueCount + 32
  guard connection.incomingSize <= Int(connection.configuration.maxHeaderListSize) else {
    connection.incomingOversized = true
    return success
  }
  connection.incoming.append(
    name: UnsafeBufferPointer(start: name, count: nameCount),
    value: UnsafeBufferPointer(start: value, count: valueCount))
  return success
}

private let dataReceived: nghttp2_on_data_chunk_recv_callback = { session, _, id, bytes, count, context in
  guard let connection = connection(context), let stream = stream(session, id) else { return success }
  connection.recordBuffered(count, on: stream)
  connection.events.append(.data(stream, UnsafeRawBufferPointer(start: bytes, count: count)))
  return success
}

private let frameReceived: nghttp2_on_frame_recv_callback = { session, frame, context in
  guard let connection = connection(context), let frame else { return failure }
  let endStream = hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_END_STREAM)
  switch UInt32(frame.pointee.hd.type) {
  case NGHTTP2_HEADERS.rawValue:
    guard let stream = stream(session, frame.pointee.hd.stream_id) else { return success }
    let kind: HTTP2Event.HeadersKind =
      if connection.incomingOversized {
        .oversized
      } else {
        switch frame.pointee.headers.cat {
        case NGHTTP2_HCAT_REQUEST: .request
        case NGHTTP2_HCAT_RESPONSE: .response
        // nghttp2 calls both trailers and the final response after a 1xx one plainly "headers".
        default: connection.incoming.fields.first.map { connection.incoming.nameEquals($0, ":status") } == true
          ? .response : .trailers
        }
      }
    if endStream { stream.remoteEnded = true }
    connection.events.append(.headers(stream, connection.incoming, kind: kind, endStream: endStream))
  case NGHTTP2_DATA.rawValue where endStream:
    guard let stream = stream(session, frame.pointee.hd.stream_id) else { return success }
    stream.remoteEnded = true
    connection.events.append(.endOfStream(stream))
  case NGHTTP2_SETTINGS.rawValue where !hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_ACK):
    connection.events.append(.settings)
  case NGHTTP2_PING.rawValue where hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_ACK):
    let payload = withUnsafeBytes(of: frame.pointee.ping.opaque_data) { $0.loadUnaligned(as: UInt64.self) }
    connection.events.append(.pingAcknowledged(UInt64(bigEndian: payload)))
  case NGHTTP2_GOAWAY.rawValue:
    let goAway = frame.pointee.goaway
    connection.events.append(
      .goAway(
        lastStreamID: goAway.last_stream_id, code: HTTP2ErrorCode(rawValue: goAway.error_code),
        debugData: Array(UnsafeBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len))))
    connection.refuseUnsent()
  default:
    break
  }
  return success
}

private let streamClosed: nghttp2_on_stream_close_callback = { session, id, code, context in
  guard let connection = connection(context), let stream = stream(session, id) else { return success }
  connection.recordClosed(stream, HTTP2ErrorCode(rawValue: code))
  connection.cancelledUnsent[id] = nil
  return success
}

extension HTTP2Connection {
  /// After a GOAWAY, requests that wait in nghttp2 for a free slot will not leave any more. It would say so only when
  /// a slot is free, and a stream that stays open may never free one.
  func refuseUnsent() {
    guard role == .client else { return }
    for stream in streams.values.sorted(by: { $0.id < $1.id })
    where !stream.isClosed && nghttp2_session_find_stream(session, stream.id) == nil {
      cancelledUnsent[stream.id] = stream
      recordClosed(stream, .refusedStream)
    }
  }

  func recordClosed(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    guard !stream.isClosed else { return }
    stream.isClosed = true
    stream.outbound.removeAll()
    events.append(.closed(stream, code == .noError ? .finished : .reset(code)))
  }
}

// MARK: Sending

/// Says how much of a stream's queue the next DATA frame takes; `sendData` copies exactly that.
let readData: nghttp2_data_source_read_callback = { session, id, _, length, flags, source, context in
  guard let connection = connection(context), let pointer = source?.pointee.ptr, let flags else { return Int(failure) }
  let stream = Unmanaged<HTTP2Stream>.fromOpaque(pointer).takeUnretainedValue()
  let queued = stream.outbound.count
  if queued == 0, !stream.isFinished {
    stream.isDeferred = true
    return Int(NGHTTP2_ERR_DEFERRED.rawValue)
  }
  // With NO_COPY nghttp2 does not come back to `produce` between DATA frames, so the room left is checked here.
  let room = connection.outputLimit - connection.outputCursor - 9
  let wanted = min(queued, length)
  guard room >= min(wanted, 1_024), room >= 0 else {
    connection.outputPaused = true
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

private let sendData: nghttp2_send_data_callback = { _, _, header, length, source, context in
  guard let connection = connection(context), let pointer = source?.pointee.ptr, let header,
    let base = connection.outputBase, connection.outputLimit - connection.outputCursor >= 9 + length
  else { return failure }
  let stream = Unmanaged<HTTP2Stream>.fromOpaque(pointer).takeUnretainedValue()
  let frame = base + connection.outputCursor
  frame.copyMemory(from: header, byteCount: 9)
  if length > 0, let queued = stream.outbound.readable.baseAddress {
    (frame + 9).copyMemory(from: queued, byteCount: length)
    stream.outbound.consume(length)
  }
  connection.outputCursor += 9 + length
  if stream.wantsDrain, stream.outbound.count <= connection.configuration.streamLowWaterMark {
    stream.wantsDrain = false
    connection.events.append(.drained(stream))
  }
  return success
}

private let frameSent: nghttp2_on_frame_send_callback = { session, frame, context in
  guard let connection = connection(context), let frame, connection.role == .server else { return success }
  let type = UInt32(frame.pointee.hd.type)
  guard type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue,
    hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_END_STREAM),
    let stream = stream(session, frame.pointee.hd.stream_id), !stream.remoteEnded
  else { return success }
  connection.endedEarly.append(stream)
  return success
}

private let frameNotSent: nghttp2_on_frame_not_send_callback = { _, frame, status, context in
  guard let connection = connection(context), let frame,
    UInt32(frame.pointee.hd.type) == NGHTTP2_HEADERS.rawValue,
    let stream = connection.streams[frame.pointee.hd.stream_id]
  else { return success }
  // The library sends no header block over 64 KiB.
  let isTooLarge = status == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue
  if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
    // The request never left: after a GOAWAY, or cancelled while it waited for a free slot.
    let isCancelled = status == NGHTTP2_ERR_STREAM_CLOSING.rawValue
    connection.recordClosed(stream, isTooLarge ? .internalError : isCancelled ? .cancel : .refusedStream)
  } else if !stream.isClosed, status != NGHTTP2_ERR_STREAM_CLOSING.rawValue {
    // Without its headers or its status the stream would stay open for ever.
    connection.unsendable.append(stream)
  }
  return success
}

private let recordError: nghttp2_error_callback2 = { _, _, message, length, context in
  guard let connection = connection(context), let message else { return success }
  connection.lastErrorMessage = message.withMemoryRebound(to: UInt8.self, capacity: length) {
    String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
  }
  return success
}
