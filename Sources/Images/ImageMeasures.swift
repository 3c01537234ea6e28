/// What can be told of an image without knowing what it shows.
package struct ImageMeasures: Sendable {
  package let size: PixelSize
  /// The standard deviation of the brightness, 0 to 127.5: low where the image is one colour.
  package let contrast: Double
  package let hash: PerceptualHash
  /// The colours of 8×8 parts.
  private let colours: [UInt8]

  /// Images are measured with a longer side of this many pixels; smaller ones as they are.
  private static let measuredSide = 256

  package init(_ image: PixelImage) throws(ImageError) {
    size = image.size
    hash = try PerceptualHash(image)
    colours = try Images.resize(image, width: 8, height: 8).pixels
    let scale = min(Double(Self.measuredSide) / Double(max(image.width, image.height)), 1)
    let width = max(Int((Double(image.width) * scale).rounded()), 1)
    let height = max(Int((Double(image.height) * scale).rounded()), 1)
    let brightness = try Images.resize(image, width: width, height: height).luma()
    contrast = Self.variance(brightness).squareRoot()
  }

  /// In how many of 64 bits, and by how much of 255 on average in each part and channel, two images differ: small numbers
  /// for copies of one image that were scaled or saved anew. Shapes alone do not make a copy, nor do colours.
  package func difference(from other: ImageMeasures) -> (shapes: Int, colours: Double) {
    let sum = zip(colours, other.colours).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return (hash.distance(to: other.hash), Double(sum) / Double(max(colours.count, 1)))
  }

  private static func variance(_ values: [Float]) -> Double {
    guard !values.isEmpty else { return 0 }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    return values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
  }
}
