import Torch

/// From prompt and seed to pixels, for images of one size: what sampling and the previews of training share.
package struct ImageSynthesizer {
  package let checkpoint: StableDiffusionCheckpoint

  package init(_ checkpoint: StableDiffusionCheckpoint) {
    self.checkpoint = checkpoint
  }

  /// What to make.
  package struct Request {
    package var prompt: String
    package var negativePrompt = ""
    package var sampler: SamplerDescriptor
    package var steps: Int
    package var guidanceScale: Double
    /// In pixels, multiples of `pixelsPerLatent`.
    package var width: Int
    package var height: Int
    /// One for each image.
    package var seeds: [UInt64]
    /// Image to image: the start, of the size above as `[1, 3, height, width]`, and the share of the steps to walk.
    package var start: (image: Tensor, strength: Double)?

    package init(
      prompt: String, sampler: SamplerDescriptor, steps: Int, guidanceScale: Double, width: Int, height: Int,
      seeds: [UInt64]
    ) {
      self.prompt = prompt
      self.sampler = sampler
      self.steps = steps
      self.guidanceScale = guidanceScale
      self.width = width
      self.height = height
      self.seeds = seeds
    }
  }

  /// How many pixels of a side one latent stands for.
  package var pixelsPerLatent: Int { checkpoint.autoencoder.configuration.downsamplingFactor }

  /// The side that the checkpoint was trained at; Stable Diffusion 1's where the file does not say.
  package var nativeSide: Int { (checkpoint.unet.configuration.sampleSize ?? 64) * pixelsPerLatent }

  /// The pixels of each image, in the order of the seeds.
  ///
  /// - Parameter onStep: called after each step; what it throws ends the work.
  package func images(_ request: Request, onStep: (Denoiser.Step) throws -> Void) throws -> [[UInt8]] {
    try inferenceMode {
      let sampler = try request.sampler.make(NoiseSchedule(checkpoint.schedulerConfiguration), steps: request.steps)
      // One generator an image on the CPU, whatever the device: the same seed is the same noise everywhere.
      var generators: [Generator] = []
      for seed in request.seeds { generators.append(try Generator(seed: seed)) }

      let encoder = PromptEncoder(checkpoint)
      let prompts = try encoder.encode([request.negativePrompt, request.prompt])
      let shape = prompts.shape
      func repeated(_ row: Int) throws(TorchError) -> Tensor {
        try prompts.narrow(dim: 0, start: row, length: 1).expand([generators.count, shape[1], shape[2]])
      }
      let denoiser = Denoiser(
        unet: checkpoint.unet, sampler: sampler, guidanceScale: request.guidanceScale, prompt: try repeated(1),
        negativePrompt: try repeated(0))
      let (latents, first) = try start(request, sampler, generators)
      let finished = try denoiser.run(latents, from: first, generators: generators, onStep: onStep)
      // One at a time: decoding is what needs the most memory.
      var pictures: [[UInt8]] = []
      for index in 0..<generators.count {
        pictures += try decode(finished.narrow(dim: 0, start: index, length: 1))
      }
      return pictures
    }
  }

  /// The pictures that latents stand for, one for each of the batch.
  package func decode(_ latents: Tensor) throws(TorchError) -> [[UInt8]] {
    let autoencoder = checkpoint.autoencoder
    let unscaled = try (latents / autoencoder.scalingFactor).to(dtype: autoencoder.dtype)
    return try ImageTensor.decode(autoencoder.decode(unscaled))
  }

  /// The latents to start from, float32, and the step they are at.
  private func start(
    _ request: Request, _ sampler: any Sampler, _ generators: [Generator]
  ) throws(TorchError) -> (latents: Tensor, step: Int) {
    let autoencoder = checkpoint.autoencoder
    let shape = [
      1, checkpoint.unet.configuration.inChannels, request.height / pixelsPerLatent, request.width / pixelsPerLatent,
    ]
    var latents: [Tensor] = []
    guard let start = request.start else {
      for generator in generators {
        latents.append(try Tensor.randn(shape: shape, generator: generator) * sampler.initialNoiseScale)
      }
      return (try Tensor.cat(latents, dim: 0).to(device: checkpoint.unet.device), 0)
    }
    let first = sampler.firstStep(strength: start.strength)
    let image = try start.image.to(device: autoencoder.device).to(dtype: autoencoder.dtype)
    let distribution = try autoencoder.encode(image)
    for generator in generators {
      // The order of draws is diffusers': first the autoencoder's sample, then the noise.
      let drawn = try Tensor.randn(shape: shape, generator: generator).to(device: autoencoder.device)
      let clean = try distribution.sample(noise: drawn.to(dtype: autoencoder.dtype)).to(dtype: .float32)
      let noise = try Tensor.randn(shape: shape, generator: generator).to(device: autoencoder.device)
      latents.append(
        try sampler.addNoise(to: clean * autoencoder.scalingFactor, noise: noise, step: first))
    }
    return (try Tensor.cat(latents, dim: 0), first)
  }
}
