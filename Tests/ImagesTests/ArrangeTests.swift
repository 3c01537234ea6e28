import Images
import Testing

@Suite("Scaling, cropping and grids")
struct ArrangeTests {
  @Test("scaling gives exactly the size asked for")
  func sizes() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      let source = PixelImage(
        width: .random(in: 1...300, using: &generator), height: .random(in: 1...300, using: &generator),
        red: 40, green: 90, blue: 160)
      let (width, height) = (Int.random(in: 1...400, using: &generator), Int.random(in: 1...400, using: &generator))
      let scaled = try Images.resize(source, width: width, height: height)
      #expect(scaled.width == width && scaled.height == height, "seed \(seed): \(source.width)×\(source.height)")
      #expect(near(scaled[width / 2, height / 2], (40, 90, 160), tolerance: 1), "seed \(seed)")
    }
  }

  @Test("scaling down averages: a fine checkerboard becomes grey")
  func averages() throws {
    var board = PixelImage(width: 64, height: 64, red: 0, green: 0, blue: 0)
    for y in 0..<64 { for x in 0..<64 where (x + y) % 2 == 0 { board[x, y] = (255, 255, 255) } }
    let scaled = try Images.resize(board, width: 16, height: 16)
    #expect(near(scaled[8, 8], (128, 128, 128), tolerance: 6))
  }

  @Test("cover keeps the middle and fills the frame")
  func cover() throws {
    var wide = PixelImage(width: 90, height: 30, red: 0, green: 0, blue: 0)
    wide.paste(PixelImage(width: 30, height: 30, red: 200, green: 0, blue: 0), left: 30, top: 0)
    let square = try Images.cover(wide, width: 30, height: 30)
    #expect(square == PixelImage(width: 30, height: 30, red: 200, green: 0, blue: 0))
    let tall = try Images.cover(PixelImage(width: 20, height: 900, red: 9, green: 9, blue: 9), width: 64, height: 32)
    #expect(tall.width == 64 && tall.height == 32)
    let sliver = try Images.cover(PixelImage(width: 5000, height: 1, red: 9, green: 9, blue: 9), width: 16, height: 512)
    #expect(sliver.width == 16 && sliver.height == 512)
  }

  @Test("a crop larger than the image is the image")
  func crop() {
    #expect(Images.centerCrop(Fixture.quarters, width: 999, height: 999) == Fixture.quarters)
    let middle = Images.centerCrop(Fixture.quarters, width: 2, height: 2)
    #expect(near(middle[0, 0], (230, 20, 20)) && near(middle[1, 1], (128, 128, 128)))
  }

  @Test("impossible sizes are refused", arguments: [(0, 10), (10, 0), (-5, 5), (1 << 20, 4)])
  func impossible(width: Int, height: Int) {
    #expect(throws: ImageError.self) { try Images.resize(Fixture.quarters, width: width, height: height) }
    #expect(throws: ImageError.self) { try Images.cover(Fixture.quarters, width: width, height: height) }
  }

  @Test("pasting clips at every edge")
  func paste() {
    var canvas = PixelImage(width: 4, height: 4, red: 0, green: 0, blue: 0)
    let patch = PixelImage(width: 3, height: 3, red: 255, green: 255, blue: 255)
    for (left, top) in [(-2, -2), (3, 3), (-9, 0), (0, 9)] { canvas.paste(patch, left: left, top: top) }
    let white = (0..<16).filter { canvas[$0 % 4, $0 / 4].red == 255 }
    #expect(white == [0, 15])
  }

  @Test("a grid places each image in its cell and writes captions in the margins")
  func grid() throws {
    let red = PixelImage(width: 8, height: 8, red: 255, green: 0, blue: 0)
    let blue = PixelImage(width: 8, height: 4, red: 0, green: 0, blue: 255)
    let bare = try Images.grid([[red, blue], [blue]], cellSize: 64)
    #expect(bare.width == 64 * 2 + 4 * 3 && bare.height == 64 * 2 + 4 * 3)
    #expect(near(bare[4 + 32, 4 + 32], (255, 0, 0), tolerance: 1))
    #expect(near(bare[4 + 68 + 32, 4 + 32], (0, 0, 255), tolerance: 1))
    #expect(near(bare[4 + 68 + 32, 4 + 4], (255, 255, 255)))  // the wide one is centred, white above it
    #expect(near(bare[4 + 68 + 32, 4 + 68 + 32], (255, 255, 255)))  // no image in the last cell

    let captioned = try Images.grid(
      [[red, blue], [blue]], rowCaptions: ["with <lora:sks1:1> & trigger", ""], columnCaptions: ["a", "b"], cellSize: 64
    )
    #expect(captioned.width == bare.width + 68 && captioned.height > bare.height)
    func ink(_ columns: Range<Int>, _ rows: Range<Int>) -> Int {
      rows.reduce(0) { sum, y in sum + columns.filter { captioned[$0, y].red < 128 }.count }
    }
    let header = captioned.height - bare.height
    #expect(ink(0..<68, header..<(header + 68)) > 20)  // the first row's caption
    #expect(ink(0..<68, (header + 72)..<captioned.height) == 0)  // the second row has none
    #expect(ink(72..<136, 0..<header) > 3 && ink(140..<204, 0..<header) > 3)
  }

  @Test("a grid of nothing, or of an absurd size, is refused")
  func badGrid() {
    #expect(throws: ImageError.self) { try Images.grid([]) }
    #expect(throws: ImageError.self) { try Images.grid([[], []]) }
    let image = PixelImage(width: 1, height: 1, red: 0, green: 0, blue: 0)
    #expect(throws: ImageError.self) { try Images.grid([[image]], cellSize: 5) }
    #expect(throws: ImageError.self) {
      try Images.grid([[PixelImage]](repeating: [image, image, image], count: 3), cellSize: 4096)
    }
  }
}
