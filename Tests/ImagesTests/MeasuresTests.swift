import Foundation
import Testing

@testable import Images

@Suite("What is measured on an image")
struct MeasuresTests {
  /// Soft colours and hard shapes, different for every seed.
  private func scene(_ seed: UInt64, side: Int = 192) throws -> PixelImage {
    var generator = SeededGenerator(seed: seed)
    let soft = try Images.resize(Fixture.noise(width: 5, height: 4, using: &generator), width: side, height: side)
    var image = soft
    for _ in 0..<6 {
      let part = PixelImage(
        width: Int.random(in: side / 8...side / 2, using: &generator),
        height: Int.random(in: side / 8...side / 2, using: &generator),
        red: .random(in: 0...255, using: &generator), green: .random(in: 0...255, using: &generator),
        blue: .random(in: 0...255, using: &generator))
      image.paste(
        part, left: .random(in: 0..<side, using: &generator), top: .random(in: 0..<side, using: &generator))
    }
    return image
  }

  @Test("a smaller copy and a poor JPEG of an image hash nearly alike, other images do not", arguments: [1, 2, 3])
  func hashes(seed: UInt64) throws {
    let image = try scene(seed)
    let hash = try PerceptualHash(image)
    let small = try Images.resize(image, width: 70, height: 70)
    let poor = try Images.decode(Images.encode(image, as: .jpeg(quality: 25)))
    #expect(try PerceptualHash(small).distance(to: hash) <= 4)
    #expect(try PerceptualHash(poor).distance(to: hash) <= 4)
    let measures = try ImageMeasures(image)
    for copy in [small, poor] {
      let difference = try ImageMeasures(copy).difference(from: measures)
      #expect(difference.shapes <= 4 && difference.colours < 5, "\(difference)")
    }
    for other in 10..<30 as Range<UInt64> {
      #expect(try PerceptualHash(scene(other)).distance(to: hash) > 10, "seed \(other)")
    }
  }

  @Test("a sharp drawing is as sharp at every size, its blurred twin at none", arguments: [4, 5, 6])
  func sharpness(seed: UInt64) throws {
    let drawing = try scene(seed, side: 640)
    let twin = try Images.resize(Images.resize(drawing, width: 20, height: 20), width: 640, height: 640)
    var found: [Double] = []
    for side in [96, 192, 384, 640] {
      found.append(try Images.resize(drawing, width: side, height: side).sharpness())
      let blurred = try Images.resize(twin, width: side, height: side)
      #expect(blurred.sharpness() < 12, "side \(side)")
      // Of a thumbnail the blocks of a JPEG are a part of the picture.
      guard side > 96 else { continue }
      let poor = try Images.decode(Images.encode(blurred, as: .jpeg(quality: 60)))
      #expect(poor.sharpness() < 12, "side \(side)")
    }
    let least = try #require(found.min()), most = try #require(found.max())
    // The variance of the Laplacian falls eightfold over these sizes.
    #expect(least > 18 && most < 2 * least, "\(found)")
  }

  @Test("what is soft in a large picture may be sharp in a small copy")
  func softness() throws {
    let drawing = try scene(4, side: 640)
    let soft = try Images.resize(Images.resize(drawing, width: 160, height: 160), width: 640, height: 640)
    #expect(soft.sharpness() < drawing.sharpness() / 3)
    let small = try Images.resize(soft, width: 80, height: 80).sharpness()
    #expect(try small > Images.resize(drawing, width: 80, height: 80).sharpness() * 0.7)
  }

  @Test("one colour has no contrast and no sharpness")
  func uniform() throws {
    let image = PixelImage(width: 40, height: 30, red: 90, green: 20, blue: 200)
    let measures = try ImageMeasures(image)
    #expect(measures.contrast < 1e-3 && image.sharpness() == 0)
    #expect(measures.size == PixelSize(width: 40, height: 30))
  }

  @Test("the smallest images have measures too")
  func tiny() throws {
    for side in [1, 2, 3] {
      let image = PixelImage(width: side, height: side, red: 1, green: 2, blue: 3)
      #expect(try ImageMeasures(image).contrast < 1e-3 && image.sharpness() == 0)
    }
  }

  @Test("a print picture in CMYK becomes sRGB")
  func cmyk() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/cmyk.jpg").path
    let image = try Images.decode(path: path)
    let (cyan, magenta, yellow, black) = (image[8, 8], image[24, 8], image[8, 24], image[24, 24])
    // Which cyan exactly is the profile's matter.
    #expect(cyan.red < 100 && cyan.blue > 150)
    #expect(magenta.green < 100 && magenta.red > 150)
    #expect(yellow.blue < 100 && yellow.red > 180 && yellow.green > 180)
    #expect(black.red < 70 && black.green < 70 && black.blue < 70)
  }
}
