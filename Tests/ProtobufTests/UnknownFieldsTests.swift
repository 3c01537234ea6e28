import Protobuf
import TestProtos
import Testing

@Suite("Unknown fields")
struct UnknownFieldsTests {
  private let full = Scalars.with {
    $0.double = 1
    $0.float = 2
    $0.int32 = 3
    $0.int64 = -4
    $0.uint64 = .max
    $0.fixed32 = 5
    $0.sfixed64 = -6
    $0.string = "known"
    $0.bytes = [1, 2, 3]
    $0.colour = .red
  }

  @Test("fields that an older schema does not know come through it unharmed")
  func survive() throws {
    var older = try FewScalars(serializedBytes: full.serializedBytes())
    #expect(older.int32 == 3 && older.string == "known" && !older.unknownFields.isEmpty)
    older.string = "changed"
    var expected = full
    expected.string = "changed"
    #expect(try Scalars(serializedBytes: older.serializedBytes()) == expected)
  }

  @Test("unknown fields of nested messages stay in them")
  func nested() throws {
    let choice = Choice.with { $0.value = .message(full) }
    // `Choice.message` (6) read as `Node.Wrapper.node` would be another type; `Choice` in `Node` leaves all unknown.
    let asNode = try Node(serializedBytes: [0x12, UInt8(choice.serializedBytes().count)] + choice.serializedBytes())
    let next = try #require(asNode.next)
    #expect(asNode.unknownFields.isEmpty && !next.unknownFields.isEmpty)
    let again = try Node(serializedBytes: asNode.serializedBytes())
    #expect(again == asNode)
    #expect(try Choice(serializedBytes: try #require(again.next).serializedBytes()) == choice)
  }

  @Test("messages that differ only in unknown fields differ")
  func equality() throws {
    let older = try FewScalars(serializedBytes: full.serializedBytes())
    var bare = older
    bare.unknownFields = UnknownFields()
    #expect(bare != older)
    #expect(bare.serializedBytes() == [0x18, 3, 0x72, 5] + Array("known".utf8))
  }

  /// One field that `Scalars` and `Node` do not know, or have with another wire type, as it is on the wire.
  private static let misfits: [[UInt8]] = [
    [0x0A, 1, 0x41], [0x1D, 1, 2, 3, 4], [0x70, 5], [0x19, 1, 2, 3, 4, 5, 6, 7, 8], [0x7D, 0, 0, 0, 0],
    [0x73, 0x08, 1, 0x74], [0xA3, 6, 0xA4, 6], [0xA3, 6, 0x0B, 0x08, 1, 0x12, 1, 0, 0x0C, 0x1D, 1, 2, 3, 4, 0xA4, 6],
    // The number that wraps the others on their way through protobuf-c.
    [0xFA, 0xE1, 9, 3, 0x0B, 0x0C, 0x18], [0xF8, 0xE1, 9, 1], [0xFB, 0xE1, 9, 0xFC, 0xE1, 9],
  ]

  @Test("a field with a wire type that is not its own, or a group, is kept as it came", arguments: misfits)
  func misfit(bytes: [UInt8]) throws {
    let known = Scalars.with { $0.int32 = 7; $0.string = "x"; $0.bytes = [1] }
    for whole in [bytes + known.serializedBytes(), known.serializedBytes() + bytes, bytes] {
      let message = try Scalars(serializedBytes: whole)
      #expect(message.unknownFields.bytes == bytes)
      #expect(try Scalars(serializedBytes: message.serializedBytes()) == message)
      // Inside of another message, which protobuf-c reads and writes.
      let outer = try Everything(serializedBytes: [0x0A, UInt8(whole.count)] + whole)
      #expect(outer.scalars == message && outer.unknownFields.isEmpty)
      #expect(try Everything(serializedBytes: outer.serializedBytes()) == outer)
    }
    var many = try Scalars(serializedBytes: bytes + bytes)
    #expect(many.unknownFields.bytes == bytes + bytes)
    many.unknownFields = UnknownFields()
    #expect(many == Scalars())
  }

  @Test("a message, a map and a repeated field of another wire type are kept too, beside what fits")
  func misfitStructures() throws {
    // Node: `next` as a number, `children` as four bytes, `named` as a group.
    let bytes: [UInt8] = [0x10, 9, 0x1D, 1, 2, 3, 4, 0x23, 0x24]
    let node = Node.with { $0.next = .with { $0.name = "n" }; $0.children = [Node()] }
    let decoded = try Node(serializedBytes: bytes + node.serializedBytes())
    #expect(decoded.next == node.next && decoded.children == node.children && decoded.unknownFields.bytes == bytes)
    #expect(try Node(serializedBytes: decoded.serializedBytes()) == decoded)
  }
}
