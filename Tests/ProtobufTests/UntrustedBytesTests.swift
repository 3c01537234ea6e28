import Protobuf
import TestProtos
import Testing

@Suite("Untrusted bytes")
struct UntrustedBytesTests {
  /// `depth` nodes, each the `next` of the one before.
  private func nested(_ depth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 1..<depth {
      var length = bytes.count
      var prefix: [UInt8] = [0x12]
      while length >= 0x80 {
        prefix.append(UInt8(length & 0x7F) | 0x80)
        length >>= 7
      }
      bytes = prefix + [UInt8(length)] + bytes
    }
    return bytes
  }

  @Test("messages may nest to the limit and not one deeper")
  func depth() throws {
    _ = try Node(serializedBytes: nested(100))
    #expect(throws: Protobuf.DecodingError.nestedTooDeeply(limit: 100)) { try Node(serializedBytes: nested(101)) }
    #expect(throws: Protobuf.DecodingError.nestedTooDeeply(limit: 3)) {
      try Node(serializedBytes: nested(4), limits: DecodingLimits(maximumDepth: 3))
    }
  }

  @Test("a bomb of twenty thousand nested messages is refused")
  func depthBomb() {
    #expect(throws: Protobuf.DecodingError.nestedTooDeeply(limit: 100)) { try Node(serializedBytes: nested(20_000)) }
  }

  @Test("two million empty messages in four megabytes are refused")
  func memoryBomb() {
    let bomb = [UInt8](unsafeUninitializedCapacity: 4 << 20) { buffer, count in
      for index in stride(from: 0, to: 4 << 20, by: 2) { (buffer[index], buffer[index + 1]) = (0x1A, 0) }
      count = 4 << 20
    }
    #expect(throws: Protobuf.DecodingError.memoryBudgetExceeded(limit: 64 << 20)) { try Node(serializedBytes: bomb) }
  }

  @Test("a singular message that comes again and again is merged in time and memory in proportion to its size")
  func duplicates() throws {
    let one: [UInt8] = [0x12, 2, 0x1A, 0]
    var bytes: [UInt8] = []
    for _ in 0..<50_000 { bytes += one }
    #expect(try Node(serializedBytes: bytes).next?.children.count == 50_000)
    // Every level twice, so that every level is copied.
    var deep: [UInt8] = [0x0A, 0x80, 0x80, 0x40] + Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<90 {
      var length = deep.count
      var prefix: [UInt8] = [0x12]
      while length >= 0x80 {
        prefix.append(UInt8(length & 0x7F) | 0x80)
        length >>= 7
      }
      deep = [0x12, 0] + prefix + [UInt8(length)] + deep
    }
    #expect(throws: Protobuf.DecodingError.memoryBudgetExceeded(limit: 64 << 20)) { try Node(serializedBytes: deep) }
  }

  private var sample: Everything {
    .with {
      $0.scalars = .with { $0.string = "text ü"; $0.double = 1.5; $0.fixed32 = 9; $0.uint64 = .max }
      $0.repeateds = .with { $0.string = ["a", "b"]; $0.sint64 = [1, -1]; $0.bytes = [[1, 2, 3]] }
      $0.maps = .with { $0.stringString = ["k": "v"]; $0.sint64Message = [7: .with { $0.bool = true }] }
      $0.choice = .with { $0.value = .nested(.with { $0.value = .text("inner") }) }
      $0.node = .with { $0.name = "n"; $0.children = [.with { $0.name = "c" }] }
      $0.chunk = .with { $0.source = .inlineData(Array(repeating: 1, count: 3000)) }
    }
  }

  @Test("a message cut short anywhere is refused or is a shorter message, never a crash")
  func truncation() throws {
    let bytes = sample.serializedBytes()
    for end in 0..<bytes.count {
      // At a field's end the rest is a message of its own.
      guard let shorter = try? Everything(serializedBytes: Array(bytes[..<end])) else { continue }
      #expect(shorter != sample)
    }
    #expect(throws: Protobuf.DecodingError.truncated) { try Everything(serializedBytes: bytes.dropLast()) }
  }

  @Test("random damage is refused or decodes to something that encodes again")
  func damage() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SplitMix64(state: seed)
    let original = sample.serializedBytes()
    var decoded = 0
    for round in 0..<20_000 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let position = Int.random(in: bytes.indices, using: &generator)
        let value = UInt8.random(in: 0...255, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[position] = value
        case 1: bytes[position] ^= 1 << (value & 7)
        case 2: bytes.remove(at: position)
        default: bytes.insert(value, at: position)
        }
      }
      guard let message = try? Everything(serializedBytes: bytes) else { continue }
      decoded += 1
      let again = message.serializedBytes()
      #expect(try Everything(serializedBytes: again).serializedBytes() == again, "seed \(seed) round \(round)")
    }
    #expect(decoded > 0 && decoded < 20_000, "seed \(seed)")
  }

  @Test("noise is refused or decodes, and never crashes")
  func noise() {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SplitMix64(state: seed)
    var decoded = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<64, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      if (try? Repeateds(serializedBytes: bytes)) != nil { decoded += 1 }
      if (try? Maps(serializedBytes: bytes)) != nil { decoded += 1 }
    }
    #expect(decoded > 0 && decoded < 20_000, "seed \(seed)")
  }

  @Test("strings that are not UTF-8 are refused, with the field's name", arguments: [
    [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0xA6], [0xC3, 0x41],
    Array("a long run of ASCII before it ".utf8) + [0xFF], [0xFE],
  ] as [[UInt8]])
  func invalidUTF8(text: [UInt8]) {
    let bytes = [0x72, UInt8(text.count)] + text
    #expect(throws: Protobuf.DecodingError.invalidUTF8(field: "features.v1.Scalars.string")) {
      try Scalars(serializedBytes: bytes)
    }
    #expect(throws: Protobuf.DecodingError.invalidUTF8(field: "features.v1.Scalars.string")) {
      try Everything(serializedBytes: [0x0A, UInt8(bytes.count)] + bytes)
    }
  }

  @Test("every Unicode scalar but NUL is text", arguments: [0x01, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF])
  func validUTF8(code: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(code))
    for padding in 0..<9 {
      let text = String(repeating: "x", count: padding) + String(Character(scalar)) + "y"
      #expect(try Scalars(serializedBytes: Scalars.with { $0.string = text }.serializedBytes()).string == text)
    }
  }

  @Test("NUL is a character like any other, in every place a string can have", arguments: ["\0", "\0x", "x\0y", "x\0"])
  func nul(text: String) throws {
    let message = Everything.with {
      $0.scalars = .with { $0.string = text }
      $0.optionals = .with { $0.string = text }
      $0.repeateds = .with { $0.string = ["", text, "plain"] }
      $0.maps = .with { $0.stringString = [text: text]; $0.boolString = [true: text] }
      $0.choice = .with { $0.value = .text(text); $0.after = text }
    }
    let decoded = try Everything(serializedBytes: message.serializedBytes())
    #expect(decoded == message)
    #expect(decoded.scalars?.string.utf8.count == text.utf8.count)
    #expect(try Scalars(serializedBytes: Scalars.with { $0.string = text }.serializedBytes()).string == text)
  }

  @Test("a string with NUL is sent whole")
  func sentNUL() {
    #expect(Scalars.with { $0.string = "a\0b" }.serializedBytes() == [0x72, 3, 0x61, 0, 0x62])
    #expect(Choice.with { $0.value = .text("\0") }.serializedBytes() == [0x12, 1, 0])
    #expect(Optionals.with { $0.string = "\0" }.serializedBytes() == [0x72, 1, 0])
    #expect(
      Repeateds.with { $0.string = ["x", "", "\0"] }.serializedBytes() == [0x72, 1, 0x78, 0x72, 0, 0x72, 1, 0])
    #expect(
      Maps.with { $0.stringString = ["k": "\0"] }.serializedBytes() == [0x0A, 6, 0x0A, 1, 0x6B, 0x12, 1, 0])
    // The field of a nested message stays in that message.
    let nested = Everything.with {
      $0.scalars = .with { $0.string = "\0" }
      $0.choice = .with { $0.after = "z" }
    }
    #expect(nested.serializedBytes() == [0x0A, 3, 0x72, 1, 0, 0x2A, 3, 0x4A, 1, 0x7A])
  }

  @Test("field number 0, overlong varints and wire types that do not exist are refused")
  func malformed() {
    for bytes in [[0x00, 0x00], [0x07], [0x1F], [0x18] + Array(repeating: 0x80, count: 10) + [1]] as [[UInt8]] {
      #expect(throws: Protobuf.DecodingError.malformed(message: "features.v1.Scalars")) {
        try Scalars(serializedBytes: bytes)
      }
    }
  }

  @Test("a group without an end is cut short; one with another's end, or an end alone, is malformed")
  func brokenGroups() {
    for bytes in [[0xA3, 6], [0xA3, 6, 0x08], [0xA3, 6, 0xA3, 6, 0xA4, 6]] as [[UInt8]] {
      #expect(throws: Protobuf.DecodingError.truncated) { try Scalars(serializedBytes: bytes) }
    }
    for bytes in [[0xA4, 6], [0xA3, 6, 0xAC, 6], [0xA3, 6, 0x07, 0xA4, 6]] as [[UInt8]] {
      #expect(throws: Protobuf.DecodingError.malformed(message: "features.v1.Scalars")) {
        try Scalars(serializedBytes: bytes)
      }
    }
  }

  @Test("groups may nest to the limit that messages have, counted together")
  func groupDepth() throws {
    func groups(_ count: Int) -> [UInt8] {
      [0xA3, 0xA4].flatMap { tag in (0..<count).flatMap { _ in [tag, 6] as [UInt8] } }
    }
    #expect(try Scalars(serializedBytes: groups(99)).unknownFields.bytes == groups(99))
    for bytes in [groups(100), groups(10_000), [0x12, 0x8C, 3] + groups(99)] {
      #expect(throws: Protobuf.DecodingError.nestedTooDeeply(limit: 100)) { try Node(serializedBytes: bytes) }
    }
  }
}

/// A small generator that can be started again from a printed seed (Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
