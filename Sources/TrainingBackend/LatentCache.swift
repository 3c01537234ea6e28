import Images
import StableDiffusion
import Torch

/// The training images as the autoencoder sees them, encoded once: at each step a sample is drawn from the
/// distribution that it gave. All of it stays on the CPU, so that the number of images costs no memory of the device.
struct LatentCache {
  /// What a latent's values are drawn from: once for each image, and read at every use.
  private struct Distribution {
    let mean: Tensor
    let deviation: Tensor
  }

  /// One image's distribution of latents, `[1, channels, height, width]`, and its mirror image's where it is wanted.
  private struct Entry {
    let plain: Distribution
    let mirrored: Distribution?
    let framing: Framing
    let mask: LossMask?
  }

  private let autoencoder: AutoencoderKL
  private let encodesMirrored: Bool
  private var entries: [Entry] = []

  init(_ autoencoder: AutoencoderKL, mirrored: Bool) {
    self.autoencoder = autoencoder
    encodesMirrored = mirrored
  }

  var count: Int { entries.count }

  /// Of one image's latents, `[1, channels, height, width]`.
  func shape(_ index: Int) -> [Int] { entries[index].plain.mean.shape }

  /// How an image was brought to the size that it is trained at.
  func framing(_ index: Int) -> Framing { entries[index].framing }

  func mask(_ index: Int) -> LossMask? { entries[index].mask }

  /// - Parameters:
  ///   - image: of the framing's target size.
  ///   - mask: what of it counts; nil: all.
  mutating func add(_ image: PixelImage, framing: Framing, mask: LossMask? = nil) throws(TorchError) {
    let pixels = try ImageTensor.encode(image.pixels, width: image.width, height: image.height)
    // The autoencoder does not commute with mirroring: the mirror image is encoded on its own.
    let mirrored = encodesMirrored ? try encode(pixels.flip(dims: [3])) : nil
    entries.append(Entry(plain: try encode(pixels), mirrored: mirrored, framing: framing, mask: mask))
  }

  /// Without a graph but not in inference mode: what is cached takes part in the training graph.
  private func encode(_ pixels: Tensor) throws(TorchError) -> Distribution {
    try noGrad { () throws(TorchError) -> Distribution in
      let encoded = try autoencoder.encode(pixels.to(device: autoencoder.device).to(dtype: autoencoder.dtype))
      let deviation = try (encoded.logVariance * 0.5).exp()
      return Distribution(mean: try encoded.mean.to(device: .cpu), deviation: try deviation.to(device: .cpu))
    }
  }

  /// One image's latents as the U-Net sees them, float32, on the CPU.
  func sample(_ index: Int, mirrored: Bool, noise: Tensor) throws(TorchError) -> Tensor {
    let entry = entries[index]
    let distribution = mirrored ? entry.mirrored ?? entry.plain : entry.plain
    let drawn = try distribution.mean + distribution.deviation * noise.to(dtype: distribution.mean.dtype)
    return try drawn.to(dtype: .float32) * autoencoder.scalingFactor
  }
}
