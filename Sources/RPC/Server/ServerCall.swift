internal import HTTP2
internal import Logging
internal import NIOCore
internal import Protobuf
internal import Synchronization

/// One call on the server: from its headers to its status.
///
/// It lives until its stream is closed *and* its handler has ended, whichever comes last. State is confined to the
/// connection's event loop; the metadata that handlers set is behind a lock, since they may run elsewhere.
final class ServerCall: HTTP2StreamObserver, @unchecked Sendable {
  let pipe: MessagePipe
  let method: MethodDescriptor
  let requestMetadata: Metadata
  let deadline: Deadline?
  let peer: ConnectionPeer
  let outgoing = Mutex(OutgoingMetadata())
  let server: ServerCore

  struct OutgoingMetadata {
    var response = Metadata()
    var trailing = Metadata()
  }

  private let stream: HTTP2Stream
  private let handler: ServerHandler
  private let executor: LoopExecutor?
  private let startsWhenComplete: Bool
  private var task: Task<Void, Never>?
  private var deadlineTimer: Scheduled<Void>?
  private var isHeaderSent = false
  /// The status is decided: nothing the handler does matters to the peer any more.
  private var isCompleted = false

  init(
    stream: HTTP2Stream, headers: HeaderView, method: ServerMethod, deadline: Deadline?, peer: ConnectionPeer,
    loopExecutor: LoopExecutor, server: ServerCore
  ) {
    self.stream = stream
    self.method = method.descriptor
    self.deadline = deadline
    self.peer = peer
    self.server = server
    requestMetadata = Metadata(headers)
    handler = method.handler
    executor = method.runsOnEventLoop ? loopExecutor : nil
    startsWhenComplete = method.descriptor.kind == .unary || method.descriptor.kind == .serverStreaming
    pipe = MessagePipe(
      loop: loopExecutor.eventLoop, maxReceiveSize: server.limits.maxReceiveMessageSize,
      maxSendSize: server.limits.maxSendMessageSize)
    pipe.attach(stream)
  }

  /// Begins: arms the deadline, and starts the handler unless it needs the whole request first.
  func begin(endStream: Bool) {
    server.callBegan()
    if let deadline {
      let left = deadline.remaining
      guard left > .zero else { return deadlinePassed() }
      deadlineTimer = pipe.loop.scheduleTask(in: TimeAmount(left)) { self.deadlinePassed() }
    }
    if endStream {
      streamReceivedEnd()
    } else if !startsWhenComplete {
      startHandler()
    }
  }

  private func startHandler() {
    guard task == nil, !isCompleted else { return }
    task = Task(executorPreference: executor) {
      do {
        try await self.handler(ServerContext(call: self))
        await self.handlerEnded(nil)
      } catch {
        await self.handlerEnded(error)
      }
    }
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
      task?.cancel()
    }
  }

  func streamReceivedEnd() {
    pipe.endInbound(.success(()))
    if startsWhenComplete { startHandler() }
  }

  func streamDrained() { pipe.wakeWriters() }

  func streamClosed(_ reason: HTTP2StreamEnd) {
    deadlineTimer?.cancel()
    if !isCompleted {
      isCompleted = true
      // Reset by the peer, or the peer is gone: nobody waits for the answer.
      pipe.fail(RPCError(.cancelled, reason.cancellationMessage))
      task?.cancel()
      if task == nil { server.callEnded() }
    } else {
      pipe.fail(RPCError(.cancelled, "the call has ended"))
    }
  }

  /// The server is stopped without waiting for this call.
  func abort() {
    let error = RPCError(.unavailable, "the server is shutting down")
    complete(error)
    pipe.fail(error)
    task?.cancel()
  }

  private func deadlinePassed() {
    guard !isCompleted else { return }
    let error = RPCError(.deadlineExceeded, "the deadline passed before the server had answered")
    let isBacklogged = stream.queuedBytes > 0
    complete(error)
    // A peer that does not read would hold the trailers back for ever.
    if isBacklogged { stream.reset(.cancel) }
    pipe.fail(error)
    task?.cancel()
  }

  // MARK: Answering

  /// The answer of a method that does not stream; it leaves together with the status.
  func writeLast<M: Message>(_ message: M) async throws(RPCError) {
    if pipe.loop.inEventLoop {
      sendHeaders()
      try pipe.enqueue(message)
    } else {
      let bytes = try pipe.framed(message)
      await pipe.onLoop {
        self.sendHeaders()
        bytes.withUnsafeBytes { self.stream.write($0) }
      }
    }
  }

  func write<M: Message>(_ message: M) async throws(RPCError) {
    try await sendHeadersEarly()
    try await pipe.write(message)
  }

  func sendHeadersEarly() async throws(RPCError) {
    if pipe.loop.inEventLoop { return sendHeaders() }
    await pipe.onLoop { self.sendHeaders() }
  }

  private func sendHeaders() {
    guard !isHeaderSent, !isCompleted else { return }
    isHeaderSent = true
    let metadata = outgoing.withLock { $0.response }
    stream.respond(OutgoingHeaders(WireHeaders.responseHead, metadata.block), endStream: false)
  }

  private func handlerEnded(_ error: (any Error)?) async {
    let end: @Sendable () -> Void = {
      let status = error.map { RPCError(thrown: $0) }
      if let status, status.code == .unknown, !self.isCompleted, let cause = status.cause {
        self.server.logger.error("handler failed", metadata: ["method": "\(self.method)", "error": "\(cause)"])
      }
      self.complete(status)
      self.server.callEnded()
    }
    if pipe.loop.inEventLoop { end() } else { await pipe.onLoop(end) }
  }

  /// Sends the status, once; a call without messages gets it in its only HEADERS frame ("Trailers-Only").
  private func complete(_ error: RPCError?) {
    guard !isCompleted else { return }
    isCompleted = true
    deadlineTimer?.cancel()
    let metadata = outgoing.withLock { $0 }
    if !isHeaderSent {
      var block = metadata.response
      block.add(contentsOf: metadata.trailing)
      let trailers = WireHeaders.trailers(for: error, metadata: block)
      stream.respond(
        OutgoingHeaders(WireHeaders.responseHead, trailers.flattened), endStream: true)
    } else {
      stream.finish(trailers: WireHeaders.trailers(for: error, metadata: metadata.trailing).outgoing)
    }
    if task == nil { server.callEnded() }
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
