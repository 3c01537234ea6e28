/// What an untrusted image may cost. Checked before any pixel is decoded.
package struct ImageLimits: Sendable, Equatable {
  /// Size of the encoded file.
  package var maxBytes: Int
  /// Width times height; decoding takes up to about six bytes for each.
  package var maxPixels: Int

  package init(maxBytes: Int, maxPixels: Int) {
    self.maxBytes = maxBytes
    self.maxPixels = maxPixels
  }

  /// 64 MiB and 64 megapixels: above what cameras write, far below what hurts.
  package static let defaults = ImageLimits(maxBytes: 64 << 20, maxPixels: 64_000_000)
}
