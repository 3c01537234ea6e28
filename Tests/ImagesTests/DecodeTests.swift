import Foundation
import Images
import Testing

@Suite("Decoding images")
struct DecodeTests {
  static let encodings: [ImageEncoding] = [.png, .jpeg(), .webp()]

  @Test("what was encoded comes back: exactly from PNG, closely from JPEG and WebP", arguments: encodings)
  func roundTrip(encoding: ImageEncoding) throws {
    let image = Fixture.quarters
    let bytes = try Images.encode(image, as: encoding)
    #expect(ImageFileFormat(signatureOf: bytes) == encoding.format)
    let decoded = try Images.decode(bytes)
    #expect(decoded.width == 24 && decoded.height == 16)
    if encoding == .png { #expect(decoded == image) }
    for (x, y) in [(5, 3), (18, 3), (5, 12), (18, 12)] {
      let (red, green, blue) = image[x, y]
      #expect(
        near(decoded[x, y], (Int(red), Int(green), Int(blue)), tolerance: encoding == .png ? 0 : 12), "at \(x),\(y)")
    }
    let probed = try Images.probe(bytes)
    #expect(probed == (24, 16, encoding.format))
  }

  @Test("each EXIF orientation is undone", arguments: 1...8)
  func orientation(value: Int) throws {
    // Quarter colours of the stored image, read as (top left, top right, bottom left, bottom right) once shown.
    let shown: [Int: [(Int, Int, Int)]] = {
      let (r, g, b, n) = ((230, 20, 20), (20, 200, 20), (20, 20, 220), (128, 128, 128))
      return [
        1: [r, g, b, n], 2: [g, r, n, b], 3: [n, b, g, r], 4: [b, n, r, g],
        5: [r, b, g, n], 6: [b, r, n, g], 7: [n, g, b, r], 8: [g, n, r, b],
      ]
    }()
    let stored = try Images.encode(Fixture.quarters, as: .jpeg(quality: 100))
    let bytes = Fixture.jpeg(stored, adding: 0xE1, Fixture.exif(orientation: UInt8(value)))
    let image = try Images.decode(bytes)
    let turned = value > 4
    #expect(image.width == (turned ? 16 : 24) && image.height == (turned ? 24 : 16))
    #expect(try Images.probe(bytes) == (image.width, image.height, .jpeg))
    let (w, h) = (image.width, image.height)
    let places = [(w / 4, h / 4), (w * 3 / 4, h / 4), (w / 4, h * 3 / 4), (w * 3 / 4, h * 3 / 4)]
    for (place, colour) in zip(places, shown[value]!) {
      #expect(near(image[place.0, place.1], colour, tolerance: 14), "orientation \(value) at \(place)")
    }
  }

  @Test("an embedded ICC profile is converted to sRGB")
  func iccProfile() throws {
    let plain = try Images.encode(PixelImage(width: 8, height: 8, red: 255, green: 0, blue: 0), as: .jpeg(quality: 100))
    let profiled = Fixture.jpeg(
      plain, adding: 0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + Fixture.profileWithRedAndBlueExchanged())
    #expect(near(try Images.decode(plain)[4, 4], (255, 0, 0), tolerance: 3))
    #expect(near(try Images.decode(profiled)[4, 4], (0, 0, 255), tolerance: 6))
  }

  @Test("a broken ICC profile does not cost the photo")
  func brokenProfile() throws {
    let plain = try Images.encode(
      PixelImage(width: 8, height: 8, red: 250, green: 10, blue: 10), as: .jpeg(quality: 100))
    let junk = Fixture.jpeg(
      plain, adding: 0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + Array("no profile at all".utf8))
    #expect(near(try Images.decode(junk)[4, 4], (250, 10, 10), tolerance: 4))
  }

  @Test("transparency is laid on white")
  func alpha() throws {
    let bytes = Fixture.png(
      width: 3, height: 1, depth: 8, colourType: 6, rows: [[255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 128]])
    let image = try Images.decode(bytes)
    #expect(near(image[0, 0], (255, 0, 0)))
    #expect(near(image[1, 0], (255, 255, 255)))
    #expect(near(image[2, 0], (127, 127, 127), tolerance: 1))
  }

  @Test("sixteen bits become eight, with and without transparency")
  func sixteenBits() throws {
    let opaque = Fixture.png(
      width: 1, height: 1, depth: 16, colourType: 2, rows: [[0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00]])
    #expect(near(try Images.decode(opaque)[0, 0], (255, 128, 0), tolerance: 1))
    let clear = Fixture.png(
      width: 2, height: 1, depth: 16, colourType: 6,
      rows: [[0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0]])
    let image = try Images.decode(clear)
    #expect(near(image[0, 0], (255, 0, 0), tolerance: 1))
    #expect(near(image[1, 0], (255, 255, 255)))
  }

  @Test("grey, grey with transparency, one bit and palettes become RGB")
  func otherKinds() throws {
    let grey = Fixture.png(width: 2, height: 1, depth: 8, colourType: 0, rows: [[0, 200]])
    #expect(near(try Images.decode(grey)[1, 0], (200, 200, 200), tolerance: 1))
    let greyAlpha = Fixture.png(width: 2, height: 1, depth: 8, colourType: 4, rows: [[0, 0, 90, 255]])
    #expect(near(try Images.decode(greyAlpha)[0, 0], (255, 255, 255)))
    #expect(near(try Images.decode(greyAlpha)[1, 0], (90, 90, 90), tolerance: 1))
    let oneBit = Fixture.png(width: 2, height: 1, depth: 1, colourType: 0, rows: [[0b0100_0000]])
    let blackAndWhite = try Images.decode(oneBit)
    #expect(near(blackAndWhite[0, 0], (0, 0, 0)) && near(blackAndWhite[1, 0], (255, 255, 255)))
    let palette = Fixture.png(
      width: 2, height: 1, depth: 8, colourType: 3, rows: [[1, 0]],
      extra: [Fixture.chunk("PLTE", [10, 20, 30, 200, 100, 50])])
    #expect(near(try Images.decode(palette)[0, 0], (200, 100, 50)))
  }

  @Test("many images at once come out as one at a time would")
  func concurrency() async throws {
    var generator = SeededGenerator(seed: 7)
    let images = (0..<16).map { Fixture.noise(width: 20 + $0, height: 33, using: &generator) }
    let encoded = try images.map { try Images.encode($0, as: .png) }
    let results = try await withThrowingTaskGroup(of: (Int, PixelImage).self) { group in
      for (index, bytes) in encoded.enumerated() { group.addTask { (index, try Images.decode(bytes)) } }
      return try await group.reduce(into: [Int: PixelImage]()) { $0[$1.0] = $1.1 }
    }
    for (index, image) in images.enumerated() { #expect(results[index] == image) }
  }
}
