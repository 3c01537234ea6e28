extension PixelImage {
  /// How hard the image's hardest edges are, in levels of brightness: the Laplacian that is reached along edges that
  /// together are half as long as the longer side.
  ///
  /// A step from one pixel to the next is as high as its contrast, however many pixels the picture has, and one that is
  /// spread over σ pixels a quarter of its contrast by σ². Means and variances of the Laplacian do not have this: edges
  /// fill a smaller share of a larger picture.
  package func sharpness() -> Double {
    guard width > 2, height > 2 else { return 0 }
    let brightness = luma()
    // A histogram in quarters of a level: sorting millions of numbers for one of them would take longest of all.
    var counts = [Int](repeating: 0, count: 4 * 8 * 256)
    brightness.withUnsafeBufferPointer { brightness in
      for y in 1..<(height - 1) {
        for x in 1..<(width - 1) {
          let index = y * width + x
          let around =
            brightness[index - 1] + brightness[index + 1] + brightness[index - width] + brightness[index + width]
          counts[min(Int(4 * abs(around - 4 * brightness[index])), counts.count - 1)] += 1
        }
      }
    }
    var left = max(width, height) / 2
    for bin in counts.indices.reversed() {
      left -= counts[bin]
      if left <= 0 { return Double(bin) / 4 }
    }
    return 0
  }
}
