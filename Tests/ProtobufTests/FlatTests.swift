import Protobuf
import TestProtos
import Testing

/// Flat messages are read and written without protobuf-c, the same messages inside of others with it: both ways must
/// say the same.
@Suite("Flat messages")
struct FlatTests {
  private static let samples: [Scalars] = [
    Scalars(),
    .with {
      $0.double = -0.0
      $0.float = -0.0
      $0.sint32 = .min
      $0.sint64 = .max
      $0.colour = .infrared
      $0.string = "ü\0 and more than fifteen bytes"
      $0.bytes = Array(repeating: 9, count: 300)
    },
    .with {
      $0.double = .infinity
      $0.float = 1.5
      $0.int32 = -1
      $0.int64 = .min
      $0.uint32 = .max
      $0.uint64 = .max
      $0.fixed32 = 1
      $0.fixed64 = .max
      $0.sfixed32 = -1
      $0.sfixed64 = .min
      $0.bool = true
      $0.string = "short"
      $0.bytes = [0]
      $0.colour = .unrecognized(99)
    },
  ]

  /// The message as a field of one that is not flat.
  private func wrapped(_ bytes: [UInt8]) -> [UInt8] {
    var length = bytes.count
    var prefix: [UInt8] = [0x0A]
    while length >= 0x80 {
      prefix.append(UInt8(length & 0x7F) | 0x80)
      length >>= 7
    }
    return prefix + [UInt8(length)] + bytes
  }

  @Test("they have the bytes that protobuf-c gives them", arguments: samples)
  func encoding(message: Scalars) {
    let bytes = message.serializedBytes()
    #expect(message.serializedByteCount() == bytes.count)
    // Protobuf-c puts negative zeros last.
    var plain = message
    if plain.double == 0 { plain.double = 0 }
    if plain.float == 0 { plain.float = 0 }
    #expect(Everything.with { $0.scalars = plain }.serializedBytes() == wrapped(plain.serializedBytes()))
    #expect(bytes.count == plain.serializedBytes().count + (message == Self.samples[1] ? 14 : 0))
  }

  @Test("damaged or not, they decode to what protobuf-c decodes them to, or fail alike", arguments: samples)
  func decoding(message: Scalars) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SplitMix64(state: seed)
    var older = try FewScalars(serializedBytes: message.serializedBytes())
    older.int32 = 1 << 20
    let original = older.serializedBytes()
    for round in 0..<2000 {
      var bytes = original
      for _ in 0..<Int.random(in: 0..<4, using: &generator) {
        let value = UInt8.random(in: 0...255, using: &generator)
        let position = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[position] = value
        case 1: bytes[position] ^= 1 << (value & 7)
        case 2: bytes.insert(value, at: position)
        default: bytes = Array(bytes[...position])
        }
      }
      let flat = Result { () throws(Protobuf.DecodingError) in try Scalars(serializedBytes: bytes) }
      let structured = Result { () throws(Protobuf.DecodingError) in
        try Everything(serializedBytes: wrapped(bytes)).scalars
      }
      switch (flat, structured) {
      case (.success(let flat), .success(let structured)):
        // NaN differs from itself.
        #expect(flat.serializedBytes() == structured?.serializedBytes(), "seed \(seed) round \(round)")
      case (.failure(let flat), .failure(let structured)):
        #expect(flat == structured, "seed \(seed) round \(round)")
      default: Issue.record("flat \(flat), structured \(structured), seed \(seed) round \(round)")
      }
    }
  }

  @Test("of fields and oneof members that come twice the last one counts")
  func twice() throws {
    #expect(try Scalars(serializedBytes: [0x18, 1, 0x72, 1, 0x61, 0x18, 2, 0x72, 0]) == .with { $0.int32 = 2 })
    #expect(try Choice(serializedBytes: [0x08, 1, 0x12, 1, 0x61, 0x08, 3]).value == .number(3))
  }

  @Test("a number that is not set takes no bytes, and one set to zero in a oneof does")
  func zeros() {
    #expect(Scalars.with { $0.int32 = 0; $0.double = 0; $0.bool = false; $0.colour = .unspecified } == Scalars())
    #expect(Choice.with { $0.value = .number(0) }.serializedBytes() == [8, 0])
    #expect(Choice.with { $0.value = .real(-0.0) }.serializedBytes() == [0x39, 0, 0, 0, 0, 0, 0, 0, 0x80])
  }

  @Test("a tag of more than 32 bits or five bytes is refused, and one padded to five is not")
  func longTag() throws {
    for tag in [[0x98, 0x80, 0x80, 0x80, 0x10], [0x98, 0x80, 0x80, 0x80, 0x80, 0x00]] as [[UInt8]] {
      for bytes in [tag + [1], [0x0A, UInt8(tag.count + 1)] + tag + [1]] {
        #expect(throws: Protobuf.DecodingError.malformed(message: "features.v1.Scalars")) {
          _ = bytes[0] == 0x0A ? try Everything(serializedBytes: bytes).scalars : try Scalars(serializedBytes: bytes)
        }
      }
    }
    #expect(try Scalars(serializedBytes: [0x98, 0x80, 0x80, 0x80, 0x00, 1]).int32 == 1)
  }
}
