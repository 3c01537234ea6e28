/// Interleaved RGB bytes, row by row from the top.
package struct Picture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package var pixels: [UInt8]

  /// - Precondition: `pixels.count == width * height * 3`.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3, "a picture needs width × height × 3 bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The colour at column `x`, row `y`, both within the picture.
  package func colour(_ x: Int, _ y: Int) -> Colour {
    let at = (y * width + x) * 3
    return Colour(Int(pixels[at]), Int(pixels[at + 1]), Int(pixels[at + 2]))
  }
}
