import Images
import Testing

@Suite("The text of a generation inside its image")
struct GenerationTextTests {
  static let plain =
    "a red circle <lora:sks1:0.9>\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"
  static let accented = "un café, naïve — 猫 🦜\nSteps: 20, Sampler: DDIM, Seed: 1"

  /// The chunks of a PNG, after checking every checksum.
  func chunks(of png: [UInt8]) throws -> [(type: String, body: [UInt8])] {
    var result: [(String, [UInt8])] = []
    var position = 8
    while position < png.count {
      let length = png[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
      let typed = Array(png[(position + 4)..<(position + 8 + length)])
      let checksum = png[(position + 8 + length)..<(position + 12 + length)].reduce(0) { $0 << 8 | UInt32($1) }
      #expect(checksum == Fixture.crc32(typed))
      result.append((String(decoding: typed[..<4], as: UTF8.self), Array(typed[4...])))
      position += 12 + length
    }
    return result
  }

  @Test("a PNG carries Latin-1 text as tEXt `parameters`, ahead of the pixels")
  func pngLatin1() throws {
    let png = try Images.encode(Fixture.quarters, as: .png, text: Self.plain + " é")
    let chunks = try chunks(of: png)
    #expect(chunks[0].type == "IHDR" && chunks[1].type == "tEXt" && chunks.last?.type == "IEND")
    #expect(chunks[1].body.starts(with: "parameters\0".utf8))
    let text = chunks[1].body.dropFirst(11).map { Character(Unicode.Scalar($0)) }
    #expect(String(text) == Self.plain + " é")
    #expect(try Images.decode(png) == Fixture.quarters)
  }

  @Test("a PNG carries any other text as iTXt in UTF-8")
  func pngUnicode() throws {
    let chunks = try chunks(of: Images.encode(Fixture.quarters, as: .png, text: Self.accented))
    #expect(chunks[1].type == "iTXt")
    #expect(chunks[1].body == Array("parameters\0\0\0\0\0".utf8) + Array(Self.accented.utf8))
  }

  @Test("a NUL in the text does not end it early")
  func pngNUL() throws {
    let chunks = try chunks(of: Images.encode(Fixture.quarters, as: .png, text: "one\0two"))
    #expect(chunks[1].body == Array("parameters\0onetwo".utf8))
  }

  @Test("without text no text chunk is written")
  func noText() throws {
    for text in [nil, ""] {
      let types = try chunks(of: Images.encode(Fixture.quarters, as: .png, text: text)).map(\.type)
      #expect(!types.contains("tEXt") && !types.contains("iTXt"))
    }
  }

  /// UserComment, found by walking the TIFF structure.
  func userComment(tiff: [UInt8]) throws -> String {
    func number(_ at: Int, _ count: Int) -> Int { tiff[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) } }
    #expect(Array(tiff[..<4]) == Array("MM\0*".utf8))
    let root = number(4, 4)
    #expect(number(root, 2) == 1 && number(root + 2, 2) == 0x8769)
    let exif = number(root + 10, 4)
    #expect(number(exif, 2) == 1 && number(exif + 2, 2) == 0x9286 && number(exif + 4, 2) == 7)
    let (count, offset) = (number(exif + 6, 4), number(exif + 10, 4))
    #expect(Array(tiff[offset..<(offset + 8)]) == Array("UNICODE\0".utf8))
    let units = stride(from: offset + 8, to: offset + count, by: 2).map { UInt16(number($0, 2)) }
    return String(decoding: units, as: UTF16.self)
  }

  @Test("a JPEG carries the text as EXIF UserComment", arguments: [plain, accented])
  func jpeg(text: String) throws {
    let jpeg = try Images.encode(Fixture.quarters, as: .jpeg(), text: text)
    var position = 2
    var found: String?
    while jpeg[position] == 0xFF, jpeg[position + 1] != 0xDA {
      let length = Int(jpeg[position + 2]) << 8 | Int(jpeg[position + 3])
      let body = Array(jpeg[(position + 4)..<(position + 2 + length)])
      if jpeg[position + 1] == 0xE1, body.starts(with: "Exif\0\0".utf8) {
        found = try userComment(tiff: Array(body[6...]))
      }
      position += 2 + length
    }
    #expect(found == text)
    #expect(try Images.decode(jpeg).width == 24)
  }

  @Test("a WebP carries the text as EXIF UserComment", arguments: [plain, accented])
  func webp(text: String) throws {
    let webp = try Images.encode(Fixture.quarters, as: .webp(), text: text)
    func number(_ at: Int, _ count: Int) -> Int { webp[at..<(at + count)].reversed().reduce(0) { $0 << 8 | Int($1) } }
    #expect(number(4, 4) == webp.count - 8)
    var position = 12
    var found: String?
    var types: [String] = []
    while position < webp.count {
      let (type, length) = (String(decoding: webp[position..<(position + 4)], as: UTF8.self), number(position + 4, 4))
      types.append(type)
      if type == "VP8X" {
        #expect(webp[position + 8] & 0b1000 != 0)
        #expect(number(position + 12, 3) == 23 && number(position + 15, 3) == 15)
      }
      if type == "EXIF" { found = try userComment(tiff: Array(webp[(position + 8)..<(position + 8 + length)])) }
      position += 8 + length + length % 2
    }
    #expect(types.first == "VP8X" && position == webp.count)
    #expect(found == text)
    #expect(try Images.decode(webp).height == 16)
  }

  @Test("the longest text of a JPEG fills its segment, and one unit more is refused")
  func longestText() throws {
    let longest = try #require(ImageEncoding.jpeg().longestText)
    let jpeg = try Images.encode(Fixture.quarters, as: .jpeg(), text: String(repeating: "x", count: longest))
    #expect(try Images.decode(jpeg).width == 24)
    let segment = try #require((0..<64).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xE1 })
    #expect(Int(jpeg[segment + 2]) << 8 | Int(jpeg[segment + 3]) >= 0xFFFE)
    #expect(throws: ImageError.self) {
      try Images.encode(Fixture.quarters, as: .jpeg(), text: String(repeating: "x", count: longest + 1))
    }
  }

  @Test("a text too long for a JPEG segment is refused; the others take it")
  func longText() throws {
    let long = String(repeating: "word ", count: 8000)
    #expect(throws: ImageError.self) { try Images.encode(Fixture.quarters, as: .jpeg(), text: long) }
    #expect(try chunks(of: Images.encode(Fixture.quarters, as: .png, text: long))[1].body.count == 40_011)
    #expect(try Images.decode(Images.encode(Fixture.quarters, as: .webp(), text: long)).width == 24)
  }
}
