/// What a stream still has to send: bytes of its own, with large values of others in between.
///
/// Small messages are packed into one queue, so that many of them fill a DATA frame. A large `bytes` value stays where
/// it is and is copied once, from there to the connection's output.
struct OutboundQueue: ~Copyable {
  private var bytes = ByteQueue()
  private var values: [Value] = []
  private var firstValue = 0
  /// All queued bytes, those of the values too.
  private(set) var count = 0
  // Positions in the bytes ever queued here tell where the values belong.
  private var appended = 0
  private var consumed = 0

  private struct Value {
    var bytes: [UInt8]
    /// It comes when so many bytes of the queue have gone.
    let position: Int
    var sent = 0
  }

  mutating func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer { bytes.reserve(count) }

  mutating func commit(_ count: Int) {
    bytes.commit(count)
    appended += count
    self.count += count
  }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    bytes.append(more)
    appended += more.count
    count += more.count
  }

  mutating func append(_ value: [UInt8]) {
    guard !value.isEmpty else { return }
    values.append(Value(bytes: value, position: appended))
    count += value.count
  }

  /// Copies the first `length` bytes to `target` and forgets them.
  mutating func move(_ length: Int, to target: UnsafeMutableRawPointer) {
    count -= length
    guard firstValue < values.count else {
      moveBytes(length, to: target)
      return
    }
    var written = 0
    while written < length {
      guard firstValue < values.count else {
        moveBytes(length - written, to: target + written)
        break
      }
      let before = min(values[firstValue].position - consumed, length - written)
      if before > 0 {
        moveBytes(before, to: target + written)
        written += before
      }
      let part = min(values[firstValue].bytes.count - values[firstValue].sent, length - written)
      guard part > 0 else { continue }
      let start = values[firstValue].sent
      values[firstValue].bytes.withUnsafeBytes { value in
        (target + written).copyMemory(from: value.baseAddress.unsafelyUnwrapped + start, byteCount: part)
      }
      written += part
      values[firstValue].sent += part
      if values[firstValue].sent == values[firstValue].bytes.count { dropFirstValue() }
    }
  }

  private mutating func moveBytes(_ length: Int, to target: UnsafeMutableRawPointer) {
    guard length > 0, let source = bytes.readable.baseAddress else { return }
    target.copyMemory(from: source, byteCount: length)
    bytes.consume(length)
    consumed += length
  }

  private mutating func dropFirstValue() {
    values[firstValue].bytes = []
    firstValue += 1
    // Values go in order, so what is left of the sent ones is swept up in bulk.
    guard firstValue == values.count || firstValue >= 64 else { return }
    values.removeSubrange(..<firstValue)
    firstValue = 0
  }

  mutating func removeAll() {
    bytes.removeAll()
    values = []
    firstValue = 0
    count = 0
    appended = 0
    consumed = 0
  }

  /// Empties the queue for another stream; keeps a little memory.
  mutating func recycle() {
    bytes.recycle()
    if !values.isEmpty { values = [] }
    firstValue = 0
    count = 0
    appended = 0
    consumed = 0
  }
}
