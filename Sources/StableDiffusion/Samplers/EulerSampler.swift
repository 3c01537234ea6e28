import Torch

/// Euler's method on the probability-flow ODE (Karras et al., arXiv 2206.00364, algorithm 2 without churn).
final class EulerSampler: SigmaSampler {
  let space: SigmaSpace

  init(_ schedule: NoiseSchedule, steps: Int, karras: Bool) {
    space = SigmaSpace(schedule, steps: steps, karras: karras)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try space.euler(latents, output: output, step: step, to: space.sigmas[step + 1])
  }
}
