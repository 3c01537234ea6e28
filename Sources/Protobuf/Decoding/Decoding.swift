internal import CProtobufC

extension Message {
  /// Decodes a message from untrusted bytes.
  ///
  /// The wire format is checked before protobuf-c sees it, which bounds neither nesting nor memory.
  /// - Throws: `DecodingError` naming what is wrong with the bytes.
  @inlinable
  public init(
    serializedBytes bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default
  ) throws(DecodingError) {
    self.init()
    var wire = FlatReader(bytes)
    readFlat(&wire)
    guard !wire.isSound else { return }
    self = try Self(structured: bytes, limits: limits)
  }

  /// Decodes a message from an array; see `init(serializedBytes:limits:)` over a buffer.
  public init(serializedBytes bytes: [UInt8], limits: DecodingLimits = .default) throws(DecodingError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(DecodingError) in
      try Self(serializedBytes: UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }

  /// Decodes a message with protobuf-c.
  @usableFromInline
  init(structured bytes: UnsafeRawBufferPointer, limits: DecodingLimits) throws(DecodingError) {
    let budget = limits.memoryBudget(forMessageOf: bytes.count)
    let arena = Arena(budget: budget)
    defer { arena.release() }
    let descriptor = Self.layout.descriptor
    var scan = WireScan(limits: limits)
    try scan.scan(bytes, as: descriptor)
    if scan.needsRewrite {
      var rewrite = WireRewrite(limit: budget)
      self = try rewrite.rewriting(bytes, as: descriptor).withUnsafeBufferPointer { buffer throws(DecodingError) in
        try Self(unpacking: UnsafeRawBufferPointer(buffer), bulkBase: nil, arena: arena, budget: budget)
      }
    } else {
      let (readable, bulkBase) = scan.detachingBulk(from: bytes, arena: arena)
      self = try Self(unpacking: readable, bulkBase: bulkBase, arena: arena, budget: budget)
    }
  }

  private init(
    unpacking bytes: UnsafeRawBufferPointer, bulkBase: UnsafeRawPointer?, arena: Arena, budget: Int
  ) throws(DecodingError) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard let raw = protobuf_c_message_unpack(Self.layout.descriptor, arena.allocator, bytes.count, start) else {
      throw arena.isExhausted ? .memoryBudgetExceeded(limit: budget) : .malformed(message: Self.protoFullName)
    }
    var invalidText: StaticString?
    self = withUnsafeMutablePointer(to: &invalidText) { invalidText in
      Self(unpacked: raw, source: WireSource(bulkBase: bulkBase, invalidText: invalidText))
    }
    if let invalidText { throw .invalidUTF8(field: "\(invalidText)") }
  }
}
