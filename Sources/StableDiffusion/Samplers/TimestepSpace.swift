import Torch

/// A run described by whole training timesteps and their ᾱ, in the variance-preserving form
/// x = √ᾱ·x₀ + √(1 − ᾱ)·noise, which DDIM, DDPM, PNDM and LCM share.
struct TimestepSpace {
  let timesteps: [Int]
  let schedule: NoiseSchedule

  init(_ timesteps: [Int], schedule: NoiseSchedule) {
    self.timesteps = timesteps
    self.schedule = schedule
  }

  /// Linspace leaves fractions; the tables here are read at whole timesteps only.
  init(_ run: SamplerRun) {
    timesteps = SamplingTimesteps.make(run.spacing, steps: run.steps, schedule: run.schedule)
      .map { Int($0.rounded(.toNearestOrEven)) }
    schedule = run.schedule
  }

  /// ᾱ at a timestep; past the end it is 1 or ᾱ₀, as the checkpoint was configured.
  func alpha(at timestep: Int) -> Double {
    if timestep >= 0 { return schedule.alphaCumprod(at: timestep) }
    return schedule.configuration.setAlphaToOne ? 1 : schedule.alphaCumprod(at: 0)
  }

  func addNoise(to latents: Tensor, noise: Tensor, alpha: Double) throws(TorchError) -> Tensor {
    let signal = try latents * alpha.squareRoot()
    return try signal + noise * (1 - alpha).squareRoot()
  }

  /// The prediction of x₀ (DDIM's equation 12).
  func clean(_ latents: Tensor, output: Tensor, alpha: Double) throws(TorchError) -> Tensor {
    let a = alpha.squareRoot(), b = (1 - alpha).squareRoot()
    let clean =
      switch schedule.configuration.predictionType {
      case .epsilon: try (latents - output * b) / a
      case .velocity: try latents * a - output * b
      }
    guard schedule.configuration.clipSample else { return clean }
    let range = schedule.configuration.clipSampleRange
    return try clean.clamp(min: -range, max: range)
  }

  /// The prediction of the noise.
  func noise(_ latents: Tensor, output: Tensor, alpha: Double) throws(TorchError) -> Tensor {
    switch schedule.configuration.predictionType {
    case .epsilon: output
    case .velocity: try output * alpha.squareRoot() + latents * (1 - alpha).squareRoot()
    }
  }
}

/// A sampler over whole timesteps: all but its steps is the space's.
protocol TimestepSampler: Sampler {
  var space: TimestepSpace { get }
}

extension TimestepSampler {
  package var timesteps: [Float] { space.timesteps.map { Float($0) } }
  package var initialNoiseScale: Double { 1 }

  package func modelInput(_ latents: Tensor, step: Int) -> Tensor { latents }

  package func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.addNoise(to: latents, noise: noise, alpha: space.alpha(at: space.timesteps[step]))
  }

  package func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.clean(latents, output: output, alpha: space.alpha(at: space.timesteps[step]))
  }
}
