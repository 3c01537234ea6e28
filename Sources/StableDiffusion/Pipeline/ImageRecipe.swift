import Torch

/// All that the images of one request share: encoded prompts, the picture to start from, masks. Each seed makes one
/// `ImageRun` of it.
///
/// The adapters that act on text encoders must be attached when the recipe is made, those of U-Nets at every step.
package final class ImageRecipe {
  private let request: ImageSynthesizer.Request
  private let parts: [Part]
  private let autoencoder: AutoencoderKL
  private let start: StartingLatents
  private let latentShape: [Int]
  /// Model calls for each image.
  package let totalSteps: Int

  /// A network's part of the way.
  private struct Part {
    let unet: UNet2DConditionModel
    let conditioning: Conditioning
    let schedule: NoiseSchedule
    /// Of the noise schedule, from its noisy end.
    let share: ClosedRange<Double>
  }

  init(_ checkpoint: StableDiffusionCheckpoint, _ request: ImageSynthesizer.Request) throws {
    self.request = request
    autoencoder = checkpoint.autoencoder
    let side = autoencoder.configuration.downsamplingFactor
    latentShape = [1, autoencoder.configuration.latentChannels, request.height / side, request.width / side]
    let handover = request.refinement?.highNoiseFraction ?? 1
    (parts, start) = try inferenceMode {
      var parts = [try Self.part(checkpoint, request, share: 0...handover)]
      if let refiner = request.refinement?.checkpoint {
        try Self.checkLatents(of: refiner.autoencoder.configuration, checkpoint.autoencoder.configuration)
        parts.append(try Self.part(refiner, request, share: handover...1))
      }
      return (parts, try StartingLatents(request, checkpoint.autoencoder, networks: parts.map(\.unet)))
    }
    totalSteps = try Self.walk(parts, request).reduce(0) { $0 + $1.steps.count }
  }

  /// The image of a seed, at its beginning.
  package func run(seed: UInt64) throws -> ImageRun {
    try inferenceMode {
      // On the CPU, whatever the device: the same seed is the same noise everywhere.
      let generator = try Generator(seed: seed)
      let walk = try Self.walk(parts, request)
      let begin = try start.draw(latentShape, walk[0].sampler, step: walk[0].steps.lowerBound, generator)
      let stages = walk.map { part, sampler, steps in
        ImageRun.Stage(
          unet: part.unet, sampler: sampler, steps: steps, guidance: request.guidance, conditioning: part.conditioning,
          extraChannels: part.unet.takesMask ? begin.maskChannels : nil,
          region: part.unet.takesMask ? nil : begin.region)
      }
      return ImageRun(seed: seed, latents: begin.latents, stages: stages, generator: generator)
    }
  }

  /// The pixels of the image that latents stand for: `width · height · 3` bytes, rows from top to bottom.
  ///
  /// - Throws: for latents that are not finite, whose picture would be black.
  package func picture(_ latents: Tensor) throws -> [UInt8] {
    try inferenceMode {
      guard try latents.isFiniteAll else {
        throw TorchError(
          .invalidArgument,
          "the picture's latents are not finite: numbers became too large on the way; use the checkpoint in bf16 or "
            + "float32, or give the LoRA a smaller weight")
      }
      let unscaled = try (latents / autoencoder.scalingFactor).to(dtype: autoencoder.dtype)
      return try ImageTensor.decode(autoencoder.decode(unscaled))[0]
    }
  }

  /// A cheap look at latents, as large as the picture: for previews.
  package func preview(_ latents: Tensor) throws -> [UInt8] {
    try inferenceMode {
      let colours = try autoencoder.preview().colours(latents)
      return try ImageTensor.decode(
        F.interpolate(colours, height: request.height, width: request.width, mode: .bilinear))[0]
    }
  }

  /// A refiner goes on from the first model's latents.
  private static func checkLatents(
    of refiner: AutoencoderConfiguration, _ base: AutoencoderConfiguration
  ) throws(CheckpointError) {
    guard
      refiner.latentChannels == base.latentChannels, refiner.downsamplingFactor == base.downsamplingFactor,
      refiner.scalingFactor == base.scalingFactor
    else {
      throw .invalidConfiguration(
        field: "refiner vae",
        reason: "makes other latents than the first checkpoint's; use a refiner of the same family")
    }
  }

  private static func part(
    _ checkpoint: StableDiffusionCheckpoint, _ request: ImageSynthesizer.Request, share: ClosedRange<Double>
  ) throws -> Part {
    let sizes = MicroConditioning(width: request.width, height: request.height)
    var away = sizes
    away.aestheticScore = 2.5
    let wanted = Prompt(request.prompt, text2: request.prompt2)
    let unwanted = Prompt(request.negativePrompt, text2: request.negativePrompt2)
    let isGuided = request.guidance.isOn
    var conditioning = try PromptEncoder(checkpoint, embeddings: request.embeddings).encode(
      isGuided ? [unwanted, wanted] : [wanted], sizes: isGuided ? [away, sizes] : [sizes], clipSkip: request.clipSkip)
    checkpoint.restTextEncoders()
    if isGuided, unwanted.isEmpty, checkpoint.zeroesEmptyNegativePrompt {
      conditioning = try conditioning.zeroingPrompt(ofRow: 0)
    }
    return Part(
      unet: checkpoint.unet, conditioning: conditioning, schedule: NoiseSchedule(checkpoint.schedulerConfiguration),
      share: share)
  }

  /// The parts that have steps to walk, each with a sampler of its own: at least one.
  private static func walk(
    _ parts: [Part], _ request: ImageSynthesizer.Request
  ) throws(SamplerError) -> [(part: Part, sampler: any Sampler, steps: Range<Int>)] {
    var walk: [(part: Part, sampler: any Sampler, steps: Range<Int>)] = []
    for part in parts {
      let sampler = try request.sampler.make(part.schedule, steps: request.steps, options: request.samplerOptions)
      func step(at fraction: Double) -> Int {
        sampler.step(atNoiseFraction: fraction, trainTimesteps: part.schedule.trainTimesteps)
      }
      let first = max(
        request.start.map { sampler.firstStep(strength: $0.strength) } ?? 0, step(at: part.share.lowerBound))
      let end = step(at: part.share.upperBound)
      if first < end { walk.append((part, sampler, first..<end)) }
    }
    guard walk.isEmpty, let part = parts.first else { return walk }
    // So few steps, or two such different schedules, that each model leaves all to the other.
    let sampler = try request.sampler.make(part.schedule, steps: request.steps, options: request.samplerOptions)
    return [(part, sampler, 0..<sampler.steps)]
  }
}

extension UNet2DConditionModel {
  /// Whether it is an inpainting model, which is shown the mask and what the mask leaves of the picture.
  package var takesMask: Bool { configuration.inChannels == 2 * configuration.outChannels + 1 }
}
