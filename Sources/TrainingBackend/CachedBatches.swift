import StableDiffusion
import Torch

/// Batches of cached latents: every epoch in an order of its own, mirrored and with captions dropped as the settings
/// say.
struct CachedBatches: BatchSource {
  let settings: TrainingSettings
  let latents: LatentCache
  /// One for each image in the cache.
  let captions: [String]
  let randomness: StepRandomness

  func batch(_ number: Int) throws -> TrainingBatch {
    let count = settings.batchSize
    let members = try randomness.batch(step: number, size: count, count: latents.count)
    let generator = try randomness.generator(.batch, number)
    let coins = try Tensor.rand(shape: [2, count], generator: generator).floats()
    var images: [Tensor] = []
    var texts: [String] = []
    for (row, member) in members.enumerated() {
      let mirrored = settings.randomFlip && coins[row] < 0.5
      let noise = try Tensor.randn(shape: latents.latentShape, generator: generator)
      images.append(try latents.sample(member, mirrored: mirrored, noise: noise))
      texts.append(Double(coins[count + row]) < settings.captionDropout ? "" : captions[member])
    }
    let side = settings.resolution
    return TrainingBatch(
      latents: try Tensor.cat(images, dim: 0), captions: texts,
      sizes: Array(repeating: MicroConditioning(width: side, height: side), count: count))
  }
}
