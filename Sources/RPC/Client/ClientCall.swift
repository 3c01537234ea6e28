internal import HTTP2
internal import NIOCore
internal import Protobuf
internal import Synchronization

/// One call of a client: from its request to its status, over several streams if the first ones are refused.
///
/// Confined to its event loop, but for what is behind `outcome`.
final class ClientCall: HTTP2StreamObserver, @unchecked Sendable {
  let pipe: MessagePipe
  let options: CallOptions
  private let method: MethodDescriptor
  private let transport: ClientTransport
  private let deadline: Deadline?

  struct Outcome {
    var status: Result<Void, RPCError>?
    var trailingMetadata = Metadata()
  }
  /// What became of the call; readable from anywhere.
  let outcome = Mutex(Outcome())

  /// The whole request of a call that does not stream it, so that it can be sent again if it was refused.
  private let request: [UInt8]?
  private var attempts = 0
  private var stream: HTTP2Stream?
  private var deadlineTimer: Scheduled<Void>?
  private var responseMetadata: Metadata?
  private var metadataWaiters: [CheckedContinuation<Void, Never>] = []
  private var finishWaiters: [() -> Void] = []

  private static let maxAttempts = 3

  init(
    method: MethodDescriptor, options: CallOptions, transport: ClientTransport, pipe: MessagePipe, request: [UInt8]?
  ) {
    self.method = method
    self.options = options
    self.transport = transport
    self.pipe = pipe
    self.request = request
    deadline = options.timeout.map { .after($0) }
  }

  // MARK: Starting

  /// On the loop: arms the deadline and asks for a stream.
  func submit() {
    guard !isFinished else { return }
    if let deadline {
      let left = deadline.remaining
      guard left > .zero else { return deadlinePassed() }
      deadlineTimer = transport.loop.scheduleTask(in: TimeAmount(left)) { self.deadlinePassed() }
    }
    transport.submit(self)
  }

  func start(on connection: HTTP2Connection) {
    guard !isFinished else { return }
    attempts += 1
    let headers = WireHeaders.request(
      method: method, scheme: "http", authority: transport.authority, timeout: deadline?.remaining,
      metadata: options.metadata, encoding: pipe.sendEncoding, acceptEncoding: transport.acceptEncoding)
    do {
      let stream = try connection.openStream(OutgoingHeaders(nil, headers), endStream: false, observer: self)
      self.stream = stream
      if let request {
        request.withUnsafeBytes { stream.write($0) }
        stream.finish()
      }
      pipe.attach(stream)
    } catch {
      abandon(RPCError(.unavailable, "no stream could be opened: \(error)"))
    }
  }

  // MARK: The stream's events

  func streamReceived(headers: HeaderView, endStream: Bool) {
    let isFirst = responseMetadata == nil
    if isFirst {
      let httpStatus = headers.firstValue(":status").flatMap { Int($0) } ?? 0
      // 1xx answers only announce the real one.
      if (100..<200).contains(httpStatus) { return }
      if let error = fault(in: headers, httpStatus: httpStatus) {
        return finish(.failure(error), immediately: true)
      }
    }
    if !endStream {
      guard isFirst else { return }
      if let field = headers.first("grpc-encoding") {
        guard let encoding = CompressionAlgorithm(headers.valueBytes(field)) else {
          return finish(
            .failure(
              RPCError(.internalError, "the server compresses with \"\(headers.value(field))\", which we do not know")),
            immediately: true)
        }
        pipe.receiveEncoding = encoding
      }
      responseMetadata = Metadata(headers)
      wakeMetadataWaiters()
      return
    }
    if isFirst { responseMetadata = Metadata(headers) }
    outcome.withLock { $0.trailingMetadata = Metadata(headers) }
    finish(
      WireHeaders.status(in: headers)
        ?? .failure(RPCError(.unknown, "the server ended the call without a grpc-status")))
  }

  /// What is wrong with a response's first headers, if they are no gRPC response's.
  private func fault(in headers: HeaderView, httpStatus: Int) -> RPCError? {
    // A gRPC server may refuse with an HTTP status and say why all the same.
    if httpStatus != 200, case .failure(let error)? = WireHeaders.status(in: headers) { return error }
    let contentType = headers.firstValue("content-type") ?? ""
    if httpStatus == 200, WireHeaders.isGRPC(contentType) { return nil }
    return RPCError(
      StatusCode(httpStatus: httpStatus),
      "the answer is no gRPC response: HTTP status \(httpStatus), content-type \"\(contentType)\"")
  }

  func streamReceived(data: UnsafeRawBufferPointer) {
    guard !isFinished else {
      stream?.release(data.count)
      return
    }
    do throws(RPCError) {
      try pipe.received(data)
    } catch {
      finish(.failure(error), immediately: true)
    }
  }

  func streamReceivedEnd() {
    // END_STREAM on DATA: the trailers, and with them the status, are missing.
    finish(.failure(RPCError(.internalError, "the server ended the stream without trailers")))
  }

  func streamDrained() { pipe.wakeWriters() }

  func streamClosed(_ reason: HTTP2StreamEnd) {
    guard !isFinished else { return }
    switch reason {
    case .reset(.refusedStream) where request != nil && responseMetadata == nil && attempts < Self.maxAttempts:
      // The server promises that it has not looked at the call, so sending it again cannot do it twice.
      stream = nil
      transport.submit(self)
    case .reset(let code):
      finish(.failure(RPCError(StatusCode(reset: code), "the stream was reset (\(code))")), immediately: true)
    case .finished:
      finish(.failure(RPCError(.internalError, "the server ended the stream without a status")), immediately: true)
    case .connectionLost(let error):
      finish(.failure(RPCError(.unavailable, "\(error)", cause: error)), immediately: true)
    }
  }

  // MARK: Ending

  private var isFinished: Bool { outcome.withLock { $0.status != nil } }

  /// The status is known. `immediately` drops messages that were not read yet.
  private func finish(_ status: Result<Void, RPCError>, immediately: Bool = false) {
    let isFirst = outcome.withLock { outcome in
      guard outcome.status == nil else { return false }
      outcome.status = status
      return true
    }
    guard isFirst else { return }
    deadlineTimer?.cancel()
    if case .failure(let error) = status, immediately {
      pipe.fail(error)
    } else {
      pipe.endInbound(status)
      switch status {
      case .success: pipe.closeWriting(RPCError(.cancelled, "the server has already ended the call"))
      case .failure(let error): pipe.closeWriting(error)
      }
    }
    wakeMetadataWaiters()
    let waiters = finishWaiters
    finishWaiters = []
    for waiter in waiters { waiter() }
    endStream(status, immediately: immediately)
  }

  /// Gives up what is left of the stream: what the server still sends, or what it did not want of the request.
  private func endStream(_ status: Result<Void, RPCError>, immediately: Bool) {
    guard let stream else { return }
    guard immediately || !stream.isWriteClosed || stream.queuedBytes > 0 else { return }
    if case .success = status { stream.reset(.noError) } else { stream.reset(.cancel) }
  }

  /// Ends a call that never got a stream.
  func abandon(_ error: RPCError) { finish(.failure(error), immediately: true) }

  private func deadlinePassed() {
    let timeout = options.timeout ?? .zero
    end(RPCError(.deadlineExceeded, "the deadline of \(timeout) passed before the server had answered"))
  }

  private func end(_ error: RPCError) {
    guard !isFinished else { return }
    finish(.failure(error), immediately: true)
    transport.forget(self)
  }

  /// From anywhere: gives the call up; the server is told.
  func cancel() {
    guard !isFinished else { return }
    transport.loop.execute { self.end(RPCError(.cancelled, "the call was cancelled")) }
  }

  // MARK: Results

  /// On the loop: calls `body` when the status is known, at once if it is.
  func whenFinished(_ body: @escaping () -> Void) {
    if isFinished { body() } else { finishWaiters.append(body) }
  }

  /// On the loop, after the end: the one message of a response that does not stream.
  func singleResponse<M: Message>(_ type: M.Type) -> Result<M, RPCError> {
    Result { () throws(RPCError) in
      if case .failure(let error)? = outcome.withLock({ $0.status }) { throw error }
      guard case .message(let message) = try pipe.poll(type) else {
        throw RPCError(.internalError, "the server sent no response message")
      }
      guard case .end = try pipe.poll(type) else {
        throw RPCError(.internalError, "the server sent several response messages; the method answers with one")
      }
      if let onResponse = options.onResponse {
        onResponse(
          ResponseInfo(
            metadata: responseMetadata ?? Metadata(),
            trailingMetadata: outcome.withLock { $0.trailingMetadata }, wasCompressed: pipe.lastReadWasCompressed))
      }
      return message
    }
  }

  /// The response's headers, as soon as they are there.
  func metadata() async throws(RPCError) -> Metadata {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transport.loop.execute {
          if self.responseMetadata != nil || self.isFinished { return continuation.resume() }
          self.metadataWaiters.append(continuation)
        }
      }
    } onCancel: {
      cancel()
    }
    let found = await pipe.onLoop { self.responseMetadata }
    if let found { return found }
    if case .failure(let error)? = outcome.withLock({ $0.status }) { throw error }
    return Metadata()
  }

  private func wakeMetadataWaiters() {
    let waiters = metadataWaiters
    metadataWaiters = []
    for waiter in waiters { waiter.resume() }
  }
}
