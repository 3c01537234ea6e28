package import NIOCore

/// Told what concerns a connection as a whole, on its event loop.
package protocol HTTP2ConnectionObserver: AnyObject {
  /// Server: the peer has opened a stream. `oversized` when its header list went over the limit.
  func connection(
    _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool)
  /// The TLS handshake is done; comes before anything else, and only where there is one.
  func connectionIsSecured(_ channel: HTTP2ChannelHandler, session: TLSSession)
  /// The peer's SETTINGS are in: the connection speaks HTTP/2.
  func connectionIsReady(_ channel: HTTP2ChannelHandler)
  /// The peer has sent GOAWAY: open streams go on, new ones must use another connection.
  func connectionIsGoingAway(_ channel: HTTP2ChannelHandler)
  /// The peer went over a limit. What ends the connection for it is told by `connectionClosed`, later.
  func connection(_ channel: HTTP2ChannelHandler, sawViolation violation: HTTP2Violation)
  /// The connection is gone; every stream has been told before. nil after an orderly end.
  func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?)
}

extension HTTP2ConnectionObserver {
  package func connection(_ channel: HTTP2ChannelHandler, sawViolation violation: HTTP2Violation) {}
  package func connectionIsSecured(_ channel: HTTP2ChannelHandler, session: TLSSession) {}
}

/// Carries one `HTTP2Connection` on a NIO channel.
package final class HTTP2ChannelHandler: ChannelInboundHandler, HTTP2EventSink, LoopTimerOwner {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  package let connection: HTTP2Connection
  package let executor: LoopExecutor
  /// The most that one write takes. Whoever transforms the bytes on their way keeps a buffer of this size.
  var writeSize = LoopExecutor.scratchCapacity
  private let keepalive: HTTP2Keepalive
  private var timers: ConnectionTimers?
  private var probe: BandwidthProbe
  // Strong until the connection has closed: the observer need not keep itself alive.
  private var observer: (any HTTP2ConnectionObserver)?
  private var context: ChannelHandlerContext?
  private var isDirty = false
  private var isClosing = false
  // The streams have ended here, though nghttp2 still knows them: it must not run any more.
  private var isAbandoned = false
  private var failure: HTTP2ConnectionError?

  /// When bytes last came in: read once for everything that came with them.
  package private(set) var lastRead: NIODeadline = .now()
  private let trimTimer = LoopTimer()
  private var wake: Scheduled<Void>?
  private var wakeTime = NIODeadline.distantFuture
  private var isReady = false
  /// PINGs sent to see whether the peer is there.
  package private(set) var keepalivesSent = 0
  private var drain = Drain.none
  private var hasStarted = false

  private enum Drain {
    case none
    /// Asked for before the channel was active; begins with it.
    case requested
    /// GOAWAY(2³¹−1) and a PING are out; its answer proves that the peer has seen the GOAWAY.
    case announced
    case draining
  }

  private enum PingPayload {
    static let keepalive: UInt64 = 0x6b65_6570_616c_6976
    static let drain: UInt64 = 0x6472_6169_6e69_6e67
    static let bandwidth: UInt64 = 0x6261_6e64_7769_6474
  }

  package init(
    connection: HTTP2Connection, executor: LoopExecutor, keepalive: HTTP2Keepalive,
    observer: any HTTP2ConnectionObserver
  ) {
    self.connection = connection
    self.executor = executor
    self.keepalive = keepalive
    self.observer = observer
    let configuration = connection.configuration
    probe = BandwidthProbe(window: Int(configuration.streamWindow), limit: Int(configuration.maxStreamWindow))
    connection.onOutput = { [unowned self] in self.markDirty() }
  }

  package var channel: (any Channel)? { context?.channel }
  /// Whether new streams may use the connection. One that is being closed may take half a second to say goodbye.
  package var isActive: Bool { context != nil && failure == nil && !isAbandoned && !isClosing }

  // MARK: Channel events

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { start() }
  }

  package func channelActive(context: ChannelHandlerContext) {
    start()
    context.fireChannelActive()
  }

  private func start() {
    guard !hasStarted else { return }
    hasStarted = true
    guard let context else { return }
    lastRead = context.eventLoop.now
    timers = ConnectionTimers(timeouts: connection.configuration.timeouts, keepalive: keepalive, start: lastRead)
    rearm()
    markDirty()
    if case .requested = drain { beginDrain() }
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    executor.beginReading()
    guard failure == nil else { return }
    lastRead = context.eventLoop.now
    let buffer = unwrapInboundIn(data)
    do throws(HTTP2ConnectionError) {
      try buffer.withUnsafeReadableBytes { bytes throws(HTTP2ConnectionError) in
        try connection.receive(bytes, at: lastRead.uptimeNanoseconds, deliver: self)
      }
      // Receiving may leave frames to send (acknowledgements, window updates) without an event.
      if connection.wantsWrite || !connection.wantsRead { markDirty() }
      if timers?.heard() == true || connection.unfinishedHeadersSince != nil { rearm() }
    } catch {
      fail(error)
    }
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    executor.endReading()
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { markDirty() }
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let session = event as? TLSSession { observer?.connectionIsSecured(self, session: session) }
    context.fireUserInboundEventTriggered(event)
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = failure ?? (error as? TLSFailure).map { .tls($0) } ?? .connectionLost(String(describing: error))
    context.close(promise: nil)
  }

  package func channelInactive(context: ChannelHandlerContext) {
    executor.timers.cancel(trimTimer)
    wake?.cancel()
    let orderly = failure == nil && connection.openStreamCount == 0
    // nghttp2 still knows the streams that end now.
    isAbandoned = true
    // Calls that are made again when they hear of the end must not come back here.
    self.context = nil
    connection.abandon(failure ?? .connectionLost("the peer closed it"), deliver: self)
    let observer = observer
    self.observer = nil
    observer?.connectionClosed(self, error: orderly ? nil : failure ?? .connectionLost("the peer closed it"))
    executor.endReading()
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    // A channel that never was active has not let go of it.
    observer = nil
  }

  private func fail(_ error: HTTP2ConnectionError) {
    failure = failure ?? error
    wake?.cancel()
    if case .violation(let violation) = error { observer?.connection(self, sawViolation: violation) }
    // nghttp2 has queued a GOAWAY that names the fault where the peer is to blame; let it out before closing.
    flush()
    // The calls end now, whenever the peer lets the socket close.
    isAbandoned = true
    connection.abandon(error, deliver: self)
    closeWhenWritten()
  }

  // MARK: Events

  package func stream(
    _ stream: HTTP2Stream, received fields: HeaderView, kind: HTTP2HeadersKind, endStream: Bool
  ) {
    if connection.role == .server, stream.observer == nil, kind != .trailers {
      observer?.connection(self, opened: stream, headers: fields, oversized: kind == .oversized, endStream: endStream)
    } else {
      stream.observer?.streamReceived(headers: fields, endStream: endStream)
    }
  }

  package func stream(_ stream: HTTP2Stream, received data: UnsafeRawBufferPointer) {
    if probe.received(data.count, at: lastRead.uptimeNanoseconds) { connection.ping(PingPayload.bandwidth) }
    if let observer = stream.observer {
      observer.streamReceived(data: data)
    } else {
      stream.release(data.count)
    }
  }

  package func streamReceivedEnd(_ stream: HTTP2Stream) { stream.observer?.streamReceivedEnd() }

  package func streamDrained(_ stream: HTTP2Stream) { stream.observer?.streamDrained() }

  package func streamClosed(_ stream: HTTP2Stream, _ end: HTTP2StreamEnd) {
    // The stream and its observer refer to each other until here.
    let observer = stream.observer
    stream.observer = nil
    observer?.streamClosed(end)
    if connection.openStreamCount == 0 {
      trimLater()
      becameIdle()
    }
  }

  /// A connection that was busy may be idle for long, but not if its next call comes at once.
  private func trimLater() {
    guard connection.memory.isWorthTrimming, !trimTimer.isArmed, context != nil else { return }
    executor.timers.arm(trimTimer, afterNanoseconds: 1_000_000_000, for: self)
  }

  package func timerFired(_ timer: LoopTimer) {
    if connection.openStreamCount == 0 { connection.memory.trim() }
  }

  package func connectionReceivedSettings() {
    isReady = true
    observer?.connectionIsReady(self)
  }

  package func connectionReceivedPong(_ payload: UInt64) {
    if payload == PingPayload.drain, case .announced = drain { sendFinalGoAway() }
    if payload == PingPayload.bandwidth, let window = probe.acknowledged(at: lastRead.uptimeNanoseconds) {
      connection.setWindow(window)
    }
  }

  package func connectionReceivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode, debugData: [UInt8]) {
    observer?.connectionIsGoingAway(self)
  }

  package func connectionSaw(_ violation: HTTP2Violation) { observer?.connection(self, sawViolation: violation) }

  // MARK: Writing

  private func markDirty() {
    guard !isDirty, context != nil else { return }
    isDirty = true
    executor.markDirty(self)
  }

  /// Writes as many frames as the socket takes; the rest follows when it has become writable again.
  func flush() {
    isDirty = false
    guard let context, !isAbandoned else { return }
    do throws(HTTP2ConnectionError) {
      // A write that fails ends the connection before it returns.
      while !isAbandoned, context.channel.isWritable {
        executor.scratch.clear(minimumCapacity: LoopExecutor.scratchCapacity)
        var failure: HTTP2ConnectionError?
        let count = executor.scratch.writeWithUnsafeMutableBytes(minimumWritableBytes: LoopExecutor.scratchCapacity) {
          do throws(HTTP2ConnectionError) {
            return try connection.produce(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(writeSize)))
          } catch {
            failure = error
            return 0
          }
        }
        if let failure { throw failure }
        if count > 0 { context.writeAndFlush(wrapOutboundOut(filled(count)), promise: nil) }
        connection.deliverEvents(to: self)
        if count == 0 { break }
      }
    } catch {
      failure = failure ?? error
      context.close(promise: nil)
      return
    }
    guard !isAbandoned, !connection.wantsRead, !connection.wantsWrite else { return }
    if failure == nil, connection.openStreamCount > 0 {
      // nghttp2 has given the connection up, and told the peer so; the streams it leaves behind hear of it from us.
      fail(.peer(connection.lastErrorMessage ?? "a frame broke the protocol"))
    } else {
      closeWhenWritten()
    }
  }

  /// The `count` bytes in the scratch buffer. A few bytes get memory of their own: as long as the socket does not take
  /// them they would hold all of the scratch buffer, and every further write another one.
  private func filled(_ count: Int) -> ByteBuffer {
    count <= Self.smallWrite ? ByteBuffer(bytes: executor.scratch.readableBytesView) : executor.scratch
  }

  private static let smallWrite = 8 << 10

  // MARK: Ending

  /// Lets open streams finish and then closes: GOAWAY in two steps, so that no stream on its way is lost.
  package func beginDrain() {
    switch drain {
    case .none, .requested: break
    // Asked again: the peer has had its time to answer the PING.
    case .announced: return sendFinalGoAway()
    case .draining: return
    }
    guard hasStarted else {
      drain = .requested
      return
    }
    guard context != nil else { return }
    switch connection.role {
    case .server:
      drain = .announced
      connection.announceShutdown()
      connection.ping(PingPayload.drain)
    case .client:
      sendFinalGoAway()
    }
  }

  private func becameIdle() {
    finishDrainIfIdle()
    guard connection.configuration.timeouts.idle != nil, let context else { return }
    timers?.becameIdle(at: context.eventLoop.now)
    rearm()
  }

  private func sendFinalGoAway() {
    drain = .draining
    connection.goAway()
    finishDrainIfIdle()
  }

  private func finishDrainIfIdle() {
    guard case .draining = drain, connection.openStreamCount == 0, let context else { return }
    // After the frames that are still queued.
    context.eventLoop.assumeIsolated().execute { [weak self] in
      guard let self, connection.openStreamCount == 0 else { return }
      flush()
      closeWhenWritten()
    }
  }

  /// Closes once the socket has taken everything, and the peer has had a moment to close first.
  ///
  /// Closing a socket with unread bytes in it sends RST, and that can make the peer drop answers it has not read yet.
  private func closeWhenWritten() {
    guard let context, !isClosing else { return }
    isClosing = true
    let loop = context.eventLoop.assumeIsolated()
    // A peer that does not read must not keep the socket for ever.
    loop.scheduleTask(in: failure == nil ? Self.writeTime : Self.lingerTime) { [weak self] in
      self?.context?.close(promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { [weak self] _ in
      guard let self else { return }
      // A client is the one to close on GOAWAY, so it need not wait.
      let linger = connection.role == .server ? Self.lingerTime : .zero
      loop.scheduleTask(in: linger) { [weak self] in self?.context?.close(promise: nil) }
    }
  }

  private static let lingerTime = TimeAmount.milliseconds(500)
  /// How long the peer of an orderly end may take to read what is left.
  private static let writeTime = TimeAmount.seconds(20)

  /// What the open streams report to.
  package var streamObservers: [any HTTP2StreamObserver] { connection.streams.all.compactMap(\.observer) }

  /// Closes at once; open streams end with `connectionLost`.
  package func close(_ error: HTTP2ConnectionError? = nil) {
    failure = failure ?? error
    connection.goAway()
    flush()
    context?.close(promise: nil)
  }

  // MARK: Timers
  //
  // The scheduled task holds this object until the channel ends, which cancels it. A weak reference would make every
  // retain and release of it take the slow path.

  private var view: ConnectionTimers.View {
    ConnectionTimers.View(
      lastRead: lastRead, isReady: isReady, openStreams: connection.openStreamCount,
      unfinishedHeadersSince: connection.unfinishedHeadersSince.map { .uptimeNanoseconds($0) })
  }

  /// Sees to it that the task runs when the next timer is due; a task that runs too early only looks again.
  private func rearm() {
    guard let context, failure == nil, let next = timers?.next(view), next < wakeTime else { return }
    wake?.cancel()
    wakeTime = next
    wake = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.timersFired() }
  }

  private func timersFired() {
    wakeTime = .distantFuture
    guard let context, failure == nil else { return }
    for action in timers?.due(at: context.eventLoop.now, view) ?? [] {
      switch action {
      case .ping:
        connection.ping(PingPayload.keepalive)
        keepalivesSent += 1
      case .pingTimedOut: close(.keepaliveTimedOut)
      case .drain: beginDrain()
      case .close: close(.tooOld)
      case .end(let violation):
        connection.goAway(for: violation)
        fail(.violation(violation))
      case .sweep:
        connection.resetStalledStreams()
        connection.deliverEvents(to: self)
        markDirty()
      }
    }
    rearm()
  }
}
