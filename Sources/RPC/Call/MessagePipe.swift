internal import HTTP2
internal import NIOCore
internal import Protobuf

/// The message-carrying part of a call, the same on both sides: typed messages over one HTTP/2 stream.
///
/// State is confined to the connection's event loop. Tasks that run on that loop call straight in; others hop.
/// A reader or writer that must wait leaves a continuation, is woken by any change, and looks again.
final class MessagePipe: @unchecked Sendable {
  let loop: any EventLoop
  private let maxSendSize: Int

  /// Which way the messages go, for error texts.
  enum Direction {
    case request
    case response
  }

  // All below: on the loop only.
  private(set) var stream: HTTP2Stream? {
    didSet { streamReference = stream.map { Unmanaged.passUnretained($0) } }
  }
  // The same, to be used without counting references: several times for every message.
  private var streamReference: Unmanaged<HTTP2Stream>?
  /// Keeps what is written for as long as the call may be made again; a client's.
  var replay: ReplayBuffer?
  private var reader: MessageReader
  /// What our messages are compressed with; set before the first one.
  var sendEncoding = CompressionAlgorithm.identity
  /// How reading ends once the queued messages are taken: nil while more may come.
  private var inboundEnd: Result<Void, RPCError>?
  /// Why nothing can be written any more.
  private var writeFailure: RPCError?
  /// The messages written and read so far.
  private(set) var traffic = CallTraffic()
  private var readWaiters: [UnsafeContinuation<Void, Never>] = []
  private var writeWaiters: [UnsafeContinuation<Void, Never>] = []

  init(executor: LoopExecutor, maxReceiveSize: Int, maxSendSize: Int) {
    loop = executor.eventLoop
    self.maxSendSize = maxSendSize
    reader = MessageReader(limit: maxReceiveSize)
  }

  private static let callEnded = RPCError(.cancelled, "the call has ended")

  // MARK: The transport's side, on the loop

  func attach(_ stream: HTTP2Stream) {
    self.stream = stream
    if let replay {
      replay.bytes.withUnsafeBytes { stream.write($0) }
      if replay.isFinished { stream.finish() }
    }
    wakeWriters()
  }

  /// Makes this the pipe of a new call on the stream.
  func open(_ stream: HTTP2Stream) {
    self.stream = stream
    inboundEnd = nil
    writeFailure = nil
    sendEncoding = .identity
    traffic = CallTraffic()
  }

  /// The call is over. Whoever still reads or writes, a task that has outlived the handler say, is told.
  func close() {
    if inboundEnd == nil { inboundEnd = .failure(Self.callEnded) }
    if writeFailure == nil { writeFailure = Self.callEnded }
    stream = nil
    reader.recycle()
    wakeReader()
    wakeWriters()
  }

  func respond(_ headers: OutgoingHeaders, endStream: Bool) {
    streamReference?._withUnsafeGuaranteedRef { $0.respond(headers, endStream: endStream) }
  }

  func finish(trailers: OutgoingHeaders) {
    streamReference?._withUnsafeGuaranteedRef { $0.finish(trailers: trailers) }
  }

  var isOnLoop: Bool { loop.inEventLoop }

  /// The stream has failed, and another takes its place; writers wait for it.
  func detach() { stream = nil }

  /// - Throws: when the peer's framing is wrong or a message too large; the call is over then.
  func received(_ data: UnsafeRawBufferPointer) throws(RPCError) {
    guard inboundEnd == nil else {
      // The call has ended; what was already on its way only owes its window.
      stream?.release(data.count)
      return
    }
    try reader.append(data)
    traffic.bytesReceived &+= data.count
    try occupy()
    returnCredit()
    wakeReader()
  }

  /// No more bytes come: after the queued messages, reading ends with `result`.
  func endInbound(_ result: Result<Void, RPCError>) {
    guard inboundEnd == nil else { return }
    inboundEnd = result
    wakeReader()
  }

  /// Ends both directions at once; messages that nobody has read are dropped.
  func fail(_ error: RPCError) {
    if case .failure? = inboundEnd {} else { inboundEnd = .failure(error) }
    reader.discard()
    _ = stream?.hold(0)
    closeWriting(error)
    wakeReader()
  }

  func closeWriting(_ error: RPCError) {
    writeFailure = writeFailure ?? error
    wakeWriters()
  }

  func wakeWriters() { wake(&writeWaiters) }

  private func wakeReader() { wake(&readWaiters) }

  /// Resuming only makes a task ready; nobody runs before this returns.
  private func wake(_ waiters: inout [UnsafeContinuation<Void, Never>]) {
    guard !waiters.isEmpty else { return }
    for waiter in waiters { waiter.resume() }
    waiters.removeAll(keepingCapacity: true)
  }

  private func occupy() throws(RPCError) {
    guard stream?.hold(reader.queuedBytes) != false else {
      throw RPCError(
        .resourceExhausted,
        "the messages in progress on this connection occupy all the memory they may: send fewer at once, or raise "
          + "maxBufferedBytesPerConnection")
    }
  }

  private func returnCredit() {
    let credit = reader.takeCredit()
    if credit > 0 { streamReference?._withUnsafeGuaranteedRef { $0.release(credit) } }
  }

  // MARK: Reading

  /// What the peer's messages are compressed with; set before the first byte of them.
  var receiveEncoding: CompressionAlgorithm {
    get { reader.encoding }
    set { reader.encoding = newValue }
  }

  /// Whether the message read last came compressed.
  var lastMessageWasCompressed: Bool {
    get async {
      if loop.inEventLoop { return lastReadWasCompressed }
      return await onLoop { self.lastReadWasCompressed }
    }
  }

  /// On the loop: the same.
  var lastReadWasCompressed: Bool { reader.lastWasCompressed }

  /// On the loop: `traffic`, with the messages that have come and were not read yet.
  var carried: CallTraffic {
    var carried = traffic
    if !reader.isEmpty { carried.messagesReceived &+= reader.waiting }
    return carried
  }

  /// What a reader finds.
  enum Poll<M: Sendable>: Sendable {
    case message(M)
    case end
    case wait
  }

  func poll<M: Message>(_ type: M.Type) throws(RPCError) -> Poll<M> {
    if reader.hasMessage { return .message(try take(type)) }
    guard inboundEnd != nil else { return .wait }
    try checkEnd()
    return .end
  }

  private func take<M: Message>(_ type: M.Type) throws(RPCError) -> M {
    let message = try reader.take(type)
    traffic.messagesReceived &+= 1
    _ = stream?.hold(reader.queuedBytes)
    returnCredit()
    return message
  }

  /// After the last message, when no more bytes come.
  private func checkEnd() throws(RPCError) {
    if case .failure(let error)? = inboundEnd { throw error }
    guard reader.isEmpty else { throw RPCError(.internalError, "the stream ended in the middle of a message") }
  }

  /// The next message; nil after the last one.
  func next<M: Message>(_ type: M.Type) async throws(RPCError) -> M? {
    while true {
      let found: Poll<M> =
        if loop.inEventLoop { try poll(type) } else { try await onLoop { () throws(RPCError) in try self.poll(type) } }
      switch found {
      case .message(let message): return message
      case .end: return nil
      case .wait:
        await waitToRead()
        if Task.isCancelled, !(await isFinished()) { throw RPCError(.cancelled, "the reading task was cancelled") }
      }
    }
  }

  /// Whether `soleMessage` can be asked: on the loop, once all has come.
  var isComplete: Bool { loop.inEventLoop && inboundEnd != nil }

  /// The one message of a direction that does not stream, without waiting.
  func soleMessage<M: Message>(_ type: M.Type, of direction: Direction) throws(RPCError) -> M {
    guard reader.hasMessage else {
      try checkEnd()
      throw direction.noMessage
    }
    let message = try take(type)
    guard !reader.hasMessage else { throw direction.severalMessages }
    try checkEnd()
    return message
  }

  /// The one message of a direction that does not stream.
  func single<M: Message>(_ type: M.Type, of direction: Direction) async throws(RPCError) -> M {
    guard let message = try await next(type) else { throw direction.noMessage }
    guard try await next(type) == nil else { throw direction.severalMessages }
    return message
  }

  private func isFinished() async -> Bool {
    if loop.inEventLoop { return inboundEnd != nil }
    return await onLoop { self.inboundEnd != nil }
  }

  private func waitToRead() async {
    let wait = Wait()
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        runOnLoop {
          // The state is looked at again: it may have changed during the hop.
          if wait.isCancelled || self.canRead { return continuation.resume() }
          self.readWaiters.append(continuation)
        }
      }
    } onCancel: {
      loop.execute {
        wait.isCancelled = true
        self.wakeReader()
      }
    }
  }

  private var canRead: Bool { inboundEnd != nil || reader.hasMessage }

  // MARK: Writing

  /// Queues a message; suspends while more is queued than the peer takes.
  func write<M: Message>(_ message: M, _ compression: MessageCompression) async throws(RPCError) {
    if loop.inEventLoop {
      while stream == nil, writeFailure == nil { try await waitToWrite() }
      try enqueue(message, compression)
      guard isCongested else { return }
    } else {
      let bytes = try framed(message, sendEncoding, compression)
      while true {
        let written = try await onLoop { () throws(RPCError) in try self.enqueue(bytes) }
        if written == .fluent { return }
        if written == .congested { break }
        try await waitToWrite()
      }
    }
    try await waitToWrite()
  }

  enum Written {
    case fluent
    case congested
    case notAttached
  }

  /// On the loop: queues a message that `framed` has made.
  @discardableResult
  func enqueue(_ bytes: [UInt8]) throws(RPCError) -> Written {
    if let writeFailure { throw writeFailure }
    guard let stream else { return .notAttached }
    bytes.withUnsafeBytes { bytes in
      stream.write(bytes)
      replay?.record(bytes)
    }
    countSent(bytes.count)
    return isCongested ? .congested : .fluent
  }

  /// Ends our side of the stream after what is queued.
  func finishWriting() async throws(RPCError) {
    while true {
      let isDone = try await onLoop { () throws(RPCError) in
        if let failure = self.writeFailure { throw failure }
        guard let stream = self.stream else { return false }
        self.replay?.isFinished = true
        stream.finish()
        return true
      }
      if isDone { return }
      try await waitToWrite()
    }
  }

  private var isCongested: Bool {
    writeFailure == nil && streamReference?._withUnsafeGuaranteedRef { $0.isAboveHighWaterMark } == true
  }

  /// On the loop: serializes straight into the stream's queue.
  func enqueue<M: Message>(_ message: M, _ compression: MessageCompression) throws(RPCError) {
    if let writeFailure { throw writeFailure }
    guard let stream = streamReference else {
      throw RPCError(.internalError, "nothing can be written before the stream is open")
    }
    if sendEncoding != .identity {
      try enqueue(framed(message, sendEncoding, compression))
      return
    }
    var start: UnsafeMutableRawPointer?
    var uncommitted = 0
    var total = 0
    // A call that may be made again keeps its messages in one piece.
    let minimum = replay == nil ? Self.detachedValueSize : .max
    let values = try message.serializeSegments(detachingFrom: minimum) { (written: Int, count: Int) throws(RPCError) in
      try checkSendSize(count)
      total = MessageReader.prefixSize + count
      uncommitted = MessageReader.prefixSize + written
      let room = stream._withUnsafeGuaranteedRef { $0.reserve(uncommitted) }
      start = room
      writePrefix(count, to: room)
      return room + MessageReader.prefixSize
    }
    if let replay { replay.record(UnsafeRawBufferPointer(start: start, count: total)) }
    stream._withUnsafeGuaranteedRef { stream in
      var committed = 0
      for value in values {
        stream.commit(MessageReader.prefixSize + value.offset - committed)
        committed = MessageReader.prefixSize + value.offset
        stream.write(value.bytes)
      }
      stream.commit(uncommitted - committed)
    }
    countSent(total)
  }

  /// From this size on a `bytes` value is copied once, straight into its DATA frames.
  private static let detachedValueSize = 16 << 10

  /// On the loop: queues a message, if that takes no waiting before. `congested` asks for waiting afterwards.
  func enqueueNow<M: Message>(_ message: M) throws(RPCError) -> Written {
    guard streamReference != nil else { return .notAttached }
    try enqueue(message, .automatic)
    return isCongested ? .congested : .fluent
  }

  private func countSent(_ count: Int) {
    traffic.messagesSent &+= 1
    traffic.bytesSent &+= count
  }

  /// A message with its prefix, serialized on the caller's thread.
  func framed<M: Message>(
    _ message: M, _ encoding: CompressionAlgorithm, _ compression: MessageCompression
  ) throws(RPCError) -> [UInt8] {
    let plain = try framed(message)
    guard encoding != .identity, compression != .never else { return plain }
    return compressed(plain, encoding, evenIfLarger: compression == .always) ?? plain
  }

  private func framed<M: Message>(_ message: M) throws(RPCError) -> [UInt8] {
    let count = message.serializedByteCount()
    try checkSendSize(count)
    return [UInt8](unsafeUninitializedCapacity: MessageReader.prefixSize + count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      writePrefix(count, to: UnsafeMutableRawPointer(start))
      message.serialize(
        into: UnsafeMutableRawBufferPointer(
          start: UnsafeMutableRawPointer(start) + MessageReader.prefixSize, count: count))
      initialized = MessageReader.prefixSize + count
    }
  }

  private func checkSendSize(_ count: Int) throws(RPCError) {
    guard count <= maxSendSize else {
      throw RPCError(
        .resourceExhausted,
        "a message of \(count) bytes exceeds the limit of \(maxSendSize): send smaller ones, or raise "
          + "maxSendMessageSize")
    }
  }

  func waitToWrite() async throws(RPCError) {
    let wait = Wait()
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        runOnLoop {
          guard self.writeFailure == nil, !wait.isCancelled else { return continuation.resume() }
          if let stream = self.stream {
            guard stream.isAboveHighWaterMark else { return continuation.resume() }
            stream.wantsDrain = true
          }
          self.writeWaiters.append(continuation)
        }
      }
    } onCancel: {
      loop.execute {
        wait.isCancelled = true
        self.wakeWriters()
      }
    }
    if Task.isCancelled { throw RPCError(.cancelled, "the writing task was cancelled") }
  }

  /// One suspension; the loop learns through it that the waiting task was cancelled, in whichever order the two come.
  private final class Wait: @unchecked Sendable {  // touched on the loop only
    var isCancelled = false
  }

  // MARK: The loop

  private func runOnLoop(_ body: @escaping @Sendable () -> Void) {
    if loop.inEventLoop { body() } else { loop.execute(body) }
  }

  func onLoop<T: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> T) async throws(E) -> T {
    let result: Result<T, E> = await withUnsafeContinuation { continuation in
      loop.execute {
        continuation.resume(returning: Result { () throws(E) in try body() })
      }
    }
    return try result.get()
  }
}

extension MessagePipe.Direction {
  fileprivate var noMessage: RPCError {
    switch self {
    case .request: RPCError(.unimplemented, "the call has no request message; its method takes exactly one")
    case .response: RPCError(.internalError, "the server sent no response message")
    }
  }

  fileprivate var severalMessages: RPCError {
    switch self {
    case .request: RPCError(.unimplemented, "the call has several request messages; its method takes exactly one")
    case .response:
      RPCError(.internalError, "the server sent several response messages; the method answers with one")
    }
  }
}

/// A message's prefix.
func writePrefix(_ count: Int, isCompressed: Bool = false, to start: UnsafeMutableRawPointer) {
  start.storeBytes(of: isCompressed ? 1 : 0, as: UInt8.self)
  start.storeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian, toByteOffset: 1, as: UInt32.self)
}
