/// A background and what stands on it.
package struct Scene: Sendable {
  /// Every drawing of the tiny world is square, this many pixels on a side.
  package static let size = 128

  package var background: Colour
  /// The background's change of lightness from one edge to the other, and its direction.
  package var gradient: SIMD2<Float>
  package var figures: [Figure]

  package init(background: Colour, gradient: SIMD2<Float> = .zero, figures: [Figure]) {
    self.background = background
    self.gradient = gradient
    self.figures = figures
  }

  /// The colours of the window that begins at column `x`, row `y`, three floats a pixel, each from 0 to 1.
  package func render(into pixels: UnsafeMutableBufferPointer<Float>, x: Int = 0, y: Int = 0, side: Int = size) {
    precondition(pixels.count == side * side * 3, "a drawing needs side × side × 3 floats")
    let size = Float(Self.size)
    var at = 0
    for row in y..<(y + side) {
      for column in x..<(x + side) {
        let pixel = SIMD2(Float(column) + 0.5, Float(row) + 0.5)
        let lightness = ((pixel / size - 0.5) * gradient).sum()
        var colour = (background + lightness).clamped(lowerBound: .zero, upperBound: .one)
        for figure in figures { colour = figure.shade(pixel, over: colour) }
        pixels[at] = colour.x
        pixels[at + 1] = colour.y
        pixels[at + 2] = colour.z
        at += 3
      }
    }
  }

  package func picture() -> Picture {
    let count = Self.size * Self.size * 3
    let floats = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      render(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
    let bytes = floats.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) }
    return Picture(width: Self.size, height: Self.size, pixels: bytes)
  }
}
