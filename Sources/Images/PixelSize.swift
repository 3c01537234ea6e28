/// Width and height in pixels.
package struct PixelSize: Hashable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Width over height.
  package var aspectRatio: Double { Double(width) / Double(max(height, 1)) }
  package var area: Int { width * height }
}

extension PixelImage {
  package var size: PixelSize { PixelSize(width: width, height: height) }

  /// The brightness of each pixel by the weights of Rec. 601, 0 to 255.
  package func luma() -> [Float] {
    var result = [Float](repeating: 0, count: width * height)
    pixels.withUnsafeBufferPointer { bytes in
      for index in result.indices {
        result[index] =
          0.299 * Float(bytes[3 * index]) + 0.587 * Float(bytes[3 * index + 1]) + 0.114 * Float(bytes[3 * index + 2])
      }
    }
    return result
  }
}
