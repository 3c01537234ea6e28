internal import CProtobufC

/// Says otherwise what protobuf-c cannot take, in a copy of the message. No encoder writes it as a rule.
///
/// - A singular message field that comes more than once (concatenating two encodings makes such messages). A decoder
///   must merge the occurrences; protobuf-c 1.4 gives up when both leave a oneof unset. Their merge is what their
///   contents decode to one behind the other, so joining the contents beforehand says the same and asks no merge of it.
/// - Groups, and values of a wire type that is not their field's. They belong to the unknown fields, but protobuf-c
///   refuses them: they go through it wrapped, see `UnknownFields.wrapper`.
struct WireRewrite {
  /// How many more bytes may be copied: each level of nesting copies anew.
  private var allowance: Int
  private let limit: Int

  init(limit: Int) {
    allowance = limit
    self.limit = limit
  }

  /// The message as protobuf-c takes it. `bytes` have passed `WireScan`.
  mutating func rewriting(
    _ bytes: UnsafeRawBufferPointer, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(DecodingError) -> [UInt8] {
    allowance -= 2 * bytes.count
    guard allowance >= 0 else { throw .memoryBudgetExceeded(limit: limit) }
    var pieces: [Piece] = []
    var contents: [[UInt8]] = []
    // Where the last occurrence of a field, or of any field of a oneof, stands in `pieces`.
    var lastMessage: [UInt32: Int] = [:]
    var lastOfOneof: [UInt32: Int] = [:]
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      let start = reader.offset
      guard let tag = try reader.tag(), try reader.skipValue(of: tag, groupLimit: .max) else { throw .truncated }
      let number = tag.number
      let field = reader.bytes(from: start)
      let inSchema = protobuf_c_message_descriptor_get_field(descriptor, number)
      guard let known = inSchema, known.pointee.takes(tag.wireType) else {
        let isPlain = inSchema == nil && tag.wireType != .groupStart && number != UnknownFields.wrapper
        pieces.append(isPlain ? .asIs(field) : .wrapped(field))
        continue
      }
      guard let type = known.pointee.messageDescriptor else {
        if known.pointee.isInOneof { lastOfOneof[known.pointee.quantifier_offset] = pieces.count }
        pieces.append(.asIs(field))
        continue
      }
      var index = contents.count
      if known.pointee.label != PROTOBUF_C_LABEL_REPEATED {
        let isInOneof = known.pointee.isInOneof
        // In a oneof a member in between has cleared the earlier message.
        if let earlier = lastMessage[number], !isInOneof || lastOfOneof[known.pointee.quantifier_offset] == earlier,
          case .message(_, let earlierIndex, _) = pieces[earlier]
        {
          index = earlierIndex
          pieces[earlier] = .dropped
        }
        lastMessage[number] = pieces.count
        if isInOneof { lastOfOneof[known.pointee.quantifier_offset] = pieces.count }
      }
      if index == contents.count { contents.append([]) }
      contents[index].append(contentsOf: try Self.content(of: field))
      pieces.append(.message(number, index, type))
    }

    var output: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .dropped: continue
      case .asIs(let bytes): output.append(contentsOf: bytes)
      case .wrapped(let bytes): Self.append(UnknownFields.wrapper, bytes, to: &output)
      case .message(let number, let index, let type):
        let inner = try contents[index].withUnsafeBufferPointer { content throws(DecodingError) in
          try rewriting(UnsafeRawBufferPointer(content), as: type)
        }
        inner.withUnsafeBytes { Self.append(number, $0, to: &output) }
      }
    }
    return output
  }

  private enum Piece {
    case asIs(UnsafeRawBufferPointer)
    /// An unknown field that protobuf-c refuses.
    case wrapped(UnsafeRawBufferPointer)
    /// Its number, the index of its content, its type.
    case message(UInt32, Int, UnsafePointer<ProtobufCMessageDescriptor>)
    /// Joined to a later piece.
    case dropped
  }

  /// The content of a field with a length.
  private static func content(of field: UnsafeRawBufferPointer) throws(DecodingError) -> UnsafeRawBufferPointer {
    var reader = WireReader(field)
    _ = try reader.tag()
    guard let length = try reader.varint() else { throw .truncated }
    return try reader.take(length)
  }

  private static func append(_ number: UInt32, _ content: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    WireWriter.appendVarint(UInt64(number) << 3 | 2, to: &output)
    WireWriter.appendVarint(UInt64(content.count), to: &output)
    output.append(contentsOf: content)
  }
}
