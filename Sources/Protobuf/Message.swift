internal import CProtobufC

/// A protobuf message: a Swift value over protobuf-c's codec.
///
/// The types are generated. Callers use `init(serializedBytes:limits:)`, `serialize(reserving:)` and the conveniences
/// built on them; the requirements under *Codec* are for generated code.
public protocol Message: Sendable, Equatable {
  /// The message with every field unset.
  init()

  /// The name in the schema, such as `lorikeet.v1.Asset`.
  static var protoFullName: String { get }

  /// Fields this version of the schema does not know; they survive a decode and an encode.
  var unknownFields: UnknownFields { get set }

  // MARK: Codec

  /// protobuf-c's description of the message.
  static var layout: MessageLayout { get }

  /// Copies the message out of protobuf-c's unpacked structure at `unpacked`.
  init(unpacked: UnsafeRawPointer, source: WireSource)

  /// Builds protobuf-c's structure for the message in the packer's memory.
  func pack(into packer: inout Packer) -> UnsafeMutableRawPointer
}

extension Message {
  /// A message with the fields that `populate` sets.
  public static func with<E: Error>(_ populate: (inout Self) throws(E) -> Void) throws(E) -> Self {
    var message = Self()
    try populate(&message)
    return message
  }

  /// Decodes a message from untrusted bytes.
  ///
  /// The wire format is checked before protobuf-c sees it: protobuf-c bounds neither nesting nor memory, and reads
  /// strings as C strings.
  /// - Throws: `DecodingError` naming what is wrong with the bytes.
  public init(
    serializedBytes bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default
  ) throws(DecodingError) {
    let budget = limits.memoryBudget(forMessageOf: bytes.count)
    let arena = Arena(budget: budget)
    defer { arena.release() }
    var scan = WireScan(limits: limits)
    try scan.scan(bytes, as: Self.layout.descriptor)
    if scan.hasDuplicates {
      self = try Self(joining: bytes, arena: arena, budget: budget)
    } else {
      let (readable, source) = scan.detachingBulk(from: bytes, arena: arena)
      self = try Self(unpacking: readable, source: source, arena: arena, budget: budget)
    }
  }

  private init(
    unpacking bytes: UnsafeRawBufferPointer, source: WireSource, arena: Arena, budget: Int
  ) throws(DecodingError) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard let raw = protobuf_c_message_unpack(Self.layout.descriptor, arena.allocator, bytes.count, start) else {
      throw arena.isExhausted ? .memoryBudgetExceeded(limit: budget) : .malformed(message: Self.protoFullName)
    }
    self.init(unpacked: raw, source: source)
  }

  /// Decodes bytes in which a singular message field comes more than once.
  private init(joining bytes: UnsafeRawBufferPointer, arena: Arena, budget: Int) throws(DecodingError) {
    var merge = DuplicateMerge(limit: budget)
    let joined = try merge.joining(bytes, as: Self.layout.descriptor)
    var result = Result<Self, DecodingError>.failure(.truncated)
    joined.withUnsafeBytes { buffer in
      result = Result { () throws(DecodingError) in
        try Self(unpacking: buffer, source: .complete, arena: arena, budget: budget)
      }
    }
    self = try result.get()
  }

  /// Decodes a message from an array; see `init(serializedBytes:limits:)` over a buffer.
  public init(serializedBytes bytes: [UInt8], limits: DecodingLimits = .default) throws(DecodingError) {
    var result = Result<Self, DecodingError>.failure(.truncated)
    bytes.withUnsafeBytes { buffer in
      result = Result { () throws(DecodingError) in try Self(serializedBytes: buffer, limits: limits) }
    }
    self = try result.get()
  }

  /// Encodes the message in one go, straight into the caller's memory.
  ///
  /// - Parameter reserve: called once with the exact number of bytes; returns where to write them, with room for all.
  ///   An error it throws (a size limit, say) ends the encoding.
  public func serialize<E: Error>(
    reserving reserve: (_ byteCount: Int) throws(E) -> UnsafeMutableRawPointer
  ) throws(E) {
    let arena = Arena(budget: .max)
    defer { arena.release() }
    var packer = Packer(arena: arena)
    let structure = pack(into: &packer)
    let packed = packer.packedByteCount(structure)
    packer.write(structure, packedByteCount: packed, at: try reserve(packed + packer.bulkByteCount))
  }

  /// How many bytes the message takes on the wire. It costs nearly as much as encoding: prefer `serialize(reserving:)`.
  public func serializedByteCount() -> Int {
    let arena = Arena(budget: .max)
    defer { arena.release() }
    var packer = Packer(arena: arena)
    let structure = pack(into: &packer)
    return packer.packedByteCount(structure) + packer.bulkByteCount
  }

  /// Encodes the message at the start of `buffer`, which must have room, and returns the number of bytes written.
  @discardableResult
  public func serialize(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    var scratch: UInt8 = 0
    withUnsafeMutableBytes(of: &scratch) { empty in
      serialize { byteCount in
        precondition(byteCount <= buffer.count, "\(Self.protoFullName) needs \(byteCount) bytes, not \(buffer.count)")
        count = byteCount
        return buffer.baseAddress ?? empty.baseAddress.unsafelyUnwrapped
      }
    }
    return count
  }

  /// The encoded message as an array.
  public func serializedBytes() -> [UInt8] {
    let arena = Arena(budget: .max)
    defer { arena.release() }
    var packer = Packer(arena: arena)
    let structure = pack(into: &packer)
    let packed = packer.packedByteCount(structure)
    let total = packed + packer.bulkByteCount
    return [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      guard let start = buffer.baseAddress, total > 0 else { return }
      packer.write(structure, packedByteCount: packed, at: UnsafeMutableRawPointer(start))
      initialized = total
    }
  }
}
