internal import Synchronization

/// zlib's states between two messages: a deflater takes 260 KB, and making one costs more than most messages.
enum ZlibPool {
  private static let inflaters = IdleStates<Inflater>()
  private static let gzipDeflaters = IdleStates<Deflater>()
  private static let zlibDeflaters = IdleStates<Deflater>()

  /// Inflates one message and hands the bytes to `body`, which must not keep them.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` when there would be more than `limit` bytes, `INTERNAL` unless `input` is exactly
  ///   one compressed stream, and what `body` throws.
  static func inflating<Result>(
    _ input: UnsafeRawBufferPointer, as algorithm: CompressionAlgorithm, limit: Int,
    _ body: (UnsafeRawBufferPointer) throws(RPCError) -> Result
  ) throws(RPCError) -> Result {
    guard let inflater = inflaters.take() ?? Inflater() else {
      throw RPCError(.internalError, "no memory to inflate a message")
    }
    defer {
      inflater.clear()
      inflaters.put(inflater)
    }
    return try body(try inflater.inflate(input, as: algorithm, limit: limit))
  }

  /// Lends a deflater; nil when memory is short, or when `body` says so.
  static func deflating<Result>(_ algorithm: CompressionAlgorithm, _ body: (Deflater) -> Result?) -> Result? {
    let idle = algorithm == .gzip ? gzipDeflaters : zlibDeflaters
    guard let deflater = idle.take() ?? Deflater(algorithm) else { return nil }
    defer { idle.put(deflater) }
    return body(deflater)
  }
}

/// A few states that wait for the next message.
private final class IdleStates<State: Sendable>: Sendable {
  private let states = Mutex<[State]>([])
  private static var limit: Int { 8 }

  func take() -> State? { states.withLock { $0.popLast() } }

  func put(_ state: State) {
    states.withLock { if $0.count < Self.limit { $0.append(state) } }
  }
}
