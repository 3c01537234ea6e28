internal import HTTP2
internal import NIOCore
internal import Protobuf
internal import Synchronization

/// One call of a client: from its request to its status, over several streams if the first ones fail in a way that
/// lets it be made again.
///
/// Confined to its event loop, but for what is behind `outcome`.
final class ClientCall: HTTP2StreamObserver, LoopTimerOwner, @unchecked Sendable {
  let pipe: MessagePipe
  let method: ClientMethod
  let channel: ClientChannel
  private(set) var options: CallOptions

  struct Outcome {
    var status: Result<Void, RPCError>?
    var responseMetadata = Metadata()
    var trailingMetadata = Metadata()
    var attempts = 0
  }
  /// What became of the call; readable from anywhere.
  let outcome = Mutex(Outcome())

  // The deadline of the call that the caller serves.
  private let inheritedDeadline: Deadline?
  private var deadline: Deadline?
  private var deadlineTimer: LoopTimer?
  private(set) var waitsForReady = false
  /// In the channel's list of calls without a connection.
  var isWaiting = false

  /// The whole request of a call that does not stream it; nil once the call is committed to its attempt.
  private var request: [UInt8]?
  private let streamsRequest: Bool
  private var retry = RetryState(policy: nil)
  /// The server has begun to answer: what becomes of this attempt becomes of the call.
  private var isCommitted = false
  private var attempts = 0
  private var stream: HTTP2Stream?
  private var subchannel: Subchannel?
  private var account = AttemptAccount()

  private var hasBegun = false
  /// For those who are told how long the call took.
  private let begin: NIODeadline?
  private var hasEnded = false
  private var isReported = false
  private var responseMetadata: Metadata?
  private var metadataWaiters: [CheckedContinuation<Void, Never>] = []
  private var finishWaiters: [() -> Void] = []

  /// - Parameter request: the framed message of a call that does not stream its request.
  init(
    method: ClientMethod, options: CallOptions, inheritedDeadline: Deadline?, channel: ClientChannel,
    pipe: MessagePipe, request: [UInt8]?
  ) {
    self.method = method
    self.options = options
    self.inheritedDeadline = inheritedDeadline
    self.channel = channel
    self.pipe = pipe
    self.request = request
    streamsRequest = request == nil
    begin = method.observer != nil || method.handler != nil ? .now() : nil
    if streamsRequest { pipe.replay = ReplayBuffer(limit: channel.configuration.retryBufferSize) }
    use(method.config)
  }

  /// Before the call has begun, or on the loop while it waits.
  func use(_ config: ServiceConfig.Method) {
    waitsForReady = options.waitForReady ?? config.waitForReady ?? false
    if channel.configuration.retriesEnabled { retry.policy = config.retryPolicy }
    var earliest = inheritedDeadline
    for timeout in [options.timeout, config.timeout] {
      guard let timeout else { continue }
      let candidate = Deadline.after(timeout)
      earliest = earliest.map { min($0, candidate) } ?? candidate
    }
    // What was said first counts from its own time.
    if let new = earliest, let old = deadline { deadline = min(new, old) } else { deadline = earliest }
    if hasBegun { armDeadline() }
  }

  // MARK: Starting

  /// On the loop: arms the deadline and asks for a stream.
  func submit() {
    guard !hasEnded else { return }
    hasBegun = true
    channel.callBegan()
    method.observer?.callBegan()
    armDeadline()
    if !hasEnded { channel.submit(self) }
  }

  private func armDeadline() {
    guard let deadline else { return }
    let left = deadline.remaining
    guard left > .zero else { return deadlinePassed() }
    let timer = deadlineTimer ?? LoopTimer()
    deadlineTimer = timer
    channel.timers.arm(timer, afterNanoseconds: TimeAmount(left).nanoseconds, for: self)
  }

  /// Begins an attempt.
  func start(on connection: HTTP2Connection, of subchannel: Subchannel?) {
    guard !hasEnded else { return }
    attempts += 1
    let rest = WireHeaders.requestRest(
      encoding: pipe.sendEncoding, timeout: deadline?.remaining, previousAttempts: retry.previousAttempts,
      metadata: options.metadata)
    do {
      let stream = try connection.openStream(OutgoingHeaders(method.head, rest), endStream: false, observer: self)
      self.stream = stream
      self.subchannel = subchannel
      account.begin(subchannel?.counts, pipe.traffic)
      pipe.attach(stream)
      if let request {
        try pipe.enqueue(request)
        stream.finish()
      }
    } catch {
      abandon(RPCError(.unavailable, "no stream could be opened: \(error)"))
    }
  }

  // MARK: The stream's events

  func streamReceived(headers: HeaderView, endStream: Bool) {
    if headers.isTruncated { return finish(.failure(truncation(of: headers, endStream: endStream)), immediately: true) }
    guard responseMetadata == nil else {
      if endStream { ended(with: headers) }
      return
    }
    let httpStatus = Self.httpStatus(of: headers)
    // 1xx answers only announce the real one.
    if (100..<200).contains(httpStatus) { return }
    subchannel?.answered()
    if let error = fault(in: headers, httpStatus: httpStatus) {
      return attemptFailed(.status(error.code, RetryState.Pushback(in: headers)), error)
    }
    if endStream { return ended(with: headers) }
    commit()
    if let field = headers.first("grpc-encoding") {
      guard let encoding = CompressionAlgorithm(headers.valueBytes(field)) else {
        return abandon(
          RPCError(.internalError, "the server compresses with \"\(headers.value(field))\", which we do not know"))
      }
      pipe.receiveEncoding = encoding
    }
    let metadata = Metadata(headers)
    responseMetadata = metadata
    if !metadata.isEmpty { outcome.withLock { $0.responseMetadata = metadata } }
    wakeMetadataWaiters()
  }

  private static func httpStatus(of headers: HeaderView) -> Int {
    guard let field = headers.first(":status") else { return 0 }
    return headers.valueEquals(field, "200") ? 200 : Int(headers.value(field)) ?? 0
  }

  /// Why the call fails of headers that are larger than we take.
  private func truncation(of headers: HeaderView, endStream: Bool) -> RPCError {
    // A status comes before what makes the list long.
    if endStream, case .failure(let error)? = WireHeaders.status(in: headers) { return error }
    return RPCError(.resourceExhausted, "the response's metadata is larger than maxHeaderListSize: raise that limit")
  }

  /// What is wrong with a response's first headers, if they are no gRPC response's.
  private func fault(in headers: HeaderView, httpStatus: Int) -> RPCError? {
    // A gRPC server may refuse with an HTTP status and say why all the same.
    if httpStatus != 200, case .failure(let error)? = WireHeaders.status(in: headers) { return error }
    let contentType = headers.first("content-type")
    if httpStatus == 200, let contentType,
      headers.valueEquals(contentType, "application/grpc") || WireHeaders.isGRPC(headers.value(contentType))
    {
      return nil
    }
    return RPCError(
      StatusCode(httpStatus: httpStatus),
      "the answer is no gRPC response: HTTP status \(httpStatus), content-type "
        + "\"\(contentType.map { headers.value($0) } ?? "")\"")
  }

  /// The trailers are there.
  private func ended(with trailers: HeaderView) {
    account.isAnswered = true
    let status =
      WireHeaders.status(in: trailers)
      ?? .failure(RPCError(.unknown, "the server ended the call without a grpc-status"))
    let metadata = Metadata(trailers)
    guard case .failure(let error) = status,
      isMadeAgain(after: .status(error.code, RetryState.Pushback(in: trailers)))
    else { return finish(status, trailingMetadata: metadata) }
  }

  func streamReceived(data: UnsafeRawBufferPointer) {
    guard !hasEnded else {
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
    let neverSent = stream?.neverSent == true
    stream = nil
    guard !hasEnded else { return }
    let error: RPCError
    var failure: RetryState.Failure
    switch reason {
    case .reset(.cancel) where deadline.map { $0.remaining <= .zero } == true:
      // The server's clock was ahead of our timer.
      return deadlinePassed()
    case .reset(let code):
      error = RPCError(StatusCode(reset: code), "the stream was reset (\(code))")
      failure = code == .refusedStream ? .refused(error.code) : .status(error.code, nil)
    case .finished:
      error = RPCError(.internalError, "the server ended the stream without a status")
      failure = .status(error.code, nil)
    case .connectionLost(let loss):
      error = RPCError(.unavailable, "\(loss)", cause: loss)
      failure = .status(error.code, nil)
    }
    if neverSent { failure = .neverSent }
    attemptFailed(failure, error)
  }

  // MARK: Further attempts

  private func commit() {
    isCommitted = true
    request = nil
    pipe.replay = nil
  }

  /// Whether what the call has sent can be sent again.
  private var isRepeatable: Bool {
    !isCommitted && (streamsRequest ? pipe.replay?.isWhole == true : request != nil)
  }

  private func attemptFailed(_ failure: RetryState.Failure, _ error: RPCError) {
    if !isMadeAgain(after: failure) { finish(.failure(error), immediately: true) }
  }

  private func isMadeAgain(after failure: RetryState.Failure) -> Bool {
    var generator = SystemRandomNumberGenerator()
    let decision = retry.attemptFailed(
      failure, isRepeatable: isRepeatable, throttle: channel.throttle, using: &generator)
    guard decision != .giveUp else { return false }
    leaveStream()
    switch decision {
    case .after(let delay): channel.park(self, for: delay)
    case .now, .giveUp: channel.submit(self)
    }
    return true
  }

  /// Lets go of a stream that has failed, though it may not be closed yet.
  private func leaveStream() {
    account.end(.unavailable, pipe.traffic)
    pipe.detach()
    guard let stream else { return }
    self.stream = nil
    stream.observer = nil
    // What the server still has to say is of no use, and would hold the stream's place among those it allows.
    if !stream.remoteEnded || !stream.isWriteClosed || stream.queuedBytes > 0 { stream.reset(.cancel) }
  }

  /// There is no connection to be had for the attempt.
  func couldNotStart(_ error: RPCError) {
    guard !hasEnded else { return }
    attemptFailed(.status(error.code, nil), error)
  }

  // MARK: Ending

  /// The status is known. `immediately` drops messages that were not read yet.
  private func finish(
    _ status: Result<Void, RPCError>, trailingMetadata: Metadata = Metadata(), immediately: Bool = false
  ) {
    guard !hasEnded else { return }
    hasEnded = true
    outcome.withLock { outcome in
      outcome.status = status
      outcome.trailingMetadata = trailingMetadata
      outcome.attempts = attempts
    }
    if let deadlineTimer { channel.timers.cancel(deadlineTimer) }
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
    if hasBegun { count(status) }
    if case .success = status { channel.throttle?.succeeded() }
    guard hasBegun else { return }
    reportEnd(nil)
    channel.forget(self)
    channel.callEnded()
  }

  private func count(_ status: Result<Void, RPCError>) {
    let code = if case .failure(let error) = status { error.code } else { StatusCode.ok }
    let carried = pipe.carried
    account.end(code, carried)
    channel.counts.ended(code, answered: account.isAnswered, carried: carried)
  }

  /// Gives up what is left of the stream: what the server still sends, or what it did not want of the request.
  private func endStream(_ status: Result<Void, RPCError>, immediately: Bool) {
    guard let stream else { return }
    guard immediately || !stream.isWriteClosed || stream.queuedBytes > 0 else { return }
    if case .success = status { stream.reset(.noError) } else { stream.reset(.cancel) }
  }

  /// On the loop: ends the call, whatever the server may still say.
  func abandon(_ error: RPCError) { finish(.failure(error), immediately: true) }

  func timerFired(_ timer: LoopTimer) { deadlinePassed() }

  private func deadlinePassed() {
    abandon(RPCError(.deadlineExceeded, "the deadline passed before the server had answered"))
  }

  /// From anywhere: gives the call up; the server is told.
  func cancel() {
    guard outcome.withLock({ $0.status == nil }) else { return }
    channel.loop.execute { self.abandon(RPCError(.cancelled, "the call was cancelled")) }
  }

  // MARK: Results

  /// On the loop: calls `body` when the status is known, at once if it is.
  func whenFinished(_ body: @escaping () -> Void) {
    if hasEnded { body() } else { finishWaiters.append(body) }
  }

  /// On the loop, after the end: how the call ended.
  var status: Result<Void, RPCError> {
    outcome.withLock { $0.status } ?? .failure(RPCError(.internalError, "the call has not ended"))
  }

  /// On the loop, after the end: what observers and interceptors are told.
  ///
  /// - Parameter failure: what was found wrong after the status had come.
  func summary(_ failure: RPCError?) -> CallSummary {
    var failure = failure
    if case .failure(let error) = status { failure = error }
    let now = NIODeadline.now()
    return CallSummary(
      status: failure?.code ?? .ok, failure: failure, traffic: pipe.traffic,
      nanoseconds: begin.map { (now - $0).nanoseconds } ?? 0)
  }

  private func reportEnd(_ failure: RPCError?) {
    guard let observer = method.observer, hasBegun, !isReported else { return }
    isReported = true
    observer.callEnded(summary(failure))
  }

  /// On the loop, after the end: the one message of a response that does not stream.
  func singleResponse<M: Message>(_ type: M.Type) throws(RPCError) -> M {
    let message: M
    do throws(RPCError) {
      try status.get()
      message = try pipe.soleMessage(type, of: .response)
      if let onResponse = options.onResponse {
        onResponse(
          ResponseInfo(
            metadata: responseMetadata ?? Metadata(),
            trailingMetadata: outcome.withLock { $0.trailingMetadata }, wasCompressed: pipe.lastReadWasCompressed))
      }
    } catch {
      reportEnd(error)
      throw error
    }
    // Before the caller goes on, and with that message in the count.
    reportEnd(nil)
    return message
  }

  /// Makes the call with options that interceptors may have changed, and waits for its end.
  ///
  /// - Parameters:
  ///   - started: called on the loop as soon as the call is under way.
  ///   - ended: called on the loop when the status is known; it may find the call to have failed all the same.
  func run(
    _ options: CallOptions, started: @escaping @Sendable () -> Void,
    ended: @escaping @Sendable (ClientCall) -> RPCError?
  ) async throws(RPCError) {
    let result: Result<Void, RPCError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        onLoop {
          // A time limit that stays as it was counts from the beginning.
          if options.timeout != self.options.timeout { self.deadline = nil }
          self.options = options
          self.use(self.method.config)
          self.submit()
          started()
          self.whenFinished {
            let failure = ended(self)
            continuation.resume(returning: failure.map { .failure($0) } ?? self.status)
          }
        }
      }
    } onCancel: {
      cancel()
    }
    try result.get()
  }

  /// The response's headers, as soon as they are there.
  func metadata() async throws(RPCError) -> Metadata {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        onLoop {
          if self.responseMetadata != nil || self.hasEnded { return continuation.resume() }
          self.metadataWaiters.append(continuation)
        }
      }
    } onCancel: {
      cancel()
    }
    let found = await pipe.onLoop { self.responseMetadata }
    if let found { return found }
    let (status, trailing) = outcome.withLock { ($0.status, $0.trailingMetadata) }
    if case .failure(let error)? = status { throw error }
    // A response without messages has only one list of fields.
    return trailing
  }

  private func wakeMetadataWaiters() {
    let waiters = metadataWaiters
    metadataWaiters = []
    for waiter in waiters { waiter.resume() }
  }

  func onLoop(_ body: @escaping @Sendable () -> Void) {
    if channel.loop.inEventLoop { body() } else { channel.loop.execute(body) }
  }
}
