import StableDiffusion
import Torch

/// One optimiser step: draw batches, predict, go back, move.
struct TrainingLoop {
  private let settings: TrainingSettings
  private let batches: any BatchSource
  private let captionCache: CaptionCache
  private let loss: DiffusionLoss
  private let adapters: TrainableAdapters
  private let randomness: StepRandomness

  init(
    checkpoint: StableDiffusionCheckpoint, settings: TrainingSettings, batches: any BatchSource,
    adapters: TrainableAdapters, randomness: StepRandomness
  ) {
    self.settings = settings
    self.batches = batches
    self.adapters = adapters
    self.randomness = randomness
    captionCache = CaptionCache(checkpoint, settings)
    loss = DiffusionLoss(
      unet: checkpoint.unet, schedule: NoiseSchedule(checkpoint.schedulerConfiguration),
      weighting: LossWeighting(settings))
  }

  /// - Parameters:
  ///   - step: from 0.
  ///   - scaler: in float16: what the loss is multiplied with; a step whose gradients overflow moves nothing.
  /// - Returns: the loss, averaged over the step's batches.
  /// - Throws: `TrainingError.diverged` before anything is moved.
  func step(_ step: Int, scaler: inout LossScaler?) throws -> Double {
    let count = settings.gradientAccumulation
    return try self.step(step, scaler: &scaler) { part in try draw(step * count + part) }
  }

  /// - Parameter batch: the step's batches, of which there are as many as gradients are accumulated of.
  func step(
    _ step: Int, scaler: inout LossScaler?, batch: (_ part: Int) throws -> DiffusionLoss.Batch
  ) throws -> Double {
    let count = settings.gradientAccumulation, scale = scaler?.scale ?? 1
    var mean = 0.0
    for part in 0..<count {
      let value = try loss(batch(part))
      let number = try value.item()
      guard number.isFinite else { throw TrainingError.diverged(step: step + 1, loss: number) }
      mean += number / Double(count)
      try (value * (scale / Double(count))).backward()
    }
    if scaler != nil || settings.maxGradientNorm != nil {
      let norm = try adapters.clipGradients(settings.maxGradientNorm ?? .infinity, scaledBy: scale)
      let overflowed = !norm.isFinite
      scaler?.update(overflowed: overflowed)
      if overflowed {
        guard let scaler, scaler.scale >= 1 else { throw TrainingError.diverged(step: step + 1, loss: mean) }
        try adapters.dropGradients()
        return mean
      }
    }
    try adapters.step(step, rateFactor: settings.rateFactor(at: step))
    return mean
  }

  /// The timesteps and the noise of a batch: a function of the seed and the batch's number.
  private func draw(_ number: Int) throws -> DiffusionLoss.Batch {
    let batch = try batches.batch(number)
    let shape = batch.latents.shape
    let generator = try randomness.generator(.step, number)
    let timesteps = try Tensor.randint(
      high: loss.schedule.trainTimesteps, shape: [shape[0]], generator: generator
    ).int64s()
    var noise = try Tensor.randn(shape: shape, generator: generator)
    if settings.noiseOffset > 0 {
      let offset = try Tensor.randn(shape: [shape[0], shape[1], 1, 1], generator: generator)
      noise = try noise + offset * settings.noiseOffset
    }
    return DiffusionLoss.Batch(
      latents: batch.latents, noise: noise, timesteps: timesteps.map { Int($0) },
      conditioning: try captionCache.features(batch.captions, sizes: batch.sizes), sampleWeights: batch.sampleWeights,
      pixelWeights: batch.pixelWeights)
  }
}
