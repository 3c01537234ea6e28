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

  @Test("an image that was scaled up from a few pixels is far less sharp than its original, at any size")
  func sharpness() throws {
    for side in [96, 192, 600] {
      let image = try scene(4, side: side)
      let blurred = try Images.resize(
        Images.resize(image, width: side / 12, height: side / 12), width: side, height: side)
      #expect(try ImageMeasures(image).sharpness > 40, "side \(side)")
      #expect(try ImageMeasures(blurred).sharpness < 30, "side \(side)")
    }
  }

  @Test("one colour has no contrast and no sharpness")
  func uniform() throws {
    let measures = try ImageMeasures(PixelImage(width: 40, height: 30, red: 90, green: 20, blue: 200))
    #expect(measures.contrast < 1e-3 && measures.sharpness < 1e-3)
    #expect(measures.size == PixelSize(width: 40, height: 30))
  }

  @Test("the smallest images have measures too")
  func tiny() throws {
    for side in [1, 2, 3] {
      #expect(try ImageMeasures(PixelImage(width: side, height: side, red: 1, green: 2, blue: 3)).sharpness == 0)
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
