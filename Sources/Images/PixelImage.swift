/// An image in memory: 8-bit sRGB, interleaved RGB, rows from top to bottom with no padding.
package struct PixelImage: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `width * height * 3` bytes: R, G, B of the top left pixel, then of the one to its right.
  package private(set) var pixels: [UInt8]

  /// - Precondition: both sides are positive and `pixels` holds exactly `width * height * 3` bytes.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3, "pixels do not fill \(width)×\(height) RGB")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// An image of one colour.
  package init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    for index in 0..<(width * height) {
      pixels[index * 3] = red
      pixels[index * 3 + 1] = green
      pixels[index * 3 + 2] = blue
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// The colour at a column and a row.
  package subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    get {
      let offset = (y * width + x) * 3
      return (pixels[offset], pixels[offset + 1], pixels[offset + 2])
    }
    set {
      let offset = (y * width + x) * 3
      pixels[offset] = newValue.red
      pixels[offset + 1] = newValue.green
      pixels[offset + 2] = newValue.blue
    }
  }

  /// The rectangle of `width`×`height` whose top left corner is at `left`, `top`.
  /// - Precondition: the rectangle lies within the image.
  package func cropped(left: Int, top: Int, width: Int, height: Int) -> PixelImage {
    precondition(left >= 0 && top >= 0 && left + width <= self.width && top + height <= self.height)
    var result: [UInt8] = []
    result.reserveCapacity(width * height * 3)
    for row in top..<(top + height) {
      let start = (row * self.width + left) * 3
      result.append(contentsOf: pixels[start..<(start + width * 3)])
    }
    return PixelImage(width: width, height: height, pixels: result)
  }

  /// Copies `other` in with its top left corner at `left`, `top`; what falls outside is left out.
  package mutating func paste(_ other: PixelImage, left: Int, top: Int) {
    let columns = max(0, left)..<max(max(0, left), min(width, left + other.width))
    guard !columns.isEmpty else { return }
    for row in max(0, top)..<max(max(0, top), min(height, top + other.height)) {
      let source = ((row - top) * other.width + columns.lowerBound - left) * 3
      let target = (row * width + columns.lowerBound) * 3
      pixels.replaceSubrange(
        target..<(target + columns.count * 3), with: other.pixels[source..<(source + columns.count * 3)])
    }
  }
}
