import Torch

/// All that the images of one request share: encoded prompts, the picture to start from, masks. Each seed makes one
/// `ImageRun` of it.
///
/// The adapters that act on text encoders must be attached when the recipe is made, those of U-Nets at every step.
package final class ImageRecipe {
  private let request: ImageSynthesizer.Request
  private let parts: [Part]
  private let autoencoder: AutoencoderKL
  private let start: Start?
  private let latentShape: [Int]
  /// Model calls for each image.
  package let totalSteps: Int

  /// A network's part of the way.
  private struct Part {
    let checkpoint: StableDiffusionCheckpoint
    let conditioning: Conditioning
    let schedule: NoiseSchedule
  }

  /// What there is of a picture to start from.
  private struct Start {
    let distribution: LatentDistribution
    let strength: Double
    /// `[1, 1, height, width]` in latents: 1 is painted.
    let mask: Tensor?
    /// What a mask leaves of the picture, for inpainting U-Nets.
    let masked: LatentDistribution?
  }

  init(_ checkpoint: StableDiffusionCheckpoint, _ request: ImageSynthesizer.Request) throws {
    self.request = request
    autoencoder = checkpoint.autoencoder
    let side = autoencoder.configuration.downsamplingFactor
    latentShape = [1, autoencoder.configuration.latentChannels, request.height / side, request.width / side]
    let schedule = NoiseSchedule(checkpoint.schedulerConfiguration)
    let sampler = try request.sampler.make(schedule, steps: request.steps)
    totalSteps = sampler.steps - (request.start.map { sampler.firstStep(strength: $0.strength) } ?? 0)
    (parts, start) = try inferenceMode {
      let encoder = PromptEncoder(checkpoint)
      let prompts = request.guidance.isOn ? [request.negativePrompt, request.prompt] : [request.prompt]
      let conditioning = try encoder.encode(
        prompts, sizes: MicroConditioning(width: request.width, height: request.height))
      let part = Part(checkpoint: checkpoint, conditioning: conditioning, schedule: schedule)
      return ([part], try Self.start(checkpoint, request))
    }
  }

  /// The image of a seed, at its beginning.
  package func run(seed: UInt64) throws -> ImageRun {
    try inferenceMode {
      // On the CPU, whatever the device: the same seed is the same noise everywhere.
      let generator = try Generator(seed: seed)
      let part = parts[0]
      let sampler = try request.sampler.make(part.schedule, steps: request.steps)
      let begin = try begin(sampler, generator)
      let stage = ImageRun.Stage(
        unet: part.checkpoint.unet, sampler: sampler, steps: begin.step..<sampler.steps, guidance: request.guidance,
        conditioning: part.conditioning, extraChannels: begin.extraChannels)
      return ImageRun(
        seed: seed, latents: begin.latents, stages: [stage], generator: generator, region: begin.region)
    }
  }

  /// The pixels of the image that latents stand for: `width · height · 3` bytes, rows from top to bottom.
  package func picture(_ latents: Tensor) throws -> [UInt8] {
    try inferenceMode {
      let unscaled = try (latents / autoencoder.scalingFactor).to(dtype: autoencoder.dtype)
      return try ImageTensor.decode(autoencoder.decode(unscaled))[0]
    }
  }

  private static func start(
    _ checkpoint: StableDiffusionCheckpoint, _ request: ImageSynthesizer.Request
  ) throws(TorchError) -> Start? {
    guard let start = request.start else { return nil }
    let autoencoder = checkpoint.autoencoder
    func distribution(_ image: Tensor) throws(TorchError) -> LatentDistribution {
      try autoencoder.encode(image.to(device: autoencoder.device).to(dtype: autoencoder.dtype))
    }
    guard let mask = start.mask else {
      return Start(
        distribution: try distribution(start.image), strength: start.strength, mask: nil, masked: nil)
    }
    let painted = try mask.ge(0.5).to(dtype: .float32)
    // A latent is painted when any of its pixels is: a thin line does not fall between them.
    let side = autoencoder.configuration.downsamplingFactor
    let latents = try F.avgPool2d(painted, kernel: side).gt(0).to(dtype: .float32)
    return Start(
      distribution: try distribution(start.image), strength: start.strength,
      mask: try latents.to(device: checkpoint.unet.device),
      masked: checkpoint.unet.configuration.inChannels > autoencoder.configuration.latentChannels
        ? try distribution(start.image * (1 - painted)) : nil)
  }

  /// Where an image begins.
  private struct Beginning {
    var latents: Tensor
    var step = 0
    var region: KnownRegion?
    var extraChannels: Tensor?
  }

  /// The order of draws is diffusers': the autoencoder's sample of the picture, the noise, the sample of what the mask
  /// leaves.
  private func begin(_ sampler: any Sampler, _ generator: Generator) throws(TorchError) -> Beginning {
    func draw() throws(TorchError) -> Tensor {
      try Tensor.randn(shape: latentShape, generator: generator).to(device: autoencoder.device)
    }
    func sample(_ distribution: LatentDistribution) throws(TorchError) -> Tensor {
      let drawn = try draw().to(dtype: autoencoder.dtype)
      return try distribution.sample(noise: drawn).to(dtype: .float32) * autoencoder.scalingFactor
    }
    guard let start else { return Beginning(latents: try draw() * sampler.initialNoiseScale) }
    let first = sampler.firstStep(strength: start.strength)
    guard let mask = start.mask else {
      let clean = try sample(start.distribution)
      return Beginning(latents: try sampler.addNoise(to: clean, noise: draw(), step: first), step: first)
    }
    // Painted from noise alone when all steps are walked.
    let isFresh = start.strength >= 1
    let clean = start.masked == nil || !isFresh ? try sample(start.distribution) : nil
    let noise = try draw()
    let latents =
      if let clean, !isFresh { try sampler.addNoise(to: clean, noise: noise, step: first) } else {
        try noise * sampler.initialNoiseScale
      }
    var beginning = Beginning(latents: latents, step: first)
    if let masked = start.masked {
      beginning.extraChannels = try Tensor.cat([mask, sample(masked)], dim: 1)
    } else if let clean {
      beginning.region = KnownRegion(mask: mask, latents: clean, noise: noise)
    }
    return beginning
  }
}
