import Torch

/// Denoising Diffusion Implicit Models (arXiv 2010.02502), η = 0.
final class DDIMSampler: Sampler {
  let timesteps: [Float]
  let initialNoiseScale = 1.0
  private let schedule: NoiseSchedule
  private let stride: Int

  init(_ schedule: NoiseSchedule, steps: Int) {
    self.schedule = schedule
    // Linspace leaves fractions; the tables here are read at whole timesteps only.
    timesteps = SamplingTimesteps.make(
      schedule.configuration.timestepSpacing ?? .leading, steps: steps, schedule: schedule
    ).map { Float($0.rounded(.toNearestOrEven)) }
    stride = schedule.trainTimesteps / steps
  }

  func modelInput(_ latents: Tensor, step: Int) -> Tensor { latents }

  func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    let alpha = schedule.alphaCumprod(at: Int(timesteps[step]))
    let signal = try latents * alpha.squareRoot()
    return try signal + noise * (1 - alpha).squareRoot()
  }

  /// Equation 12's prediction of x₀.
  func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    let alpha = schedule.alphaCumprod(at: Int(timesteps[step]))
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

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let timestep = Int(timesteps[step])
    let alpha = schedule.alphaCumprod(at: timestep)
    let next = alphaAfter(timestep)
    // The direction that points back to xₜ.
    let noise =
      switch schedule.configuration.predictionType {
      case .epsilon: output
      case .velocity: try output * alpha.squareRoot() + latents * (1 - alpha).squareRoot()
      }
    let clean = try clean(latents, output: output, step: step)
    return try clean * next.squareRoot() + noise * (1 - next).squareRoot()
  }

  /// ᾱ one stride further down; past the end it is 1 or ᾱ₀, as the checkpoint was configured.
  private func alphaAfter(_ timestep: Int) -> Double {
    let previous = timestep - stride
    if previous >= 0 { return schedule.alphaCumprod(at: previous) }
    return schedule.configuration.setAlphaToOne ? 1 : schedule.alphaCumprod(at: 0)
  }
}
