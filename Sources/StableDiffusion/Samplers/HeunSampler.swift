import Torch

/// Heun's method (Karras et al., arXiv 2206.00364, algorithm 2 without churn): an Euler step, then the same again with
/// the mean of the derivatives at both ends.
final class HeunSampler: TwoCallSampler {
  let space: SigmaSpace
  let between: [(sigma: Double, timestep: Double)]
  private var begun: (latents: Tensor, slope: Tensor)?

  init(_ run: SamplerRun) {
    let space = SigmaSpace(run)
    self.space = space
    between = (1..<run.steps).map { (space.sigmas[$0], space.timesteps[$0]) }
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let slope = try derivative(latents, output: output, step: step)
    let width = space.sigmas[step / 2 + 1] - space.sigmas[step / 2]
    if step % 2 == 1, let begun {
      self.begun = nil
      return try begun.latents + (begun.slope + slope) * (width / 2)
    }
    begun = (latents, slope)
    return try latents + slope * width
  }
}
