/// Where a connection puts the header fields that nghttp2 tells it, one after the other, until they are delivered.
///
/// A block may begin in one piece of input and end in the next (CONTINUATION); blocks never interleave (RFC 9113 §4.3).
struct HeaderArena: ~Copyable {
  private var bytes: UnsafeMutableRawPointer?
  private var byteCapacity = 0
  private var byteCount = 0
  private var fields: UnsafeMutablePointer<HeaderField>?
  private var fieldCapacity = 0
  private var fieldCount = 0

  // Of the block being received.
  private var isBlockOpen = false
  private var firstField = 0
  private var firstByte = 0

  /// What an empty arena keeps for the next blocks.
  private static let retainedBytes = 64 << 10
  private static let retainedFields = 2 << 10

  init() {}

  deinit {
    bytes?.deallocate()
    fields?.deallocate()
  }

  mutating func beginBlock() {
    isBlockOpen = true
    firstField = fieldCount
    firstByte = byteCount
  }

  mutating func append(
    name: UnsafePointer<UInt8>, _ nameCount: Int, value: UnsafePointer<UInt8>, _ valueCount: Int, neverIndexed: Bool
  ) {
    let size = nameCount &+ valueCount
    if byteCapacity &- byteCount < size { growBytes(by: size) }
    if fieldCapacity == fieldCount { growFields() }
    guard let bytes, let fields else { return }
    let start = bytes + byteCount
    start.copyMemory(from: name, byteCount: nameCount)
    (start + nameCount).copyMemory(from: value, byteCount: valueCount)
    (fields + fieldCount).initialize(
      to: HeaderField(nameStart: byteCount, nameCount: nameCount, valueCount: valueCount, neverIndexed: neverIndexed))
    byteCount &+= size
    fieldCount &+= 1
  }

  /// - Returns: the indices of the block's fields, for `view`.
  mutating func endBlock() -> Range<Int> {
    isBlockOpen = false
    return firstField..<fieldCount
  }

  /// Of fields that came since `discardDelivered`.
  func view(_ range: Range<Int>) -> HeaderView {
    HeaderView(
      bytes: UnsafeRawBufferPointer(start: bytes, count: byteCount),
      fields: UnsafeBufferPointer(start: fields.map { $0 + range.lowerBound }, count: range.count))
  }

  /// Forgets every block but the one that has not ended yet.
  mutating func discardDelivered() {
    guard isBlockOpen else {
      byteCount = 0
      fieldCount = 0
      if byteCapacity > Self.retainedBytes || fieldCapacity > Self.retainedFields { release() }
      return
    }
    guard firstField > 0 || firstByte > 0, let bytes, let fields else { return }
    bytes.copyMemory(from: bytes + firstByte, byteCount: byteCount - firstByte)
    for index in firstField..<fieldCount {
      let field = fields[index]
      fields[index - firstField] = HeaderField(
        nameStart: field.nameStart - firstByte, nameCount: field.nameCount, valueCount: field.valueCount,
        neverIndexed: field.neverIndexed)
    }
    byteCount -= firstByte
    fieldCount -= firstField
    firstByte = 0
    firstField = 0
  }

  private mutating func release() {
    bytes?.deallocate()
    bytes = nil
    byteCapacity = 0
    fields?.deallocate()
    fields = nil
    fieldCapacity = 0
  }

  private mutating func growBytes(by count: Int) {
    let capacity = max(byteCount + count, byteCapacity * 2, 512)
    let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    if let bytes {
      grown.copyMemory(from: bytes, byteCount: byteCount)
      bytes.deallocate()
    }
    bytes = grown
    byteCapacity = capacity
  }

  private mutating func growFields() {
    let capacity = max(fieldCapacity * 2, 16)
    let grown = UnsafeMutablePointer<HeaderField>.allocate(capacity: capacity)
    if let fields {
      grown.moveInitialize(from: fields, count: fieldCount)
      fields.deallocate()
    }
    fields = grown
    fieldCapacity = capacity
  }
}
