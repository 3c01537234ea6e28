import Torch

/// Between interleaved 8-bit RGB and the autoencoder's images: `[1, 3, height, width]`, float32, −1…1.
package enum ImageTensor {
  /// - Parameter pixels: `width · height · 3` bytes, rows from top to bottom.
  package static func encode(_ pixels: [UInt8], width: Int, height: Int) throws(TorchError) -> Tensor {
    let bytes = try Tensor(pixels, shape: [height, width, 3])
    let unit = try bytes.permute([2, 0, 1]).unsqueeze(0).to(dtype: .float32) / 255
    return try unit * 2 - 1
  }

  /// A mask of one byte a pixel as `[1, 1, height, width]`, float32.
  package static func mask(_ values: [UInt8], width: Int, height: Int) throws(TorchError) -> Tensor {
    try Tensor(values, shape: [1, 1, height, width]).to(dtype: .float32)
  }

  /// The nearest 8-bit picture of each image of a batch; what lies outside −1…1 is clipped.
  package static func decode(_ images: Tensor) throws(TorchError) -> [[UInt8]] {
    let unit = try (images.to(dtype: .float32) / 2 + 0.5).clamp(min: 0, max: 1)
    let bytes = try (unit * 255).round().to(dtype: .uint8).permute([0, 2, 3, 1]).contiguous()
    var pictures: [[UInt8]] = []
    for index in 0..<bytes.shape[0] { pictures.append(try bytes.select(dim: 0, index: index).bytes()) }
    return pictures
  }
}
