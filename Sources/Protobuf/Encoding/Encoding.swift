internal import CProtobufC

extension Message {
  /// Encodes the message in one go, straight into the caller's memory.
  ///
  /// - Parameter reserve: called once with the exact number of bytes; returns where to write them, with room for all.
  ///   An error it throws (a size limit, say) ends the encoding.
  @inlinable
  public func serialize<E: Error>(
    reserving reserve: (_ byteCount: Int) throws(E) -> UnsafeMutableRawPointer
  ) throws(E) {
    var size = FlatSizer(detachingFrom: .max)
    measureFlat(&size)
    if size.isFlat {
      var wire = FlatWriter(at: try reserve(size.byteCount), detachingFrom: .max)
      writeFlat(&wire)
    } else {
      _ = try serializeStructured(detachingFrom: .max) { written, _ throws(E) in try reserve(written) }
    }
  }

  /// Encodes the message into the caller's memory, without its large `bytes` values.
  ///
  /// The encoded message is what was written, with each of the returned values inserted behind as many bytes as its
  /// `offset` says. So a transport can copy large values once, from the message to its output.
  ///
  /// - Parameters:
  ///   - minimum: the size in bytes from which on a value is left out. Only values of the message's own singular
  ///     `bytes` fields are, and outside flat messages (see `FlatReader`) only those of at least 2048 bytes.
  ///   - reserve: called once with the exact number of bytes that will be written, and that of the whole message;
  ///     returns where to write them. An error it throws (a size limit, say) ends the encoding.
  /// - Returns: the values left out, in order of their offsets; usually none, or one.
  @inlinable
  public func serializeSegments<E: Error>(
    detachingFrom minimum: Int,
    reserving reserve: (_ written: Int, _ total: Int) throws(E) -> UnsafeMutableRawPointer
  ) throws(E) -> [DetachedValue] {
    var size = FlatSizer(detachingFrom: minimum)
    measureFlat(&size)
    guard size.isFlat else { return try serializeStructured(detachingFrom: minimum, reserving: reserve) }
    let start = try reserve(size.byteCount - size.detachedByteCount, size.byteCount)
    var wire = FlatWriter(at: start, detachingFrom: minimum)
    writeFlat(&wire)
    return wire.detached ?? []
  }

  /// Encodes the message with protobuf-c.
  @usableFromInline
  func serializeStructured<E: Error>(
    detachingFrom: Int, reserving reserve: (_ written: Int, _ total: Int) throws(E) -> UnsafeMutableRawPointer
  ) throws(E) -> [DetachedValue] {
    let arena = Arena(budget: .max)
    defer { arena.release() }
    var packer = Packer(arena: arena)
    let structure = pack(into: &packer)
    let packed = packer.packedByteCount(structure)
    let bulk = packer.bulkByteCount(detachingFrom: detachingFrom)
    let start = try reserve(packed + bulk.all - bulk.detached, packed + bulk.all)
    return packer.write(structure, packedByteCount: packed, at: start, detachingFrom: detachingFrom)
  }

  /// How many bytes the message takes on the wire. For what is not flat (see `FlatReader`) it costs nearly as much as
  /// encoding: prefer `serialize(reserving:)`.
  public func serializedByteCount() -> Int {
    var size = FlatSizer(detachingFrom: .max)
    measureFlat(&size)
    if size.isFlat { return size.byteCount }
    let arena = Arena(budget: .max)
    defer { arena.release() }
    var packer = Packer(arena: arena)
    let structure = pack(into: &packer)
    return packer.packedByteCount(structure) + packer.bulkByteCount(detachingFrom: .max).all
  }

  /// Encodes the message at the start of `buffer`, which must have room, and returns the number of bytes written.
  @discardableResult
  public func serialize(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    serialize { byteCount in
      precondition(byteCount <= buffer.count, "\(Self.protoFullName) needs \(byteCount) bytes, not \(buffer.count)")
      count = byteCount
      // Nothing is written there when there is no buffer.
      return buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 1).unsafelyUnwrapped
    }
    return count
  }

  /// The encoded message as an array.
  public func serializedBytes() -> [UInt8] {
    var size = FlatSizer(detachingFrom: .max)
    measureFlat(&size)
    guard size.isFlat else { return structuredBytes() }
    return [UInt8](unsafeUninitializedCapacity: size.byteCount) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      var wire = FlatWriter(at: start, detachingFrom: .max)
      writeFlat(&wire)
      initialized = size.byteCount
    }
  }

  private func structuredBytes() -> [UInt8] {
    let arena = Arena(budget: .max)
    defer { arena.release() }
    var packer = Packer(arena: arena)
    let structure = pack(into: &packer)
    let packed = packer.packedByteCount(structure)
    let total = packed + packer.bulkByteCount(detachingFrom: .max).all
    return [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      _ = packer.write(structure, packedByteCount: packed, at: start, detachingFrom: .max)
      initialized = total
    }
  }
}
