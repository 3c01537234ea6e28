extension PixelImage {
  /// Lays `other` over this image with its top left corner at `left`, `top`; what falls outside is left out. Where
  /// `opacity` is 0 the pixels stay as they are.
  ///
  /// - Parameter opacity: one value for each pixel of `other`, 255 for all of it.
  /// - Precondition: `opacity` has as many values as `other` has pixels.
  package mutating func blend(_ other: PixelImage, left: Int, top: Int, opacity: [UInt8]) {
    precondition(opacity.count == other.width * other.height)
    let columns = max(0, -left)..<max(max(0, -left), min(other.width, width - left))
    for row in 0..<other.height where (0..<height).contains(row + top) {
      for column in columns {
        let share = Int(opacity[row * other.width + column])
        guard share > 0 else { continue }
        let over = other[column, row], under = self[column + left, row + top]
        func mixed(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Int(a) * share + Int(b) * (255 - share) + 127) / 255) }
        self[column + left, row + top] = (
          mixed(over.red, under.red), mixed(over.green, under.green), mixed(over.blue, under.blue)
        )
      }
    }
  }

  /// This image set into a larger one, mirrored over its edges, with noise that grows with the distance: something for
  /// a model to paint over that has the picture's colours but no repeating shapes.
  ///
  /// - Parameters: the margins in pixels, none negative.
  package func extended(left: Int, top: Int, right: Int, bottom: Int) -> PixelImage {
    precondition(left >= 0 && top >= 0 && right >= 0 && bottom >= 0)
    var canvas = PixelImage(width: width + left + right, height: height + top + bottom, red: 0, green: 0, blue: 0)
    var state: UInt64 = 0
    for row in 0..<canvas.height {
      for column in 0..<canvas.width {
        let (x, dx) = Self.mirrored(column - left, width), (y, dy) = Self.mirrored(row - top, height)
        guard dx + dy > 0 else {
          canvas[column, row] = self[x, y]
          continue
        }
        let amplitude = min(16 + dx + dy, 96)
        let source = self[x, y]
        func noisy(_ value: UInt8) -> UInt8 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return UInt8(clamping: Int(value) + Int(state >> 33) % (2 * amplitude + 1) - amplitude)
        }
        canvas[column, row] = (noisy(source.red), noisy(source.green), noisy(source.blue))
      }
    }
    return canvas
  }

  /// The place within 0..<count that `index` is mirrored to, and how far outside it lies.
  private static func mirrored(_ index: Int, _ count: Int) -> (place: Int, distance: Int) {
    if (0..<count).contains(index) { return (index, 0) }
    let period = 2 * count
    let phase = ((index % period) + period) % period
    return (phase < count ? phase : period - 1 - phase, index < 0 ? -index : index - count + 1)
  }
}
