/// An event as nghttp2's callbacks note it: plain bits, so that noting one touches no reference count.
///
/// The stream lives at least until its `closed` record, always its last, has been delivered: the connection's list
/// holds it.
struct EventRecord {
  enum Kind: UInt8 {
    case headers, data, endOfStream, drained, finished, reset, connectionLost, settings, pingAcknowledged, goAway
    case violation
  }

  let kind: Kind
  var headersKind = HTTP2Event.HeadersKind.request
  var endStream = false
  /// The error code of `reset` and `goAway`; the number of fields of `headers`; the last stream of `goAway` is `count`.
  var code: UInt32 = 0
  var stream: Unmanaged<HTTP2Stream>?
  /// The bytes of `data`.
  var pointer: UnsafeRawPointer?
  /// The number of bytes of `data`; the index of the first field of `headers`; the payload of `pingAcknowledged`.
  var count = 0

  init(_ kind: Kind, _ stream: HTTP2Stream? = nil) {
    self.kind = kind
    self.stream = stream.map { Unmanaged.passUnretained($0) }
  }
}

extension HTTP2Connection {
  /// Delivers what `produce` and stream methods have recorded since.
  package func deliverEvents(_ deliver: (HTTP2Event) -> Void) {
    // Delivering records more events, and may end up here again; each round takes what there is.
    while !events.isEmpty {
      var batch: [EventRecord] = []
      swap(&batch, &spareEvents)
      swap(&batch, &events)
      for record in batch { self.deliver(record, deliver) }
      batch.removeAll(keepingCapacity: true)
      swap(&batch, &spareEvents)
    }
  }

  private func deliver(_ record: EventRecord, _ deliver: (HTTP2Event) -> Void) {
    guard let stream = record.stream?.takeUnretainedValue() else { return deliver(ofConnection(record)) }
    switch record.kind {
    case .headers:
      var fields = incoming.view(record.count..<record.count + Int(record.code))
      fields.isTruncated = record.headersKind == .oversized
      deliver(.headers(stream, fields, kind: record.headersKind, endStream: record.endStream))
    case .data: deliver(.data(stream, UnsafeRawBufferPointer(start: record.pointer, count: record.count)))
    case .endOfStream: deliver(.endOfStream(stream))
    case .drained: deliver(.drained(stream))
    case .finished: deliverEnd(of: stream, .finished, deliver)
    case .reset: deliverEnd(of: stream, .reset(HTTP2ErrorCode(rawValue: record.code)), deliver)
    case .connectionLost: deliverEnd(of: stream, .connectionLost(loss ?? .connectionLost("")), deliver)
    case .settings, .pingAcknowledged, .goAway, .violation: break
    }
  }

  private func ofConnection(_ record: EventRecord) -> HTTP2Event {
    switch record.kind {
    case .pingAcknowledged: .pingAcknowledged(UInt64(bitPattern: Int64(record.count)))
    case .goAway:
      .goAway(
        lastStreamID: Int32(truncatingIfNeeded: record.count), code: HTTP2ErrorCode(rawValue: record.code),
        debugData: goAwayDebugData)
    case .violation: .violation(HTTP2Violation.allCases[record.count])
    default: .settings
    }
  }

  private func deliverEnd(of stream: HTTP2Stream, _ end: HTTP2StreamEnd, _ deliver: (HTTP2Event) -> Void) {
    forget(stream)
    deliver(.closed(stream, end))
    streamPool.put(stream)
  }

  private func forget(_ stream: HTTP2Stream) {
    streams.remove(stream)
    stream.connection = nil
    bufferedBytes -= stream.unreleased
    stream.unreleased = 0
    returnConnectionWindow()
  }
}
