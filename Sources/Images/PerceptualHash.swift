#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A 64-bit picture of a picture: images that look alike have hashes that differ in few bits, whatever their size,
/// format and quality.
///
/// The signs, about their median, of the 8×8 lowest frequencies of the discrete cosine transform of a 32×32 brightness
/// picture (Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions").
package struct PerceptualHash: Hashable, Sendable {
  package let bits: UInt64

  private static let side = 32
  private static let kept = 8

  /// `cosines[frequency][place]`, frequencies 1…8: the first, the mean, says nothing of what is shown.
  private static let cosines: [[Float]] = (1...kept).map { frequency in
    (0..<side).map { place in
      Float(cos(Double.pi * (Double(place) + 0.5) * Double(frequency) / Double(side)))
    }
  }

  package init(_ image: PixelImage) throws(ImageError) {
    let side = Self.side, kept = Self.kept
    let brightness = try Images.resize(image, width: side, height: side).luma()
    // Rows first, then columns: the transform is separable.
    var rows = [Float](repeating: 0, count: side * kept)
    for y in 0..<side {
      for u in 0..<kept {
        var sum: Float = 0
        for x in 0..<side { sum += brightness[y * side + x] * Self.cosines[u][x] }
        rows[y * kept + u] = sum
      }
    }
    var frequencies: [Float] = []
    for v in 0..<kept {
      for u in 0..<kept {
        var sum: Float = 0
        for y in 0..<side { sum += rows[y * kept + u] * Self.cosines[v][y] }
        frequencies.append(sum)
      }
    }
    let sorted = frequencies.sorted()
    let median = (sorted[31] + sorted[32]) / 2
    bits = frequencies.reduce(0) { $0 << 1 | ($1 > median ? 1 : 0) }
  }

  /// In how many of 64 bits two hashes differ.
  package func distance(to other: PerceptualHash) -> Int { (bits ^ other.bits).nonzeroBitCount }
}
