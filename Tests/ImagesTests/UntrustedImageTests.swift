import Foundation
import Images
import Testing

@Suite("Untrusted image files")
struct UntrustedImageTests {
  func kind(of bytes: [UInt8], limits: ImageLimits = .defaults) -> ImageError.Kind? {
    do throws(ImageError) {
      _ = try Images.decode(bytes, limits: limits)
      return nil
    } catch { return error.kind }
  }

  /// The most memory this process has held so far, in bytes.
  func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.split(separator: " ", omittingEmptySubsequences: true)[1])) * 1024
  }

  @Test(
    "text, nothing, and formats that are not ours are refused by their first bytes",
    arguments: [
      Array("just a text file, nothing more".utf8), [], [0xFF], Array("GIF89a\u{1}\0\u{1}\0".utf8),
      Array("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>".utf8), Array("II*\0\u{8}\0\0\0".utf8),
      Array("%PDF-1.7".utf8), Array("RIFF\0\0\0\0WAVE".utf8),
    ])
  func foreign(bytes: [UInt8]) {
    #expect(kind(of: bytes) == .unsupportedFormat)
  }

  @Test("a 50,000×50,000 PNG is refused by its header, without memory for its pixels")
  func hugePNG() throws {
    let bytes = Fixture.png(width: 50_000, height: 50_000, depth: 8, colourType: 2, rows: [[0, 0, 0]])
    let before = try peakMemory()
    #expect(kind(of: bytes) == .tooLarge)
    #expect(throws: ImageError.self) { try Images.probe(bytes) }
    #expect(try peakMemory() - before < 500 << 20)  // its pixels would take 7,500 MB
  }

  @Test("a PNG header with impossible sides is an error", arguments: [(0, 5), (5, 0), (0x7FFF_FFFF, 0x7FFF_FFFF)])
  func impossibleSides(width: Int, height: Int) {
    let bytes = Fixture.png(width: width, height: height, depth: 8, colourType: 2, rows: [[0, 0, 0]])
    let found = kind(of: bytes)
    #expect(found == .corrupt || found == .tooLarge)
  }

  @Test("a file above the byte limit is refused before it is looked at")
  func byteLimit() throws {
    let bytes = try Images.encode(Fixture.quarters, as: .png)
    #expect(kind(of: bytes, limits: ImageLimits(maxBytes: bytes.count - 1, maxPixels: 1000)) == .tooLarge)
    #expect(kind(of: bytes, limits: ImageLimits(maxBytes: bytes.count, maxPixels: 24 * 16 - 1)) == .tooLarge)
    #expect(kind(of: bytes, limits: ImageLimits(maxBytes: bytes.count, maxPixels: 24 * 16)) == nil)
  }

  @Test("a file cut short is damaged, not half an image", arguments: DecodeTests.encodings)
  func cutShort(encoding: ImageEncoding) throws {
    var generator = SeededGenerator(seed: 11)
    let bytes = try Images.encode(Fixture.noise(width: 200, height: 150, using: &generator), as: encoding)
    for part in [0.1, 0.5, 0.9] {
      #expect(kind(of: Array(bytes.prefix(Int(Double(bytes.count) * part)))) == .corrupt, "\(part) of the file")
    }
  }

  @Test("a PNG that promises more rows than it holds is damaged")
  func missingRows() {
    #expect(kind(of: Fixture.png(width: 4, height: 100, depth: 8, colourType: 0, rows: [[1, 2, 3, 4]])) == .corrupt)
  }

  @Test("any damage gives an image or an error, never a crash", arguments: DecodeTests.encodings)
  func damage(encoding: ImageEncoding) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let whole = try Images.encode(
      Fixture.noise(width: 61, height: 47, using: &generator), as: encoding, text: "a prompt\nSteps: 1")
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
      do throws(ImageError) {
        let image = try Images.decode(bytes, limits: ImageLimits(maxBytes: 1 << 20, maxPixels: 1 << 20))
        #expect(image.pixels.count == image.width * image.height * 3, "seed \(seed)")
      } catch {
        #expect([.corrupt, .tooLarge, .unsupportedFormat].contains(error.kind), "seed \(seed): \(error)")
        #expect(!error.message.contains("\n"), "seed \(seed)")
      }
    }
  }

  @Test("a missing file, a folder and a named pipe are unreadable, each with its path and reason")
  func unreadable() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.appendingPathComponent("missing.png").path, folder.path, pipe] {
      do throws(ImageError) {
        _ = try Images.decode(path: path)
        Issue.record("decoded \(path)")
      } catch {
        #expect(error.kind == .unreadableFile && error.message.hasPrefix(path))
      }
    }
    let image = folder.appendingPathComponent("an image called anything.txt").path
    try Data(Images.encode(Fixture.quarters, as: .png)).write(to: URL(fileURLWithPath: image))
    #expect(try Images.decode(path: image) == Fixture.quarters)
  }
}
