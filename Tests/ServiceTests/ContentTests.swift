import ModelFiles
import Store
import Testing

@testable import Service

/// Bytes in memory, as a file.
struct MemorySource: ByteSource {
  let bytes: [UInt8]
  var count: Int64 { Int64(bytes.count) }
  func read(at offset: Int64, count: Int) throws(StoreError) -> [UInt8] {
    guard offset >= 0, offset < self.count else { return [] }
    return Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
  }
}

@Suite("Headers of files")
struct ContentTests {
  private func header(_ bytes: [UInt8], limit: Int64 = 100_000_000) throws -> ImageHeader {
    try ImageHeader.read(MemorySource(bytes: bytes), pixelLimit: limit)
  }

  @Test("the size of a PNG, JPEG or WebP is read from its header")
  func sizes() throws {
    #expect(try header(Samples.png(640, 480)) == ImageHeader(format: .png, width: 640, height: 480))
    for marker: UInt8 in [0xC0, 0xC1, 0xC2, 0xCF] {
      let jpeg = Samples.jpeg(4_000, 3_000, marker: marker)
      #expect(try header(jpeg) == ImageHeader(format: .jpeg, width: 4_000, height: 3_000))
    }
    for form in [Samples.WebP.lossy, .lossless, .extended] {
      #expect(try header(Samples.webp(321, 123, form)) == ImageHeader(format: .webp, width: 321, height: 123))
    }
  }

  @Test("fill bytes before a JPEG's marker are stepped over, but not without end")
  func fillBytes() throws {
    func filled(_ count: Int) -> [UInt8] {
      [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: count) + Samples.jpeg(64, 48, profile: 0).dropFirst(2)
    }
    #expect(try header(filled(1_000)).width == 64)
    #expect(throws: ContentError.self) { try header(filled(1_100)) }
  }

  @Test("too many pixels are refused, however they multiply")
  func pixelLimit() throws {
    #expect(throws: ContentError.self) { try header(Samples.png(50_000, 50_000)) }
    #expect(throws: ContentError.self) { try header(Samples.png(.max, .max)) }
    #expect(throws: ContentError.self) { try header(Samples.png(101, 10), limit: 1_000) }
    #expect(try header(Samples.png(100, 10), limit: 1_000).width == 100)
  }

  @Test("a cut or damaged file of any format is an error and nothing worse")
  func mutations() throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = SplitMix(state: seed)
    let files = [
      Samples.png(), Samples.jpeg(64, 48, profile: 300), Samples.webp(3, 4, .lossy), Samples.webp(3, 4, .lossless),
      Samples.webp(3, 4, .extended), Samples.lora,
    ]
    for file in files {
      for length in 0..<min(file.count, 64) {
        try expectOrdinary(Array(file[..<length]), "cut to \(length)")
      }
      for round in 0..<2_000 {
        var bytes = file
        for _ in 0...Int.random(in: 0..<4, using: &generator) {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        try expectOrdinary(bytes, "seed \(seed), round \(round)")
      }
    }
  }

  /// Reads the bytes every way; only a `ContentError` may come of it.
  private func expectOrdinary(_ bytes: [UInt8], _ what: String) throws {
    let source = MemorySource(bytes: bytes)
    let readers: [() throws -> Void] = [
      { _ = try ImageHeader.read(source, pixelLimit: 1_000_000) }, { _ = try LoraContent.inspect(source) },
      { _ = try AdapterContent.inspectEmbedding(source) }, { try AdapterContent.inspectVAE(source) },
    ]
    for read in readers {
      do { try read() } catch { #expect(error is ContentError, "\(what): \(error)") }
    }
  }

  @Test("a safetensors header that lies about its tensors is refused", arguments: [
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
    "{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
      + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
      + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
    "{\"a\":1}", "{\"a\"", "[]", "{}x",
  ])
  func lyingSafetensors(header: String) {
    let bytes = Samples.safetensors(header, data: [0, 0, 0, 0])
    #expect(throws: ContentError.self) { try SafetensorsHeader.read(MemorySource(bytes: bytes)) }
  }

  @Test("a header that claims to be longer than the file, or than any header, is not read")
  func headerLength() {
    for length: UInt64 in [100, 1 << 40, .max] {
      let bytes = Samples.littleEndian(length, bytes: 8) + Array("{}".utf8)
      #expect(throws: ContentError.self) { try SafetensorsHeader.read(MemorySource(bytes: bytes)) }
    }
  }

  @Test("half precision numbers are read as IEEE 754 says", arguments: [
    (0x3C00, 1.0), (0x4000, 2.0), (0xC500, -5.0), (0x0001, 0x1p-24), (0x7BFF, 65_504), (0x0000, 0),
  ])
  func halfPrecision(bits: UInt16, value: Double) {
    #expect(SafetensorsHeader.halfPrecision(bits) == value)
  }

  @Test("JSON escapes are resolved, and nesting has an end")
  func json() throws {
    var reader = JSONReader(Array(#" "a\n\u00e9\ud83d\ude00\/" "#.utf8))
    #expect(try reader.readString() == "a\né😀/")
    try reader.expectEnd()
    let deep = String(repeating: "[", count: 100_000)
    for text in [#""\ud83d""#, "\"\u{1}\"", "\"abc", "[1,]", "{\"a\" 1}", "nul", deep] {
      var reader = JSONReader(Array(text.utf8))
      #expect(throws: ContentError.self, "\(text.prefix(20))") {
        try reader.skipValue()
        try reader.expectEnd()
      }
    }
    var fine = JSONReader(Array(#"{"a":[1,-2.5e3,true,null,{"b":"c"}],"d":{}}"#.utf8))
    try fine.skipValue()
    try fine.expectEnd()
  }

  @Test("names are plain, and never look like ids or hidden files", arguments: [
    ("cat-1_B.x", true), ("", false), (".cat", false), ("a/b", false), ("a b", false), ("é", false),
    (String(repeating: "a", count: 128), true), (String(repeating: "a", count: 129), false),
    ("asset_01hv0000000000000000000000", false),
  ])
  func names(name: String, isFine: Bool) {
    #expect((ResourceName.fault(name) == nil) == isFine)
  }

  @Test("a name derived from a file is always a valid one", arguments: [
    "cat.png", "", "...", ".png", "/", "a/b\\c d.jpg", "日本.png", "asset_01hv0000000000000000000000.png",
    String(repeating: "é", count: 300),
  ])
  func derivedNames(file: String) {
    let name = ResourceName.derived(fromFile: file)
    #expect(ResourceName.fault(name) == nil, "\(name)")
  }
}

/// Steele, Lea and Flood's SplitMix64: a generator whose seed can be printed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
