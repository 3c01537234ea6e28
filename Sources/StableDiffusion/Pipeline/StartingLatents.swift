import Torch

/// What a request says of the latents to start from, encoded once for all its seeds.
struct StartingLatents {
  private let autoencoder: AutoencoderKL
  /// The picture to start from; nil: noise alone.
  private let picture: LatentDistribution?
  private let strength: Double
  /// `[1, 1, height, width]` in latents: 1 is painted.
  private let mask: Tensor?
  /// What the mask leaves of the picture, for inpainting U-Nets.
  private let masked: LatentDistribution?
  /// Whether a network needs the kept part put back after each step.
  private let restores: Bool

  init(
    _ request: ImageSynthesizer.Request, _ autoencoder: AutoencoderKL, networks: [UNet2DConditionModel]
  ) throws(TorchError) {
    func distribution(_ image: Tensor) throws(TorchError) -> LatentDistribution {
      try autoencoder.encode(image.to(device: autoencoder.device).to(dtype: autoencoder.dtype))
    }
    self.autoencoder = autoencoder
    strength = request.start?.strength ?? 1
    picture = if let image = request.start?.image { try distribution(image) } else { nil }
    let painted = try request.start?.mask?.ge(0.5).to(dtype: .float32)
    let side = autoencoder.configuration.downsamplingFactor
    // A latent is painted when any of its pixels is: a thin line does not fall between them.
    mask =
      if let painted {
        try F.avgPool2d(painted, kernel: side).gt(0).to(dtype: .float32).to(device: autoencoder.device)
      } else { nil }
    restores = painted != nil && networks.contains { !$0.takesMask }
    if networks.contains(where: \.takesMask) {
      // Without a mask all is painted: nothing is left of the picture but grey.
      let left =
        if let painted, let image = request.start?.image { try image * (1 - painted) } else {
          try Tensor.zeros(shape: [1, 3, request.height, request.width])
        }
      masked = try distribution(left)
    } else {
      masked = nil
    }
  }

  /// Where an image begins.
  struct Beginning {
    /// At the noise level of the step asked for.
    var latents: Tensor
    /// The mask and what it leaves, `[1, 1 + channels, height, width]`, for networks that want to see them.
    var maskChannels: Tensor?
    /// For networks that do not.
    var region: KnownRegion?
  }

  /// Draws an image's own numbers, in diffusers' order: the autoencoder's sample of the picture, the noise, the sample
  /// of what the mask leaves.
  func draw(
    _ shape: [Int], _ sampler: any Sampler, step: Int, _ generator: Generator
  ) throws(TorchError) -> Beginning {
    func normal() throws(TorchError) -> Tensor {
      try Tensor.randn(shape: shape, generator: generator).to(device: autoencoder.device)
    }
    func sample(_ distribution: LatentDistribution) throws(TorchError) -> Tensor {
      let drawn = try normal().to(dtype: autoencoder.dtype)
      return try distribution.sample(noise: drawn).to(dtype: .float32) * autoencoder.scalingFactor
    }
    // What is painted begins as noise alone when all steps are walked.
    let forgets = picture == nil || mask != nil && strength >= 1
    let clean = if let picture, restores || !forgets { try sample(picture) } else { nil as Tensor? }
    let noise = try normal()
    var beginning =
      if let clean, !forgets { Beginning(latents: try sampler.addNoise(to: clean, noise: noise, step: step)) } else {
        Beginning(latents: try noise * sampler.initialNoiseScale)
      }
    if restores, let mask, let clean {
      beginning.region = KnownRegion(mask: mask, latents: clean, noise: noise)
    }
    // Diffusers samples the rest of the picture for every network; samplers' noise comes after it.
    if masked == nil, restores { _ = try normal() }
    if let masked {
      let all = try Tensor.ones(shape: [1, 1] + shape.dropFirst(2)).to(device: autoencoder.device)
      beginning.maskChannels = try Tensor.cat([mask ?? all, sample(masked)], dim: 1)
    }
    return beginning
  }
}
