internal import CVips

/// A line or a few of text, drawn.
struct Caption {
  let width: Int
  let height: Int
  /// 0 where there is no ink, 255 where it is full.
  private let coverage: [UInt8]

  /// Draws `text`, wrapped at `width` pixels. Nil for an empty text and on a machine without any font: a grid without
  /// captions is better than none.
  init?(_ text: String, width: Int, points: Int) throws(ImageError) {
    try Vips.start()
    let markup = Self.escaped(text)
    guard !markup.isEmpty else { return nil }
    do throws(ImageError) {
      let picture = try VipsPicture.made(orThrow: .internalError) {
        lorikeet_vips_text($0, markup, "sans \(points)", Int32(clamping: width))
      }
      let bytes = try picture.copyBytes()
      guard picture.bands == 1, bytes.count == picture.width * picture.height else { return nil }
      (self.width, self.height, coverage) = (picture.width, picture.height, bytes)
    } catch {
      return nil
    }
  }

  /// Blends dark ink into `image`; what falls outside it is left out.
  func draw(on image: inout PixelImage, left: Int, top: Int) {
    for y in 0..<height where (0..<image.height).contains(top + y) {
      for x in 0..<width where (0..<image.width).contains(left + x) {
        let ink = Int(coverage[y * width + x])
        guard ink > 0 else { continue }
        let below = image[left + x, top + y]
        func blend(_ channel: UInt8) -> UInt8 { UInt8((Int(channel) * (255 - ink) + 32 * ink) / 255) }
        image[left + x, top + y] = (blend(below.red), blend(below.green), blend(below.blue))
      }
    }
  }

  /// Pango reads markup, and a prompt may well hold `<lora:name:1>`.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\n": result += "\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
