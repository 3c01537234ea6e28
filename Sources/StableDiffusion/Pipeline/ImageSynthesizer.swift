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
    /// What the XL family's second text encoder reads; nil: what the first one does.
    package var prompt2: String?
    package var negativePrompt2: String?
    /// The text encoders' layer to read, from the end; nil: the family's own.
    package var clipSkip: Int?
    /// Textual inversions that the prompts may name.
    package var embeddings: [PromptEmbedding] = []
    package var sampler: SamplerDescriptor
    package var samplerOptions = SamplerOptions()
    package var steps: Int
    package var guidance: Guidance
    /// In pixels, multiples of `pixelsPerLatent`.
    package var width: Int
    package var height: Int
    package var start: Start?
    package var refinement: Refinement?

    package init(
      prompt: String, sampler: SamplerDescriptor, steps: Int, guidance: Guidance, width: Int, height: Int
    ) {
      self.prompt = prompt
      self.sampler = sampler
      self.steps = steps
      self.guidance = guidance
      self.width = width
      self.height = height
    }
  }

  /// A picture to start from.
  package struct Start {
    /// Of the request's size, `[1, 3, height, width]`, −1…1.
    package var image: Tensor
    /// The share of the steps to walk, above 0 and at most 1.
    package var strength: Double
    /// Inpainting: `[1, 1, height, width]`, painted where it is 0.5 and more. Nil: all is painted over.
    package var mask: Tensor?

    package init(image: Tensor, strength: Double, mask: Tensor? = nil) {
      self.image = image
      self.strength = strength
      self.mask = mask
    }
  }

  /// A second model that goes on from the first one's latents.
  package struct Refinement {
    /// Of the same latent space.
    package var checkpoint: StableDiffusionCheckpoint
    /// The share of the noise schedule that the first model walks, 0…1.
    package var highNoiseFraction: Double

    package init(checkpoint: StableDiffusionCheckpoint, highNoiseFraction: Double) {
      self.checkpoint = checkpoint
      self.highNoiseFraction = highNoiseFraction
    }
  }

  /// How many pixels of a side one latent stands for.
  package var pixelsPerLatent: Int { checkpoint.autoencoder.configuration.downsamplingFactor }

  /// The side that the checkpoint was trained at; Stable Diffusion 1's where the file does not say.
  package var nativeSide: Int { (checkpoint.unet.configuration.sampleSize ?? 64) * pixelsPerLatent }

  /// How far to rescale guided predictions where nobody says: checkpoints of zero terminal signal-to-noise ratio
  /// overexpose without it (Lin et al., arXiv 2305.08891).
  package var nativeGuidanceRescale: Double { checkpoint.schedulerConfiguration.rescalesBetasToZeroSNR ? 0.7 : 0 }

  /// Encodes what the request's images share.
  package func recipe(_ request: Request) throws -> ImageRecipe {
    try ImageRecipe(checkpoint, request)
  }

  /// The pixels of each image, in the order of the seeds.
  ///
  /// - Parameter onStep: called after each step of each image; what it throws ends the work.
  package func images(
    _ request: Request, seeds: [UInt64], onStep: (ImageRun) throws -> Void = { _ in }
  ) throws -> [[UInt8]] {
    let recipe = try recipe(request), batch = DenoisingBatch()
    var runs: [ImageRun] = []
    for seed in seeds { runs.append(try recipe.run(seed: seed)) }
    while let first = runs.first, !first.isFinished {
      try batch.step(runs)
      for run in runs { try onStep(run) }
    }
    // One at a time: decoding is what needs the most memory.
    return try runs.map { try recipe.picture($0.latents) }
  }
}
