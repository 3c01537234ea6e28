public import Protobuf

/// What a handler knows of its call besides the messages, and what it may add to the answer.
///
/// A call that ends early (the client cancels or vanishes, the deadline passes, the server stops) cancels the handler's
/// task; reads and writes then throw.
public struct ServerContext: Sendable {
  let call: ServerCall
  /// What interceptors have left for the handler.
  public var userInfo = UserInfo()

  init(call: ServerCall) { self.call = call }

  /// The method that is called.
  public var method: MethodDescriptor { call.method.descriptor }
  /// What the client sent with the request.
  public var requestMetadata: Metadata { call.requestMetadata }
  /// When the client gives up; nil when it waits for ever.
  public var deadline: Deadline? { call.deadline }
  /// The other end, for logs: `ipv4:127.0.0.1:50312` or `unix:/run/lorikeet.sock`.
  public var peer: String { call.peer.name }
  /// Who the client is, by the certificate that it showed; nil in plain text, and where the server does not ask for
  /// certificates. It has been verified.
  public var peerIdentity: PeerIdentity? { call.peer.identity }

  /// Sent with the first message, or with the status when there is none.
  public var responseMetadata: Metadata {
    get { call.outgoing.withLock { $0?.response ?? Metadata() } }
    nonmutating set { call.changeOutgoing { $0.response = newValue } }
  }

  /// Sent with the status.
  public var trailingMetadata: Metadata {
    get { call.outgoing.withLock { $0?.trailing ?? Metadata() } }
    nonmutating set { call.changeOutgoing { $0.trailing = newValue } }
  }

  /// What the response's messages are compressed with, where the client takes it; nil is the server's choice,
  /// `RPCServer.Configuration.compression`. It counts until the first message or `sendResponseMetadata`.
  public var responseCompression: CompressionAlgorithm? {
    get { call.outgoing.withLock { $0?.compression } }
    nonmutating set { call.changeOutgoing { $0.compression = newValue } }
  }

  /// Whether the request message came compressed; of several, the one read last.
  public var requestWasCompressed: Bool {
    get async { await call.pipe.lastMessageWasCompressed }
  }

  /// Sends `responseMetadata` now, before the first message is ready.
  public func sendResponseMetadata() async throws(RPCError) {
    try await call.sendHeadersEarly()
  }

  /// How the call stands: its messages so far, and its status once that is decided.
  ///
  /// After `next` has returned, an interceptor's handler finds no status here yet, unless the call ended before its
  /// handler did.
  public func summary() async -> CallSummary {
    if call.pipe.loop.inEventLoop { return call.summary }
    return await call.pipe.onLoop { call.summary }
  }

  /// Returns once the server has begun to shut down, or the handler's task is cancelled: a handler that would otherwise
  /// stream without end can then say goodbye within the grace period.
  public func waitForShutdown() async {
    await call.server.waitForDrain()
  }
}

/// The messages a client streams; read by one task, in order.
///
/// Reading slowly slows the client down: its window is given back as messages are taken.
public struct RequestStream<Element: Message>: AsyncSequence, Sendable {
  /// Reading throws nothing else.
  public typealias Failure = RPCError
  let call: ServerCall

  /// Takes the messages one by one.
  public struct Iterator: AsyncIteratorProtocol {
    let call: ServerCall

    /// The next message, or nil after the last one.
    public mutating func next() async throws(RPCError) -> Element? {
      try await call.pipe.next(Element.self)
    }

    /// The next message, or nil after the last one.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(RPCError) -> Element? {
      try await call.pipe.next(Element.self)
    }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(call: call) }

  /// Whether the message read last came compressed.
  public var lastMessageWasCompressed: Bool {
    get async { await call.pipe.lastMessageWasCompressed }
  }
}

/// Where a handler writes the messages it streams.
public struct ResponseWriter<Element: Message>: Sendable {
  let call: ServerCall

  /// Queues a message; suspends while the client does not keep up.
  ///
  /// Where the call has a compression, the message is compressed if that makes it smaller.
  /// - Throws: `CANCELLED` or `DEADLINE_EXCEEDED` once the call has ended, `RESOURCE_EXHAUSTED` for a message over
  ///   `maxSendMessageSize`.
  public func write(_ message: Element) async throws(RPCError) {
    // A stream of small messages spends most of its time here: no more than one async function for each.
    switch try call.writeNow(message) {
    case .fluent: return
    case .congested: try await call.pipe.waitToWrite()
    case .notAttached: try await call.write(message, .automatic)
    }
  }

  /// Queues a message as `write(_:)` does, compressed or not as told, whether or not that makes it smaller.
  ///
  /// - Parameter compress: true has no effect on a call without compression.
  public func write(_ message: Element, compress: Bool) async throws(RPCError) {
    try await call.write(message, compress ? .always : .never)
  }
}
