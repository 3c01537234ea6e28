import Foundation
import Images
import Testing

@Suite("Masks and outpainting")
struct MaskTests {
  private func image(_ width: Int, _ height: Int) -> PixelImage {
    PixelImage(width: width, height: height, pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  private func mask(_ width: Int, _ height: Int, _ box: PixelBox) -> PixelMask {
    var picture = PixelImage(width: width, height: height, red: 0, green: 0, blue: 0)
    picture.paste(
      PixelImage(width: box.width, height: box.height, red: 255, green: 255, blue: 255), left: box.left, top: box.top)
    return PixelMask(brightIn: picture)
  }

  @Test("what is at least half as bright as white is meant")
  func brightness() {
    let greys: [UInt8] = [0, 127, 128, 255]
    let row = PixelImage(width: 4, height: 1, pixels: greys.flatMap { [$0, $0, $0] })
    #expect(PixelMask(brightIn: row).values == [0, 0, 1, 1])
    let none = PixelMask(width: 3, height: 2, filled: false)
    #expect(none.isEmpty && none.boundingBox == nil)
  }

  @Test("a mask's box is the smallest around it, and parts of it are as they lie")
  func boxes() {
    let box = PixelBox(left: 3, top: 1, right: 7, bottom: 4)
    let mask = mask(9, 6, box)
    #expect(mask.boundingBox == box)
    #expect(mask.cropped(to: PixelBox(left: 2, top: 0, right: 5, bottom: 2)).values == [0, 0, 0, 0, 1, 1])
    #expect(mask.resized(width: 18, height: 12).boundingBox == PixelBox(left: 6, top: 2, right: 14, bottom: 8))
    var whole = PixelMask(width: 9, height: 6, filled: true)
    whole.clear(PixelBox(left: -5, top: -5, right: 9, bottom: 5))
    #expect(whole.boundingBox == PixelBox(left: 0, top: 5, right: 9, bottom: 6))
    whole.formUnion(mask, left: -3, top: -1)
    #expect(whole.values.prefix(5) == [1, 1, 1, 1, 0])
  }

  @Test("a soft edge falls with the true distance and ends at the radius")
  func softEdge() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let (width, height) = (Int.random(in: 1...24, using: &generator), Int.random(in: 1...24, using: &generator))
      let radius = Int.random(in: 0...6, using: &generator)
      var picture = PixelImage(width: width, height: height, red: 0, green: 0, blue: 0)
      var points: [(x: Int, y: Int)] = []
      for _ in 0..<3 {
        let (x, y) = (Int.random(in: 0..<width, using: &generator), Int.random(in: 0..<height, using: &generator))
        picture[x, y] = (255, 255, 255)
        points.append((x, y))
      }
      let opacity = PixelMask(brightIn: picture).opacity(radius: radius)
      for y in 0..<height {
        for x in 0..<width {
          let distance = points.map { hypot(Double($0.x - x), Double($0.y - y)) }.min() ?? 0
          let share: Double = min(distance / max(Double(radius), 1), 1)
          let expected: Double = 255 * (1 - share * share * (3 - 2 * share))
          #expect(abs(Double(opacity[y * width + x]) - expected) <= 0.5, "seed \(seed)")
        }
      }
    }
  }

  @Test("blending changes nothing where it is transparent and all where it is opaque, wherever it is laid")
  func blending() {
    let (under, over) = (image(7, 5), PixelImage(width: 3, height: 3, red: 200, green: 0, blue: 100))
    var result = under
    result.blend(over, left: 5, top: -1, opacity: [255, 255, 255, 255, 0, 255, 128, 255, 0])
    for y in 0..<5 {
      for x in 0..<7 where !((x, y) == (5, 0) || (x, y) == (5, 1) || (x, y) == (6, 1)) {
        #expect(result[x, y] == under[x, y])
      }
    }
    #expect(result[5, 0] == (200, 0, 100) && result[6, 1] == (200, 0, 100))
    #expect(abs(Int(result[5, 1].red) - (Int(under[5, 1].red) + 200) / 2) <= 1)
  }

  @Test("an extended image keeps its pixels, and its surroundings have its colours")
  func extending() {
    let small = PixelImage(width: 4, height: 3, red: 20, green: 120, blue: 220)
    let large = small.extended(left: 9, top: 2, right: 0, bottom: 30)
    #expect(large.width == 13 && large.height == 35)
    #expect(large.cropped(left: 9, top: 2, width: 4, height: 3) == small)
    var sum = 0
    for y in 0..<35 { for x in 0..<13 { sum += Int(large[x, y].green) } }
    #expect((110...130).contains(sum / (13 * 35)))
    #expect(large == small.extended(left: 9, top: 2, right: 0, bottom: 30))
    #expect(Set((3..<33).map { large[10, $0].green }).count > 10)
  }

  @Test("a long image is scaled down in proportion, a small one left as it is")
  func within() throws {
    let long = try Images.within(image(200, 10), longestSide: 50)
    #expect(long.width == 50 && long.height == 3)
    #expect(try Images.within(image(20, 10), longestSide: 20) == image(20, 10))
  }
}
