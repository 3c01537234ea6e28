import Torch

/// How CLIP is shown a picture: its shorter side scaled to `cropSize`, the middle square cut out, each channel
/// normalised. What `preprocessor_config.json` says, with OpenAI's numbers for what is missing.
package struct CLIPImageProcessor: Decodable, Sendable, Equatable {
  package var resizedSide = 224
  package var cropSize = 224
  package var mean = [0.48145466, 0.4578275, 0.40821073]
  package var deviation = [0.26862954, 0.26130258, 0.27577711]

  /// For a vision tower that looks at pictures of this side.
  package init(imageSize: Int) {
    resizedSide = imageSize
    cropSize = imageSize
  }

  enum CodingKeys: String, CodingKey {
    case size
    case cropSize = "crop_size"
    case mean = "image_mean"
    case deviation = "image_std"
  }

  /// A side as files of all ages write it.
  private enum Side: Decodable {
    case number(Int)
    case named([String: Int])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else {
        self = .named(try container.decode([String: Int].self))
      }
    }

    var value: Int? {
      switch self {
      case .number(let number): number
      case .named(let sides): sides["shortest_edge"] ?? sides["height"]
      }
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    resizedSide = try container.decodeIfPresent(Side.self, forKey: .size)?.value ?? resizedSide
    cropSize = try container.decodeIfPresent(Side.self, forKey: .cropSize)?.value ?? cropSize
    mean = try container.value(.mean, default: mean)
    deviation = try container.value(.deviation, default: deviation)
  }

  func validate(imageSize: Int) throws(CheckpointError) {
    guard cropSize == imageSize, resizedSide >= cropSize, resizedSide <= 4096 else {
      throw .invalidConfiguration(
        field: "preprocessor_config.json size and crop_size",
        reason: "are \(resizedSide) and \(cropSize); the safety checker looks at \(imageSize) pixels")
    }
    guard mean.count == 3, deviation.count == 3, (mean + deviation).allSatisfy(\.isFinite),
      deviation.allSatisfy({ $0 > 0 })
    else {
      throw .invalidConfiguration(
        field: "preprocessor_config.json image_mean and image_std", reason: "must be three numbers each")
    }
  }

  /// How many times as long as wide a picture may be to be scaled as a whole, and what is kept of others.
  private static let longestShape = 64
  private static let keptShape = 8

  /// - Parameter pixels: `width · height · 3` bytes, red, green and blue, rows from top to bottom.
  /// - Returns: `[1, 3, cropSize, cropSize]`, float32, on the CPU.
  package func process(_ pixels: [UInt8], width: Int, height: Int) throws(TorchError) -> Tensor {
    var width = width
    var height = height
    var bytes = try Tensor(pixels, shape: [1, height, width, 3]).permute([0, 3, 1, 2])
    let shorter = min(width, height), longer = max(width, height)
    // Scaled as a whole, a strip would take memory without bounds; only its middle is looked at. As much is cut off at
    // either end, so that the middle stays where it was.
    if longer > Self.longestShape * shorter {
      let window = Self.keptShape * shorter + (longer - Self.keptShape * shorter) % 2
      bytes = try bytes.narrow(dim: width == longer ? 3 : 2, start: (longer - window) / 2, length: window)
      (width, height) = width == longer ? (window, height) : (width, window)
    }
    var image = try bytes.to(dtype: .float32).contiguous()
    // The longer side is cut to whole pixels, as the reference does.
    let (newWidth, newHeight) = (
      width == shorter ? resizedSide : resizedSide * width / shorter,
      height == shorter ? resizedSide : resizedSide * height / shorter
    )
    if (newWidth, newHeight) != (width, height) {
      // The reference scales bytes to bytes: rounded, and clipped where the cubic overshoots.
      image = try F.interpolate(image, height: newHeight, width: newWidth, mode: .bicubicAntialias)
        .round().clamp(min: 0, max: 255)
    }
    let left = (newWidth - cropSize) / 2, top = (newHeight - cropSize) / 2
    image = try image.narrow(dim: 2, start: top, length: cropSize).narrow(dim: 3, start: left, length: cropSize)
    return try normalize(image / 255)
  }

  /// - Parameter image: `[batch, 3, height, width]`, 0…1.
  package func normalize(_ image: Tensor) throws(TorchError) -> Tensor {
    func column(_ values: [Double]) throws(TorchError) -> Tensor {
      try Tensor(values.map { Float($0) }, shape: [1, 3, 1, 1])
    }
    return try (image - column(mean)) / column(deviation)
  }
}
