import Torch

/// Latent consistency models (Luo et al., arXiv 2310.04378): each step goes to clean latents at once, then back up with
/// fresh noise. For models and LoRAs that were distilled for it.
final class LCMSampler: TimestepSampler {
  /// The DDIM steps of the distillation; a run visits some of them.
  static let distilledSteps = 50
  let space: TimestepSpace

  init(_ run: SamplerRun) {
    let train = run.schedule.trainTimesteps
    let distilled = min(Self.distilledSteps, train)
    let stride = train / distilled
    let spacing = Double(distilled) / Double(run.steps)
    let timesteps = (0..<run.steps).map { (distilled - Int(Double($0) * spacing)) * stride - 1 }
    space = TimestepSpace(timesteps, schedule: run.schedule)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let timestep = space.timesteps[step]
    let clean = try space.clean(latents, output: output, alpha: space.alpha(at: timestep))
    // The boundary condition of equation 9: at timestep 0 the latents themselves. The scale of time and the data's
    // deviation are the distillation's.
    let time = Double(timestep) * 10, deviation = 0.5
    let variance = time * time + deviation * deviation
    let denoised = try clean * (time / variance.squareRoot()) + latents * (deviation * deviation / variance)
    guard step + 1 < steps else { return denoised }
    return try space.addNoise(to: denoised, noise: freshNoise(), alpha: space.alpha(at: space.timesteps[step + 1]))
  }
}
