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
  var headersKind = HTTP2HeadersKind.request
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
  package func deliverEvents(to sink: some HTTP2EventSink) {
    // Delivering records more events, and may end up here again; each round takes what there is.
    while !events.isEmpty {
      var batch: [EventRecord] = []
      swap(&batch, &spareEvents)
      swap(&batch, &events)
      for record in batch {
        if let stream = record.stream { deliver(record, of: stream, to: sink) } else { deliver(record, to: sink) }
      }
      // What a flood of little frames needed is not kept.
      batch.removeAll(keepingCapacity: batch.capacity <= Self.retainedEvents)
      swap(&batch, &spareEvents)
    }
  }

  private static let retainedEvents = 512

  private func deliver(_ record: EventRecord, of listed: Unmanaged<HTTP2Stream>, to sink: some HTTP2EventSink) {
    switch record.kind {
    case .headers:
      var fields = incoming.view(record.count..<record.count + Int(record.code))
      fields.isTruncated = record.headersKind == .oversized
      listed._withUnsafeGuaranteedRef {
        sink.stream($0, received: fields, kind: record.headersKind, endStream: record.endStream)
      }
    case .data:
      let bytes = UnsafeRawBufferPointer(start: record.pointer, count: record.count)
      listed._withUnsafeGuaranteedRef { sink.stream($0, received: bytes) }
    case .endOfStream: listed._withUnsafeGuaranteedRef { sink.streamReceivedEnd($0) }
    case .drained: listed._withUnsafeGuaranteedRef { sink.streamDrained($0) }
    case .finished: deliverEnd(of: listed, .finished, to: sink)
    case .reset: deliverEnd(of: listed, .reset(HTTP2ErrorCode(rawValue: record.code)), to: sink)
    case .connectionLost: deliverEnd(of: listed, .connectionLost(loss ?? .connectionLost("")), to: sink)
    case .settings, .pingAcknowledged, .goAway, .violation: break
    }
  }

  private func deliver(_ record: EventRecord, to sink: some HTTP2EventSink) {
    switch record.kind {
    case .settings: sink.connectionReceivedSettings()
    case .pingAcknowledged: sink.connectionReceivedPong(UInt64(bitPattern: Int64(record.count)))
    case .goAway:
      sink.connectionReceivedGoAway(
        lastStreamID: Int32(truncatingIfNeeded: record.count), code: HTTP2ErrorCode(rawValue: record.code),
        debugData: goAwayDebugData)
    case .violation: sink.connectionSaw(HTTP2Violation.allCases[record.count])
    default: break
    }
  }

  private func deliverEnd(of listed: Unmanaged<HTTP2Stream>, _ end: HTTP2StreamEnd, to sink: some HTTP2EventSink) {
    let stream = streams.remove(listed)
    _ = stream.hold(0)
    stream.leaveConnection()
    bufferedBytes -= stream.unreleased
    stream.unreleased = 0
    returnConnectionWindow()
    sink.streamClosed(stream, end)
    stream.letGo()
    streamPool.put(stream)
  }
}
