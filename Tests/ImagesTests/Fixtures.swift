import Images

/// Files made by hand, byte by byte: the decoder is judged by the formats' specifications and not by our encoder.
enum Fixture {
  static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 0xFF) } }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    bigEndian(UInt32(body.count)) + Array(type.utf8) + body + bigEndian(crc32(Array(type.utf8) + body))
  }

  /// A zlib stream of one stored block.
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let length = UInt16(bytes.count)
    let lengths = [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
    return [0x78, 0x01, 0x01] + lengths + bytes + bigEndian(b << 16 | a)
  }

  /// A PNG whose scanlines are given as they stand in the file, without their filter bytes.
  static func png(
    width: Int, height: Int, depth: UInt8, colourType: UInt8, rows: [[UInt8]], extra: [[UInt8]] = []
  ) -> [UInt8] {
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [depth, colourType, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + extra.flatMap { $0 }
      + chunk("IDAT", zlib(rows.flatMap { [0] + $0 })) + chunk("IEND", [])
  }

  /// A JPEG segment (marker 0xFF, `marker`) put straight behind the start of the image.
  static func jpeg(_ jpeg: [UInt8], adding marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = body.count + 2
    return Array(jpeg[..<2]) + [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + body + jpeg[2...]
  }

  /// An EXIF body with nothing but the orientation, little-endian.
  static func exif(orientation: UInt8) -> [UInt8] {
    Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
  }

  /// An ICC profile of sRGB's primaries in another order, with a gamma of 1: what the file calls red is shown as blue.
  static func profileWithRedAndBlueExchanged() -> [UInt8] {
    func fixed(_ value: Double) -> [UInt8] { bigEndian(UInt32(bitPattern: Int32((value * 65536).rounded()))) }
    func xyz(_ x: Double, _ y: Double, _ z: Double) -> [UInt8] {
      Array("XYZ ".utf8) + [0, 0, 0, 0] + fixed(x) + fixed(y) + fixed(z)
    }
    let linear = Array("curv".utf8) + [0, 0, 0, 0, 0, 0, 0, 0]
    let red = xyz(0.43607, 0.22249, 0.01392)
    let green = xyz(0.38515, 0.71687, 0.09708)
    let blue = xyz(0.14307, 0.06061, 0.71410)
    let text = Array("text".utf8) + [0, 0, 0, 0] + Array("none\0\0\0\0".utf8)
    let description =
      Array("desc".utf8) + [0, 0, 0, 0, 0, 0, 0, 5] + Array("swap\0".utf8) + [UInt8](repeating: 0, count: 82)
    let tags: [(String, [UInt8])] = [
      ("desc", description), ("cprt", text), ("wtpt", xyz(0.9642, 1, 0.8249)),
      ("rXYZ", blue), ("gXYZ", green), ("bXYZ", red), ("rTRC", linear), ("gTRC", linear), ("bTRC", linear),
    ]
    var table = bigEndian(UInt32(tags.count))
    var data: [UInt8] = []
    let start = 128 + 4 + tags.count * 12
    for (name, body) in tags {
      table += Array(name.utf8) + bigEndian(UInt32(start + data.count)) + bigEndian(UInt32(body.count))
      data += body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    }
    var header = bigEndian(UInt32(start + data.count)) + [0, 0, 0, 0] + bigEndian(0x0210_0000)
    header += Array("mntrRGB XYZ ".utf8) + [7, 226, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0] + Array("acsp".utf8)
    header += [UInt8](repeating: 0, count: 28) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    header += [UInt8](repeating: 0, count: 128 - header.count)
    return header + table + data
  }

  /// 24×16, in four solid quarters: red, green / blue, grey.
  static let quarters: PixelImage = {
    var image = PixelImage(width: 24, height: 16, red: 128, green: 128, blue: 128)
    image.paste(PixelImage(width: 12, height: 8, red: 230, green: 20, blue: 20), left: 0, top: 0)
    image.paste(PixelImage(width: 12, height: 8, red: 20, green: 200, blue: 20), left: 12, top: 0)
    image.paste(PixelImage(width: 12, height: 8, red: 20, green: 20, blue: 220), left: 0, top: 8)
    return image
  }()

  /// Colourful noise that compresses badly, for damage tests.
  static func noise(width: Int, height: Int, using generator: inout some RandomNumberGenerator) -> PixelImage {
    PixelImage(
      width: width, height: height,
      pixels: (0..<(width * height * 3)).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }
}

/// Reproducible random numbers (SplitMix64). A failing test names the seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Whether two colours differ by at most `tolerance` in every channel.
func near(
  _ a: (red: UInt8, green: UInt8, blue: UInt8), _ b: (Int, Int, Int), tolerance: Int = 0
) -> Bool {
  abs(Int(a.red) - b.0) <= tolerance && abs(Int(a.green) - b.1) <= tolerance && abs(Int(a.blue) - b.2) <= tolerance
}
