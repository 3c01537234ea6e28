internal import CVips

extension Images {
  /// Scales to exactly `width`×`height` with a Lanczos filter of three lobes, whatever that does to the proportions.
  /// - Throws: `.invalidArgument` for a side outside 1…16,384.
  package static func resize(_ image: PixelImage, width: Int, height: Int) throws(ImageError) -> PixelImage {
    try check(width: width, height: height)
    if width == image.width && height == image.height { return image }
    return try image.withVips { (picture) throws(ImageError) in
      let (horizontal, vertical) = (Double(width) / Double(image.width), Double(height) / Double(image.height))
      var scaled = try picture.applying(orThrow: .internalError) {
        lorikeet_vips_resize($0, $1, horizontal, vertical)
      }
      if scaled.width != width || scaled.height != height {
        // A scale that is no exact fraction may round a side up by one.
        let target = (Int32(width), Int32(height))
        scaled = try scaled.applying(orThrow: .internalError) {
          lorikeet_vips_extract($0, $1, 0, 0, target.0, target.1)
        }
      }
      return try PixelImage(computing: scaled)
    }
  }

  /// The image, scaled down in proportion where a side is longer than `longestSide`.
  package static func within(_ image: PixelImage, longestSide: Int) throws(ImageError) -> PixelImage {
    let longest = max(image.width, image.height)
    guard longest > longestSide else { return image }
    func scaled(_ side: Int) -> Int { max(1, (side * longestSide + longest / 2) / longest) }
    return try resize(image, width: scaled(image.width), height: scaled(image.height))
  }

  /// The largest centred part of the image with the proportions `width`:`height`, scaled to that size.
  package static func cover(_ image: PixelImage, width: Int, height: Int) throws(ImageError) -> PixelImage {
    try check(width: width, height: height)
    // Cropping first keeps a very long image from growing before it shrinks.
    let byHeight = Double(image.height) * Double(width) / Double(height)
    let part =
      byHeight <= Double(image.width)
      ? (width: max(1, Int(byHeight.rounded())), height: image.height)
      : (
        width: image.width,
        height: min(image.height, max(1, Int((Double(image.width) * Double(height) / Double(width)).rounded())))
      )
    return try resize(centerCrop(image, width: part.width, height: part.height), width: width, height: height)
  }

  /// The middle `width`×`height` pixels; a side longer than the image's is cut to it.
  package static func centerCrop(_ image: PixelImage, width: Int, height: Int) -> PixelImage {
    let (width, height) = (min(max(1, width), image.width), min(max(1, height), image.height))
    if width == image.width && height == image.height { return image }
    return image.cropped(
      left: (image.width - width) / 2, top: (image.height - height) / 2, width: width, height: height)
  }

  private static func check(width: Int, height: Int) throws(ImageError) {
    guard (1...16_384).contains(width), (1...16_384).contains(height) else {
      throw ImageError(.invalidArgument, "cannot scale to \(width)×\(height): each side must be 1 to 16,384")
    }
  }
}
