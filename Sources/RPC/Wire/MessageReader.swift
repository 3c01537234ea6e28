internal import HTTP2
internal import Protobuf

/// Cuts the bytes of a stream into messages: a flag byte, a four-byte length, then so many bytes (gRPC over HTTP/2,
/// "Length-Prefixed-Message").
///
/// Bytes stay where they arrived until a message is whole and wanted; it is decoded in place.
struct MessageReader: ~Copyable {
  private var queue = ByteQueue()
  /// Received bytes whose stream window has not been given back.
  private var held = 0
  private let limit: Int
  /// Of the next message, once its prefix is there; -1 before.
  private var nextLength = -1
  private var nextIsCompressed = false
  /// What is wrong with the next message's prefix: nothing can be read any more.
  private var fault: RPCError?
  /// What messages with the compressed flag are compressed with: the peer's `grpc-encoding`.
  var encoding = CompressionAlgorithm.identity
  /// Whether the message that `take` returned last came compressed.
  private(set) var lastWasCompressed = false

  static let prefixSize = 5
  /// Unread messages up to this size do not slow the sender down.
  private static let readAhead = 64 << 10

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { queue.isEmpty }
  var queuedBytes: Int { queue.count }

  /// Whether `take` would find a message, or the error that stands in its place.
  var hasMessage: Bool { fault != nil || nextLength >= 0 && queue.count - Self.prefixSize >= nextLength }

  /// Whole messages that wait to be taken.
  var waiting: Int {
    let bytes = queue.readable
    var (start, count) = (0, 0)
    while bytes.count - start >= Self.prefixSize {
      let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 1, as: UInt32.self)))
      guard bytes.count - start - Self.prefixSize >= length else { break }
      start += Self.prefixSize + length
      count += 1
    }
    return count
  }

  /// Takes bytes, and checks the next message's prefix as soon as it is there.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    queue.append(bytes)
    held += bytes.count
    if nextLength < 0 { readPrefix() }
    if let fault { throw fault }
  }

  private mutating func readPrefix() {
    let bytes = queue.readable
    guard bytes.count >= Self.prefixSize else { return nextLength = -1 }
    nextLength = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    nextIsCompressed = bytes[0] != 0
    if bytes[0] != 0 || nextLength > limit { checkPrefix(flags: bytes[0]) }
  }

  private mutating func checkPrefix(flags: UInt8) {
    if flags > 1 {
      fault = RPCError(.internalError, "a message has the flags \(flags): only 0 and 1, compressed, are known")
    } else if flags == 1, encoding == .identity {
      fault = RPCError(.internalError, "a message is compressed, but no grpc-encoding says with what")
    } else if nextLength > limit {
      fault = RPCError(
        .resourceExhausted,
        "a message of \(nextLength) bytes exceeds the limit of \(limit): send smaller ones, or raise "
          + "maxReceiveMessageSize")
    }
  }

  /// The next message.
  /// - Precondition: `hasMessage`.
  mutating func take<M: Message>(_: M.Type) throws(RPCError) -> M {
    if let fault { throw fault }
    let end = Self.prefixSize + nextLength
    let bytes = UnsafeRawBufferPointer(rebasing: queue.readable[Self.prefixSize..<end])
    lastWasCompressed = nextIsCompressed
    let message = nextIsCompressed ? try inflated(bytes, as: M.self) : try decoded(bytes, as: M.self)
    queue.consume(end)
    readPrefix()
    return message
  }

  private func decoded<M: Message>(_ bytes: UnsafeRawBufferPointer, as _: M.Type) throws(RPCError) -> M {
    do {
      return try M(serializedBytes: bytes)
    } catch {
      throw RPCError(.internalError, "a \(M.protoFullName) could not be decoded: \(error)", cause: error)
    }
  }

  private func inflated<M: Message>(_ bytes: UnsafeRawBufferPointer, as type: M.Type) throws(RPCError) -> M {
    // Some peers mark an empty message compressed without compressing it.
    if bytes.isEmpty { return try decoded(bytes, as: type) }
    return try ZlibPool.inflating(bytes, as: encoding, limit: limit) { plain throws(RPCError) in
      try decoded(plain, as: type)
    }
  }

  /// The window to give back now.
  ///
  /// While the next message is incomplete its reader needs more, however large it is; otherwise the sender may go on
  /// only until a little is read ahead. That is what makes a slow handler slow its peer down.
  mutating func takeCredit() -> Int {
    let isWaitingForMore = nextLength < 0 || queue.count - Self.prefixSize < nextLength
    guard isWaitingForMore || queue.count < Self.readAhead else { return 0 }
    defer { held = 0 }
    return held
  }

  mutating func discard() {
    queue.removeAll()
    nextLength = -1
  }

  /// Makes it the reader of another stream.
  mutating func recycle() {
    queue.recycle()
    held = 0
    nextLength = -1
    fault = nil
    encoding = .identity
    lastWasCompressed = false
  }
}
