/// Which pixels of an image are meant.
package struct PixelMask: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `width * height` values, rows from top to bottom: 1 is meant, 0 is not.
  package private(set) var values: [UInt8]

  /// - Precondition: both sides are positive.
  package init(width: Int, height: Int, filled: Bool) {
    precondition(width > 0 && height > 0)
    self.width = width
    self.height = height
    values = [UInt8](repeating: filled ? 1 : 0, count: width * height)
  }

  /// The pixels that are at least half as bright as white.
  package init(brightIn image: PixelImage) {
    self.init(width: image.width, height: image.height, filled: false)
    image.pixels.withUnsafeBufferPointer { pixels in
      for index in values.indices {
        // Rec. 601's luma, in thousandths.
        let (red, green, blue) = (Int(pixels[3 * index]), Int(pixels[3 * index + 1]), Int(pixels[3 * index + 2]))
        values[index] = red * 299 + green * 587 + blue * 114 >= 127_500 ? 1 : 0
      }
    }
  }

  package var isEmpty: Bool { !values.contains(1) }

  /// Takes the rectangle out, as far as it lies within the mask.
  package mutating func clear(_ box: PixelBox) {
    for row in max(0, box.top)..<max(max(0, box.top), min(height, box.bottom)) {
      for column in max(0, box.left)..<max(max(0, box.left), min(width, box.right)) {
        values[row * width + column] = 0
      }
    }
  }

  /// Adds the pixels of `other`, whose top left corner is at `left`, `top`; what falls outside is left out.
  package mutating func formUnion(_ other: PixelMask, left: Int, top: Int) {
    for row in 0..<other.height where (0..<height).contains(row + top) {
      for column in 0..<other.width where (0..<width).contains(column + left) {
        if other.values[row * other.width + column] == 1 { values[(row + top) * width + column + left] = 1 }
      }
    }
  }

  /// The part within `box`.
  /// - Precondition: the box is not empty and lies within the mask.
  package func cropped(to box: PixelBox) -> PixelMask {
    var part = PixelMask(width: box.width, height: box.height, filled: false)
    part.values = (box.top..<box.bottom).flatMap { values[$0 * width + box.left..<$0 * width + box.right] }
    return part
  }

  /// Scaled to the size: a pixel is meant when the nearest one was.
  /// - Precondition: both sides are positive.
  package func resized(width: Int, height: Int) -> PixelMask {
    var result = PixelMask(width: width, height: height, filled: false)
    for row in 0..<height {
      let source = row * self.height / height * self.width
      for column in 0..<width { result.values[row * width + column] = values[source + column * self.width / width] }
    }
    return result
  }

  /// The smallest rectangle around the meant pixels; nil when there is none.
  package var boundingBox: PixelBox? {
    var box: PixelBox?
    for row in 0..<height {
      let line = values[row * width..<(row + 1) * width]
      guard let first = line.firstIndex(of: 1), let last = line.lastIndex(of: 1) else { continue }
      let (left, right) = (first - row * width, last + 1 - row * width)
      box = PixelBox(
        left: min(box?.left ?? left, left), top: box?.top ?? row, right: max(box?.right ?? right, right),
        bottom: row + 1)
    }
    return box
  }

  /// How opaque a picture that is laid over another one by this mask is at each pixel: 255 within the mask, then
  /// falling over `radius` pixels to 0.
  package func opacity(radius: Int) -> [UInt8] {
    guard radius > 0 else { return values.map { $0 * 255 } }
    let distances = squaredDistances(limit: radius * radius)
    // Half a cosine: no visible edge on either side.
    let table = (0...radius * radius).map { squared -> UInt8 in
      let share = Double(squared).squareRoot() / Double(radius)
      return UInt8((255 * (1 - share * share * (3 - 2 * share))).rounded())
    }
    return distances.map { table[Int($0)] }
  }

  /// The squared distance of each pixel to the nearest meant one, at most `limit`: first along columns, then along rows
  /// over the columns' results.
  private func squaredDistances(limit: Int) -> [Int32] {
    var reach = 0
    while (reach + 1) * (reach + 1) < limit { reach += 1 }
    let far = Int32(reach + 1)
    var vertical = [Int32](repeating: far, count: values.count)
    for column in 0..<width {
      var distance = far
      for row in 0..<height {
        distance = values[row * width + column] == 1 ? 0 : min(distance + 1, far)
        vertical[row * width + column] = distance
      }
      distance = far
      for row in (0..<height).reversed() {
        distance = values[row * width + column] == 1 ? 0 : min(distance + 1, far)
        vertical[row * width + column] = min(vertical[row * width + column], distance)
      }
    }
    var result = [Int32](repeating: Int32(limit), count: values.count)
    for row in 0..<height {
      let line = row * width
      // The column of the last pixel seen that counts: most pixels have none within reach and need no scan.
      var near = -1
      for ahead in 0..<width + reach {
        if ahead < width, vertical[line + ahead] < far { near = ahead }
        let column = ahead - reach
        guard column >= 0, near >= 0, near >= column - reach else { continue }
        var best = Int32(limit)
        for across in 0...reach where Int32(across * across) < best {
          for other in [column - across, column + across] where (0..<width).contains(other) {
            let down = vertical[line + other]
            if down < far { best = min(best, Int32(across * across) + down * down) }
          }
        }
        result[line + column] = best
      }
    }
    return result
  }
}

/// A rectangle of pixels; right and bottom are the first ones outside.
package struct PixelBox: Sendable, Equatable {
  package var left: Int
  package var top: Int
  package var right: Int
  package var bottom: Int

  package init(left: Int, top: Int, right: Int, bottom: Int) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  package var width: Int { right - left }
  package var height: Int { bottom - top }
}
