internal import HTTP2
internal import Logging
internal import NIOCore
internal import Protobuf
internal import Synchronization

/// One call on the server: from its headers to its status.
///
/// It lives until its stream is closed *and* its handler has ended, whichever comes last; then the object waits in its
/// loop's `ServerLoop` for another call. State is confined to the connection's event loop; the metadata that handlers
/// set is behind a lock, since they may run elsewhere.
final class ServerCall: HTTP2StreamObserver, LoopTimerOwner, @unchecked Sendable {
  let pipe: MessagePipe
  let server: ServerCore
  // Set anew for each call; constant while it goes on.
  private(set) var method = ServerMethod.none
  private(set) var peer = ConnectionPeer.none
  private var requestHeaders = HeaderBlock()
  private var hasDeadline = false
  private var encodings = RequestEncodings()
  private var began = NIODeadline.uptimeNanoseconds(0)
  private var counts = ConnectionCounts.none
  /// What the handler wants to send besides messages; nil while it has set nothing.
  let outgoing = Mutex<OutgoingMetadata?>(nil)
  /// Most handlers set nothing, and then nobody takes the lock.
  private let hasOutgoing = Atomic(false)

  struct OutgoingMetadata {
    var response = Metadata()
    var trailing = Metadata()
    /// What the handler wants the messages compressed with; nil leaves it to the server.
    var compression: CompressionAlgorithm?
  }

  // A cycle while the call waits for reuse; `ServerLoop.close` ends it.
  private let loop: ServerLoop
  private let deadlineTimer = LoopTimer()
  /// What runs the handler, to cancel it by.
  private var worker: CallWorkers.Worker?
  private var task: Task<Void, Never>?

  private var handlerState = HandlerState.none
  private enum HandlerState {
    case none
    case started
    case ended
  }
  private var isHeaderSent = false
  /// The status is decided: nothing the handler does matters to the peer any more.
  private var isCompleted = false
  private var failure: RPCError?
  private var isStreamClosed = false

  init(loop: ServerLoop) {
    self.loop = loop
    server = loop.server
    pipe = MessagePipe(
      executor: loop.executor, maxReceiveSize: loop.server.limits.maxReceiveMessageSize,
      maxSendSize: loop.server.limits.maxSendMessageSize)
  }

  // MARK: What the handler sees

  var requestMetadata: Metadata { Metadata(requestHeaders) }

  var deadline: Deadline? {
    guard hasDeadline else { return nil }
    return .after(.nanoseconds(Int64(clamping: deadlineTimer.nanosecondsLeft)))
  }

  func changeOutgoing(_ change: (inout OutgoingMetadata) -> Void) {
    outgoing.withLock { outgoing in
      var changed = outgoing ?? OutgoingMetadata()
      change(&changed)
      outgoing = changed
    }
    hasOutgoing.store(true, ordering: .releasing)
  }

  /// What the handler has set so far; nil for nothing.
  private var setByHandler: OutgoingMetadata? {
    hasOutgoing.load(ordering: .acquiring) ? outgoing.withLock { $0 } : nil
  }

  // MARK: Beginning

  /// Makes a call of this object: arms the deadline, and starts the handler unless it needs the whole request first.
  ///
  /// - Parameter timeout: in nanoseconds; nil without a deadline.
  func begin(
    _ method: ServerMethod, on stream: HTTP2Stream, _ headers: HeaderView, _ head: RequestHead,
    encodings: RequestEncodings, timeout: Int64?, peer: ConnectionPeer, counts: ConnectionCounts, endStream: Bool
  ) {
    // Most calls come where the last one came from: comparing costs less than counting references.
    if self.method !== method { self.method = method }
    if self.peer !== peer { self.peer = peer }
    if self.counts !== counts { self.counts = counts }
    began = counts.numbers.lastStarted ?? .now()
    requestHeaders.removeAll()
    head.copyCustomFields(of: headers, to: &requestHeaders)
    if hasOutgoing.load(ordering: .relaxed) {
      hasOutgoing.store(false, ordering: .relaxed)
      outgoing.withLock { $0 = nil }
    }
    handlerState = .none
    isHeaderSent = false
    isCompleted = false
    if failure != nil { failure = nil }
    isStreamClosed = false
    self.encodings = encodings
    pipe.open(stream)
    pipe.receiveEncoding = encodings.messages
    stream.observer = self
    loop.callBegan()
    hasDeadline = timeout != nil
    if let timeout {
      let (due, overflow) = began.uptimeNanoseconds.addingReportingOverflow(UInt64(max(timeout, 0)))
      loop.executor.timers.arm(deadlineTimer, at: overflow ? .max : due, for: self)
    }
    method.observer?.callBegan(ServerContext(call: self))
    if let timeout, timeout <= 0 { return deadlinePassed() }
    if endStream {
      streamReceivedEnd()
    } else if !method.startsWhenComplete {
      startHandler()
    }
  }

  private func startHandler() {
    guard case .none = handlerState, !isCompleted else { return }
    handlerState = .started
    if method.runsOnEventLoop {
      loop.workers.start(self)
    } else {
      task = Task.detached {
        var failure: (any Error)?
        do {
          try await self.handler(ServerContext(call: self))
        } catch {
          failure = error
        }
        await self.pipe.onLoop { [failure] in self.handlerEnded(failure) }
      }
    }
  }

  /// On the loop, in a worker's task: whether the handler is to run.
  func beginHandling(in worker: CallWorkers.Worker) -> Bool {
    guard !isCompleted else {
      handlerEnded(nil)
      return false
    }
    self.worker = worker
    return true
  }

  /// The method's handler, within the call's deadline for the calls that it makes.
  var handler: ServerHandler {
    guard hasDeadline, InheritedDeadline.isOfUse else { return method.handler }
    return { [method, deadline] context in
      try await InheritedDeadline.$current.withValue(deadline) { try await method.handler(context) }
    }
  }

  private func cancelHandler() {
    worker?.cancel()
    task?.cancel()
  }

  // MARK: The stream's events

  func streamReceived(headers: HeaderView, endStream: Bool) {
    // Trailers of a request carry nothing for gRPC.
    if endStream { streamReceivedEnd() }
  }

  func streamReceived(data: UnsafeRawBufferPointer) {
    do throws(RPCError) {
      try pipe.received(data)
    } catch {
      pipe.fail(error)
      complete(error)
      cancelHandler()
    }
  }

  func streamReceivedEnd() {
    pipe.endInbound(.success(()))
    if method.startsWhenComplete { startHandler() }
  }

  func streamDrained() { pipe.wakeWriters() }

  func streamClosed(_ reason: HTTP2StreamEnd) {
    loop.executor.timers.cancel(deadlineTimer)
    isStreamClosed = true
    if !isCompleted {
      // Reset by the peer, or the peer is gone: nobody waits for the answer.
      let error = RPCError(.cancelled, reason.cancellationMessage)
      decided(error, answered: false)
      pipe.fail(error)
      cancelHandler()
      endIfNeverStarted()
    } else if case .started = handlerState {
      pipe.fail(RPCError(.cancelled, "the call has ended"))
    }
    recycleIfOver()
  }

  /// The server is stopped without waiting for this call.
  func abort() {
    let error = RPCError(.unavailable, "the server is shutting down")
    complete(error)
    pipe.fail(error)
    cancelHandler()
  }

  func timerFired(_ timer: LoopTimer) { deadlinePassed() }

  private func deadlinePassed() {
    guard !isCompleted else { return }
    let error = RPCError(.deadlineExceeded, "the deadline passed before the server had answered")
    let backlogged = pipe.stream.flatMap { $0.queuedBytes > 0 ? $0 : nil }
    complete(error)
    // A peer that does not read would hold the trailers back for ever.
    backlogged?.reset(.cancel)
    pipe.fail(error)
    cancelHandler()
  }

  // MARK: Accounting

  /// On the loop.
  var summary: CallSummary {
    CallSummary(
      status: isCompleted ? failure?.code ?? .ok : nil, failure: failure, traffic: pipe.traffic,
      nanoseconds: (NIODeadline.now() - began).nanoseconds)
  }

  /// On the loop: the messages that the connection's counts do not hold yet.
  var uncountedTraffic: CallTraffic { isCompleted ? CallTraffic() : pipe.traffic }

  /// - Parameter answered: whether the peer is told the status; otherwise it has gone away.
  private func decided(_ error: RPCError?, answered: Bool) {
    isCompleted = true
    failure = error
    counts.ended(error?.code ?? .ok, answered: answered, carried: pipe.traffic)
    method.observer?.callEnded(ServerContext(call: self), summary)
  }

  // MARK: Answering

  /// The answer of a method that does not stream; it leaves together with the status.
  func writeLast<M: Message>(_ message: M) async throws(RPCError) {
    if pipe.isOnLoop {
      try writeLastNow(message)
    } else {
      let bytes = try pipe.framed(message, await encodingOffLoop(), .automatic)
      try await pipe.onLoop { () throws(RPCError) in
        self.sendHeaders()
        try self.pipe.enqueue(bytes)
      }
    }
  }

  /// On the loop: the same.
  func writeLastNow<M: Message>(_ message: M) throws(RPCError) {
    sendHeaders()
    try pipe.enqueue(message, .automatic)
  }

  /// What the headers announce, or would.
  private func encodingOffLoop() async -> CompressionAlgorithm {
    let wanted = setByHandler?.compression ?? server.compression.responses
    guard wanted != .identity else { return .identity }
    return await pipe.onLoop {
      self.sendHeaders()
      return self.pipe.sendEncoding
    }
  }

  /// Queues a message without waiting, on the loop; elsewhere does nothing and says `notAttached`.
  func writeNow<M: Message>(_ message: M) throws(RPCError) -> MessagePipe.Written {
    guard pipe.isOnLoop else { return .notAttached }
    sendHeaders()
    return try pipe.enqueueNow(message)
  }

  func write<M: Message>(_ message: M, _ compression: MessageCompression) async throws(RPCError) {
    if pipe.isOnLoop { sendHeaders() } else { await pipe.onLoop { self.sendHeaders() } }
    try await pipe.write(message, compression)
  }

  func sendHeadersEarly() async throws(RPCError) {
    if pipe.isOnLoop { return sendHeaders() }
    await pipe.onLoop { self.sendHeaders() }
  }

  private func sendHeaders() {
    guard !isHeaderSent, !isCompleted else { return }
    isHeaderSent = true
    let custom = setByHandler
    let wanted = custom?.compression ?? server.compression.responses
    if wanted != .identity || encodings.messages != .identity {
      return sendHeaders(custom?.response.block, compressing: wanted)
    }
    guard let custom else { return pipe.respond(WireHeaders.plainHead, endStream: false) }
    pipe.respond(OutgoingHeaders(WireHeaders.responseHead, custom.response.block), endStream: false)
  }

  private func sendHeaders(_ custom: HeaderBlock?, compressing wanted: CompressionAlgorithm) {
    var block = custom ?? HeaderBlock()
    pipe.sendEncoding = encodings.accepted.contains(wanted) ? wanted : .identity
    if pipe.sendEncoding != .identity { block.append("grpc-encoding", pipe.sendEncoding.rawValue) }
    // Of interest to nobody but clients that compress.
    if encodings.messages != .identity { block.append("grpc-accept-encoding", server.acceptEncoding) }
    pipe.respond(OutgoingHeaders(WireHeaders.responseHead, block), endStream: false)
  }

  // MARK: Ending

  func handlerEnded(_ error: (any Error)?) {
    handlerState = .ended
    worker = nil
    let status = error.map { RPCError(thrown: $0) }
    if let status, status.code == .unknown, !isCompleted, let cause = status.cause {
      server.logger.error("handler failed", metadata: ["method": "\(method.descriptor)", "error": "\(cause)"])
    }
    complete(status)
    task = nil
    loop.callEnded()
    recycleIfOver()
  }

  /// Sends the status, once; a call without messages gets it in its only HEADERS frame ("Trailers-Only").
  private func complete(_ error: RPCError?) {
    guard !isCompleted else { return }
    decided(error, answered: true)
    loop.executor.timers.cancel(deadlineTimer)
    let metadata = setByHandler
    if !isHeaderSent {
      var block = metadata?.response ?? Metadata()
      if let metadata { block.add(contentsOf: metadata.trailing) }
      let limit = (pipe.stream?.sendableHeaderListSize ?? 0) - WireHeaders.responseHeadSize
      let trailers = WireHeaders.trailers(for: error, metadata: block, limit: limit)
      pipe.respond(OutgoingHeaders(WireHeaders.responseHead, trailers.flattened), endStream: true)
    } else if error == nil, metadata == nil {
      pipe.finish(trailers: WireHeaders.okTrailers)
    } else {
      let trailers = WireHeaders.trailers(
        for: error, metadata: metadata?.trailing ?? Metadata(), limit: pipe.stream?.sendableHeaderListSize ?? 0)
      pipe.finish(trailers: trailers.outgoing)
    }
    endIfNeverStarted()
  }

  private func endIfNeverStarted() {
    guard case .none = handlerState else { return }
    handlerState = .ended
    loop.callEnded()
  }

  private func recycleIfOver() {
    guard isStreamClosed, case .ended = handlerState else { return }
    pipe.close()
    loop.recycle(self)
  }
}

extension HTTP2StreamEnd {
  fileprivate var cancellationMessage: String {
    switch self {
    case .finished, .reset(.noError): "the client ended the call"
    case .reset(let code): "the client reset the call (\(code))"
    case .connectionLost: "the client is gone"
    }
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    // Timers beyond a century are no different from one that lasts a century.
    let bounded = min(max(seconds, 0), 3_155_760_000)
    self = .nanoseconds(bounded * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000)
  }
}
