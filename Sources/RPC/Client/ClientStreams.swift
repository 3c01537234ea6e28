public import Protobuf

/// Keeps a streaming call alive; when nobody holds it any more, the call is cancelled.
final class CallHandle: Sendable {
  let call: ClientCall

  init(_ call: ClientCall) { self.call = call }

  deinit { call.cancel() }

  /// The next response; a reader that was cancelled gives the call up with it.
  func next<M: Message>() async throws(RPCError) -> M? {
    do throws(RPCError) {
      return try await call.pipe.next(M.self)
    } catch {
      call.cancel()
      throw error
    }
  }
}

/// The messages a server streams; read by one task, in order.
///
/// Reading slowly slows the server down. The sequence ends when the call ended with `OK` and throws its status
/// otherwise. Dropping it, or cancelling the reading task, cancels the call.
public struct ResponseStream<Element: Message>: AsyncSequence, Sendable {
  /// Reading throws nothing else.
  public typealias Failure = RPCError
  let handle: CallHandle

  /// Takes the messages one by one.
  public struct Iterator: AsyncIteratorProtocol {
    let handle: CallHandle

    /// The next message, or nil after the last one.
    public mutating func next() async throws(RPCError) -> Element? {
      try await handle.next()
    }

    /// The next message, or nil after the last one.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(RPCError) -> Element? {
      try await handle.next()
    }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(handle: handle) }

  /// The response's metadata, as soon as the server has sent it.
  public func metadata() async throws(RPCError) -> Metadata { try await handle.call.metadata() }

  /// Whether the message read last came compressed.
  public var lastMessageWasCompressed: Bool {
    get async { await handle.call.pipe.lastMessageWasCompressed }
  }

  /// What the server sent with the status; empty before the end.
  public var trailingMetadata: Metadata { handle.call.outcome.withLock { $0.trailingMetadata } }

  /// Gives the call up.
  public func cancel() { handle.call.cancel() }
}

/// Where a client writes the messages it streams.
public struct RequestWriter<Element: Message>: Sendable {
  let handle: CallHandle

  /// Queues a message; suspends while the server does not keep up.
  ///
  /// Where the call has a compression, the message is compressed if that makes it smaller.
  /// - Throws: the call's status once it has ended.
  public func write(_ message: Element) async throws(RPCError) {
    try await handle.call.pipe.write(message, .automatic)
  }

  /// Queues a message as `write(_:)` does, compressed or not as told, whether or not that makes it smaller.
  ///
  /// - Parameter compress: true has no effect on a call without compression.
  public func write(_ message: Element, compress: Bool) async throws(RPCError) {
    try await handle.call.pipe.write(message, compress ? .always : .never)
  }

  /// Says that no more messages come.
  public func finish() async throws(RPCError) {
    try await handle.call.pipe.finishWriting()
  }
}

/// A call in which both sides stream, independently of each other.
public struct BidirectionalCall<Request: Message, Response: Message>: Sendable {
  /// What the client sends.
  public let requests: RequestWriter<Request>
  /// What the server sends.
  public let responses: ResponseStream<Response>

  /// Gives the call up.
  public func cancel() { responses.cancel() }
}
