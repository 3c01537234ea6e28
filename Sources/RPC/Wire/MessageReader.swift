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
  /// What messages with the compressed flag are compressed with: the peer's `grpc-encoding`.
  var encoding = CompressionAlgorithm.identity
  /// Whether the message that `next` returned last came compressed.
  private(set) var lastWasCompressed = false

  static let prefixSize = 5
  /// Unread messages up to this size do not slow the sender down.
  private static let readAhead = 64 << 10

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { queue.isEmpty }

  /// Whether `next` would find a message, or the error that stands in its place.
  var hasMessage: Bool {
    do {
      guard let length = try head() else { return false }
      return queue.count - Self.prefixSize >= length
    } catch {
      return true
    }
  }

  /// Takes bytes, and checks the next message's prefix as soon as it is there.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    queue.append(bytes)
    held += bytes.count
    _ = try head()
  }

  /// The next message's length, once its prefix is there.
  private func head() throws(RPCError) -> Int? {
    let bytes = queue.readable
    guard bytes.count >= Self.prefixSize else { return nil }
    if bytes[0] != 0 { try checkFlags(bytes[0]) }
    let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    guard length <= limit else {
      throw RPCError(
        .resourceExhausted,
        "a message of \(length) bytes exceeds the limit of \(limit): send smaller ones, or raise maxReceiveMessageSize")
    }
    return length
  }

  private func checkFlags(_ flags: UInt8) throws(RPCError) {
    guard flags == 1 else {
      throw RPCError(.internalError, "a message has the flags \(flags): only 0 and 1, compressed, are known")
    }
    guard encoding != .identity else {
      throw RPCError(.internalError, "a message is compressed, but no grpc-encoding says with what")
    }
  }

  /// The next message, if all of it is there.
  mutating func next<M: Message>(_: M.Type) throws(RPCError) -> M? {
    guard let length = try head(), queue.count - Self.prefixSize >= length else { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: queue.readable[Self.prefixSize..<Self.prefixSize + length])
    lastWasCompressed = queue.readable[0] != 0
    let message = lastWasCompressed ? try inflated(bytes, as: M.self) : try decoded(bytes, as: M.self)
    queue.consume(Self.prefixSize + length)
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
    let isWaitingForMore = if let length = try? head() { queue.count - Self.prefixSize < length } else { true }
    guard isWaitingForMore || queue.count < Self.readAhead else { return 0 }
    defer { held = 0 }
    return held
  }

  mutating func discard() {
    queue.removeAll()
  }

  /// Makes it the reader of another stream.
  mutating func recycle() {
    queue.recycle()
    held = 0
  }
}
