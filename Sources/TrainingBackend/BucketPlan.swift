import Images

/// The sizes that images are trained at: near the resolution's area, in shapes from tall to wide, so that little of an
/// image is cut off (aspect-ratio buckets, as NovelAI described them in 2022 and kohya's scripts use them).
package struct BucketPlan: Sendable, Equatable {
  /// From tall to wide; the square is one of them.
  package let sizes: [PixelSize]

  /// - Parameters:
  ///   - resolution: the square's side; no size has more pixels than the square.
  ///   - sideMultiple: what the checkpoint needs every side to be a multiple of.
  ///   - isBucketed: otherwise the square is the only size.
  package init(resolution: Int, sideMultiple: Int, isBucketed: Bool) {
    let square = PixelSize(width: resolution, height: resolution)
    guard isBucketed else {
      sizes = [square]
      return
    }
    let step = Self.step(resolution: resolution, sideMultiple: sideMultiple)
    var found: Set<PixelSize> = [square]
    // No side beyond twice the square's: past 1:4 an image is a strip, of which a part is cut off.
    for width in stride(from: max(resolution / 2 / step * step, step), through: 2 * resolution, by: step) {
      let height = min(square.area / width / step * step, 2 * resolution)
      guard height >= step else { continue }
      found.insert(PixelSize(width: width, height: height))
      found.insert(PixelSize(width: height, height: width))
    }
    sizes = found.sorted { ($0.aspectRatio, $0.area) < ($1.aspectRatio, $1.area) }
  }

  /// Sides grow in steps of 64, as Stable Diffusion's own training did; of a resolution where that would leave hardly
  /// any shapes, in eighths of it.
  private static func step(resolution: Int, sideMultiple: Int) -> Int {
    let wanted = min(64, max(resolution / 8, 1))
    return (wanted + sideMultiple - 1) / sideMultiple * sideMultiple
  }

  /// The index of the size whose shape is nearest to the image's; of two, the larger one.
  package func index(for image: PixelSize) -> Int {
    // As a ratio of ratios: 2:1 is as far from 1:1 as 1:2 is.
    func distance(_ size: PixelSize) -> Double {
      let ratio = size.aspectRatio / image.aspectRatio
      return max(ratio, 1 / ratio)
    }
    return sizes.indices.min { (distance(sizes[$0]), -sizes[$0].area) < (distance(sizes[$1]), -sizes[$1].area) } ?? 0
  }
}

/// How an image is brought to a bucket's size: scaled until it covers it, then cut around its middle.
package struct Framing: Sendable, Equatable {
  package let original: PixelSize
  package let target: PixelSize
  /// What the image is scaled by; above 1 it is smaller than what it is trained at.
  package let scale: Double
  /// Of the cut, in pixels of the scaled image.
  package let left: Int
  package let top: Int

  package init(of original: PixelSize, in target: PixelSize) {
    self.original = original
    self.target = target
    let scale = max(
      Double(target.width) / Double(max(original.width, 1)), Double(target.height) / Double(max(original.height, 1)))
    self.scale = scale
    func margin(_ side: Int, _ target: Int) -> Int { max((Int((Double(side) * scale).rounded()) - target) / 2, 0) }
    left = margin(original.width, target.width)
    top = margin(original.height, target.height)
  }

  /// The share of the image that the cut takes away.
  package var lost: Double {
    1 - Double(target.area) / max(Double(original.area) * scale * scale, Double(target.area))
  }
}
