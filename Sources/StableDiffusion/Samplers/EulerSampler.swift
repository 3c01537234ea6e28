import Torch

/// Euler's method on the probability-flow ODE (Karras et al., arXiv 2206.00364, algorithm 2 without churn).
final class EulerSampler: Sampler {
  private let space: SigmaSpace

  init(_ schedule: NoiseSchedule, steps: Int, karras: Bool) {
    space = SigmaSpace(schedule, steps: steps, karras: karras)
  }

  var timesteps: [Float] { space.timesteps }
  var initialNoiseScale: Double { space.initialNoiseScale }

  func modelInput(_ latents: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.modelInput(latents, step: step)
  }

  func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.addNoise(to: latents, noise: noise, step: step)
  }

  func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.clean(latents, output: output, step: step)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try space.euler(latents, output: output, step: step, to: space.sigmas[step + 1])
  }
}
