internal import CNghttp2

// What a connection lets its peer occupy: receive windows, and the memory of messages that nobody has taken yet.

extension HTTP2Stream {
  /// Says how many received bytes the stream's reader occupies now, whole messages and partial ones together.
  ///
  /// - Returns: false when that is more than all streams of the connection may occupy together: the stream that asks for
  ///   more must end. What it gives back later is always taken.
  package func hold(_ bytes: Int) -> Bool {
    guard bytes != held, let owner else { return true }
    let grown = bytes - held
    held = bytes
    return owner._withUnsafeGuaranteedRef { connection in
      connection.heldBytes += grown
      guard grown > 0, connection.heldBytes > connection.configuration.maxHeldBytes else { return true }
      connection.report(.bufferLimit)
      return false
    }
  }
}

extension HTTP2Connection {
  func report(_ violation: HTTP2Violation) {
    var record = EventRecord(.violation)
    record.count = HTTP2Violation.allCases.firstIndex(of: violation) ?? 0
    events.append(record)
  }

  /// Resets the streams whose peer has taken nothing of what waits for it since the last call.
  package func resetStalledStreams() {
    for stream in streams.all where !stream.isClosed {
      let hasData = stream.outbound.count > 0
      if hasData, stream.isStalled {
        report(.stalledStream)
        stream.reset(.cancel)
      } else {
        stream.isStalled = hasData
      }
    }
  }

  /// Lets every stream, open or to come, and the connection receive so much ahead.
  package func setWindow(_ size: Int) {
    let size = Int32(clamping: size)
    var setting = nghttp2_settings_entry(
      settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(size))
    guard nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), &setting, 1) == 0 else { return }
    // Streams must not take the whole of it from each other.
    let (doubled, overflow) = size.multipliedReportingOverflow(by: 2)
    let whole = max(connectionWindow, overflow ? size : doubled)
    if whole > connectionWindow,
      nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, whole) == 0
    {
      connectionWindow = whole
    }
    onOutput?()
  }
}
