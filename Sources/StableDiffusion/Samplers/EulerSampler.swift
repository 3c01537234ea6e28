import Torch

/// Euler's method on the probability-flow ODE (Karras et al., arXiv 2206.00364, algorithm 2 without churn).
final class EulerSampler: SigmaSampler {
  let space: SigmaSpace

  init(_ run: SamplerRun) {
    space = SigmaSpace(run)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let slope = try derivative(latents, output: output, step: step)
    return try latents + slope * (space.sigmas[step + 1] - space.sigmas[step])
  }
}
