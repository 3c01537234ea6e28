import Images
import StableDiffusion
import Torch

/// What of an image counts in the loss, one weight a latent.
struct LossMask {
  /// From the top left, row by row, 0 to 1.
  let weights: [Float]
  let width: Int
  let height: Int

  /// - Parameters:
  ///   - mask: white counts, black does not; of any size: it is framed as its image is.
  ///   - pixelsPerLatent: of a side.
  init(
    _ mask: PixelImage, framing: Framing, pixelsPerLatent: Int, unmaskedWeight: Double
  ) throws(ImageError) {
    // A mask drawn at another size than its image is of the same shape all the same.
    let sized = try Images.resize(mask, width: framing.original.width, height: framing.original.height)
    let target = framing.target
    let brightness = try Images.cover(sized, width: target.width, height: target.height).luma()
    width = target.width / pixelsPerLatent
    height = target.height / pixelsPerLatent
    var weights: [Float] = []
    weights.reserveCapacity(width * height)
    for row in 0..<height {
      for column in 0..<width {
        var sum: Float = 0
        for y in row * pixelsPerLatent..<(row + 1) * pixelsPerLatent {
          for x in column * pixelsPerLatent..<(column + 1) * pixelsPerLatent { sum += brightness[y * target.width + x] }
        }
        let white = min(max(sum / Float(255 * pixelsPerLatent * pixelsPerLatent), 0), 1)
        weights.append(Float(unmaskedWeight) + (1 - Float(unmaskedWeight)) * white)
      }
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw ImageError(.invalidArgument, "its mask leaves nothing to learn from: what shall count must be white")
    }
    self.weights = weights
  }

  /// SHA-256 of the weights in 256 steps: what is computed in another order elsewhere differs in the last bits.
  var digest: String { SHA256Hex.of(weights.map { UInt8(min(max($0 * 255, 0), 255).rounded()) }) }

  /// `[1, 1, height, width]`, float32.
  func tensor(mirrored: Bool) throws(TorchError) -> Tensor {
    let tensor = try Tensor(weights, shape: [1, 1, height, width])
    return mirrored ? try tensor.flip(dims: [3]) : tensor
  }
}
