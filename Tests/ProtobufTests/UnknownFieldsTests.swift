import Protobuf
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
}
