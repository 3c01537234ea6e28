internal import CProtobufC

/// Joins the occurrences of a singular message field that comes more than once.
///
/// A decoder must merge them; protobuf-c 1.4 gives up when both leave a oneof unset. Their merge is what their
/// contents decode to one behind the other, so joining the contents beforehand says the same and asks no merge of it.
/// No encoder writes such messages; concatenating two encodings makes them.
struct DuplicateMerge {
  /// How many more bytes may be copied: each level of nesting copies anew.
  private var allowance: Int
  private let limit: Int

  init(limit: Int) {
    allowance = limit
    self.limit = limit
  }

  /// The message with no singular message field twice. `bytes` have passed `WireScan`.
  mutating func joining(
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
      let (number, content) = try Self.field(&reader)
      let known = protobuf_c_message_descriptor_get_field(descriptor, number)
      guard let known, let content, known.pointee.type == PROTOBUF_C_TYPE_MESSAGE,
        let type = known.pointee.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      else {
        if let known, known.pointee.isInOneof { lastOfOneof[known.pointee.quantifier_offset] = pieces.count }
        pieces.append(.asIs(UnsafeRawBufferPointer(rebasing: bytes[start..<reader.offset])))
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
      contents[index].append(contentsOf: content)
      pieces.append(.message(number, index, type))
    }

    var output: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .dropped: continue
      case .asIs(let bytes): output.append(contentsOf: bytes)
      case .message(let number, let index, let type):
        var nested = Result<[UInt8], DecodingError>.success([])
        contents[index].withUnsafeBytes { bytes in
          nested = Result { () throws(DecodingError) in try joining(bytes, as: type) }
        }
        let inner = try nested.get()
        WireWriter.appendVarint(UInt64(number) << 3 | 2, to: &output)
        WireWriter.appendVarint(UInt64(inner.count), to: &output)
        output.append(contentsOf: inner)
      }
    }
    return output
  }

  private enum Piece {
    case asIs(UnsafeRawBufferPointer)
    /// Its number, the index of its content, its type.
    case message(UInt32, Int, UnsafePointer<ProtobufCMessageDescriptor>)
    /// Joined to a later piece.
    case dropped
  }

  /// Reads one field; its content when that has a length.
  private static func field(
    _ reader: inout WireReader
  ) throws(DecodingError) -> (number: UInt32, content: UnsafeRawBufferPointer?) {
    guard let tag = try reader.varint() else { throw .truncated }
    let number = UInt32(truncatingIfNeeded: tag >> 3)
    switch tag & 7 {
    case 0: _ = try reader.varint()
    case 1: try reader.skip(8)
    case 2:
      guard let length = try reader.varint() else { throw .truncated }
      return (number, try reader.take(length))
    default: try reader.skip(4)
    }
    return (number, nil)
  }
}

extension ProtobufCFieldDescriptor {
  /// Whether the field is a member of a oneof; `quantifier_offset` then tells which.
  fileprivate var isInOneof: Bool { flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 }
}
