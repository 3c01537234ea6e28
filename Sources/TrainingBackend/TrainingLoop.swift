import StableDiffusion
import Torch

/// One optimiser step: draw a batch, predict, go back, move.
struct TrainingLoop {
  private let settings: TrainingSettings
  private let latents: LatentCache
  private let captions: [String]
  private let captionCache: CaptionCache
  private let loss: DiffusionLoss
  private let adapters: TrainableAdapters
  private let randomness: StepRandomness

  init(
    checkpoint: StableDiffusionCheckpoint, settings: TrainingSettings, latents: LatentCache, captions: [String],
    adapters: TrainableAdapters, randomness: StepRandomness
  ) {
    self.settings = settings
    self.latents = latents
    self.captions = captions
    self.adapters = adapters
    self.randomness = randomness
    captionCache = CaptionCache(
      checkpoint, sizes: MicroConditioning(width: settings.resolution, height: settings.resolution),
      trainsTextEncoder: settings.textEncoderLearningRate != nil)
    loss = DiffusionLoss(
      unet: checkpoint.unet, schedule: NoiseSchedule(checkpoint.schedulerConfiguration),
      minSNRGamma: settings.minSNRGamma)
  }

  /// - Returns: the batch's loss.
  /// - Throws: `TrainingError.diverged` before anything is moved.
  func step(_ step: Int) throws -> Double {
    let value = try loss(draw(step))
    let number = try value.item()
    guard number.isFinite else { throw TrainingError.diverged(step: step + 1, loss: number) }
    try value.backward()
    if let limit = settings.maxGradientNorm {
      let norm = try adapters.clipGradients(limit)
      guard norm.isFinite else { throw TrainingError.diverged(step: step + 1, loss: number) }
    }
    try adapters.step(rateFactor: settings.rateFactor(at: step))
    return number
  }

  /// The batch of a step: a function of the seed and the step.
  private func draw(_ step: Int) throws -> DiffusionLoss.Batch {
    let count = settings.batchSize
    let members = try randomness.batch(step: step, size: count, count: latents.count)
    let generator = try randomness.generator(.step, step)
    let coins = try Tensor.rand(shape: [2, count], generator: generator).floats()
    let timesteps = try Tensor.randint(
      high: loss.schedule.trainTimesteps, shape: [count], generator: generator
    ).int64s()

    var images: [Tensor] = []
    var texts: [String] = []
    for (row, member) in members.enumerated() {
      let mirrored = settings.randomFlip && coins[row] < 0.5
      let noise = try Tensor.randn(shape: latents.latentShape, generator: generator)
      images.append(try latents.sample(member, mirrored: mirrored, noise: noise))
      texts.append(Double(coins[count + row]) < settings.captionDropout ? "" : captions[member])
    }
    let shape = [count] + latents.latentShape.dropFirst()
    var noise = try Tensor.randn(shape: shape, generator: generator)
    if settings.noiseOffset > 0 {
      let offset = try Tensor.randn(shape: [count, shape[1], 1, 1], generator: generator)
      noise = try noise + offset * settings.noiseOffset
    }
    return DiffusionLoss.Batch(
      latents: try Tensor.cat(images, dim: 0), noise: noise, timesteps: timesteps.map { Int($0) },
      conditioning: try captionCache.features(texts))
  }
}
