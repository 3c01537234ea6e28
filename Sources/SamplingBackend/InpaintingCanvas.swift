import Images

/// The picture that inpainting changes, and the way from it to what the model works on and back.
struct InpaintingCanvas {
  /// Longer sides are scaled down to this: nothing larger could be asked for either.
  static let longestSide = 4096

  private let picture: PixelImage
  /// The part of the picture that is worked on.
  private let box: PixelBox
  /// How much of the painted part is seen at each pixel of the box.
  private let opacity: [UInt8]
  /// The box's pixels at the size to work at.
  let image: PixelImage
  /// Of the same size.
  let mask: PixelMask
  /// What the user should know of it.
  let warning: String?

  /// - Parameters:
  ///   - mask: of any size; bright is painted.
  ///   - width, height: the size to work at.
  /// - Throws: `SamplingError.invalidRequest` when there is nothing to paint.
  init(
    _ source: PixelImage, mask drawn: PixelImage?, _ settings: SamplingRequest.Inpainting, width: Int, height: Int
  ) throws {
    let margins = settings.margins
    // At full resolution the picture keeps its size.
    let keepsSize = settings.isFullResolution && margins == SamplingRequest.Margins()
    let drawn = try drawn.map { try Images.resize($0, width: source.width, height: source.height) }
    func fitted(_ image: PixelImage) throws(ImageError) -> PixelImage {
      guard !keepsSize else { return try Images.within(image, longestSide: Self.longestSide) }
      return try Images.cover(
        image, width: width - margins.left - margins.right, height: height - margins.top - margins.bottom)
    }
    let inner = try fitted(source)
    var picture = inner
    var mask = try drawn.map { PixelMask(brightIn: try fitted($0)) }
      ?? PixelMask(width: inner.width, height: inner.height, filled: false)
    if margins != SamplingRequest.Margins() {
      picture = inner.extended(left: margins.left, top: margins.top, right: margins.right, bottom: margins.bottom)
      var whole = PixelMask(width: picture.width, height: picture.height, filled: true)
      whole.clear(
        PixelBox(
          left: margins.left, top: margins.top, right: margins.left + inner.width, bottom: margins.top + inner.height))
      whole.formUnion(mask, left: margins.left, top: margins.top)
      mask = whole
    }
    guard let painted = mask.boundingBox else {
      throw SamplingError.invalidRequest([
        .init(field: "inpainting.mask_image", description: "has no white part: there is nothing to paint")
      ])
    }
    self.picture = picture
    warning =
      keepsSize && max(source.width, source.height) > Self.longestSide
      ? "the image to start from is \(source.width)×\(source.height) pixels; it was scaled down to "
        + "\(picture.width)×\(picture.height), the largest that results can be" : nil
    box =
      settings.isFullResolution
      ? Self.window(
        around: painted, padding: max(settings.padding, settings.blur), width: width, height: height,
        within: picture)
      : PixelBox(left: 0, top: 0, right: picture.width, bottom: picture.height)
    let part = mask.cropped(to: box)
    opacity = part.opacity(radius: settings.blur)
    image = try Images.resize(
      picture.cropped(left: box.left, top: box.top, width: box.width, height: box.height), width: width,
      height: height)
    self.mask = part.resized(width: width, height: height)
  }

  /// The picture with the painted part in its place. Where nothing is painted its pixels are what they were.
  func finished(_ painted: PixelImage) throws(ImageError) -> PixelImage {
    var result = picture
    result.blend(
      try Images.resize(painted, width: box.width, height: box.height), left: box.left, top: box.top,
      opacity: opacity)
    return result
  }

  /// Whether the model works on the whole picture.
  var isWhole: Bool { box.width == picture.width && box.height == picture.height }

  /// `box` with padding, grown to the proportions of `width`:`height` as far as the picture allows.
  static func window(
    around box: PixelBox, padding: Int, width: Int, height: Int, within picture: PixelImage
  ) -> PixelBox {
    var window = PixelBox(
      left: max(0, box.left - padding), top: max(0, box.top - padding),
      right: min(picture.width, box.right + padding), bottom: min(picture.height, box.bottom + padding))
    let wanted = (
      width: max(window.width, (window.height * width + height - 1) / height),
      height: max(window.height, (window.width * height + width - 1) / width)
    )
    (window.left, window.right) = Self.grown(window.left, window.right, to: wanted.width, limit: picture.width)
    (window.top, window.bottom) = Self.grown(window.top, window.bottom, to: wanted.height, limit: picture.height)
    return window
  }

  /// The range made longer on both sides, moved where the limit is in the way.
  private static func grown(_ low: Int, _ high: Int, to length: Int, limit: Int) -> (Int, Int) {
    let length = min(length, limit)
    let start = min(max(0, low - (length - (high - low)) / 2), limit - length)
    return (start, start + length)
  }
}
