import Images
import StableDiffusion

/// The picture that a request starts from, and what becomes of it where only a part is painted.
struct StartingPicture {
  private let image: PixelImage
  private let strength: Double
  private let canvas: InpaintingCanvas?

  /// Nil when the request starts from noise.
  ///
  /// - Parameters: the size that the model works at, in pixels.
  /// - Throws: `ImageError`, or `SamplingError` for a mask that leaves nothing to paint.
  init?(_ request: SamplingRequest, width: Int, height: Int) throws {
    func pixels(_ source: SamplingRequest.ImageSource) throws(ImageError) -> PixelImage {
      switch source {
      case .file(let path): try Images.decode(path: path, limits: request.imageLimits)
      case .image(let image): image
      }
    }
    guard let source = request.startImage else { return nil }
    strength = request.strength
    if let inpainting = request.inpainting {
      let canvas = try InpaintingCanvas(
        pixels(source), mask: inpainting.mask.map(pixels), inpainting, width: width, height: height)
      self.canvas = canvas
      image = canvas.image
    } else {
      canvas = nil
      image = try Images.cover(pixels(source), width: width, height: height)
    }
  }

  /// What the user should know of it.
  var warning: String? { canvas?.warning }

  /// What the model starts from.
  func start() throws -> ImageSynthesizer.Start {
    ImageSynthesizer.Start(
      image: try ImageTensor.encode(image.pixels, width: image.width, height: image.height), strength: strength,
      mask: try canvas.map { try ImageTensor.mask($0.mask.values, width: $0.mask.width, height: $0.mask.height) })
  }

  /// The result, from what the model painted: where only a part is painted, the rest of the picture around it.
  func finished(_ painted: PixelImage) throws(ImageError) -> PixelImage {
    try canvas?.finished(painted) ?? painted
  }
}
