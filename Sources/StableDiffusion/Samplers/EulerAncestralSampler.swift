import Torch

/// Euler steps that go lower than the next noise level and come back up with fresh noise
/// (k-diffusion's "ancestral" sampling, η = 1).
final class EulerAncestralSampler: SigmaSampler {
  let space: SigmaSpace

  init(_ schedule: NoiseSchedule, steps: Int) {
    space = SigmaSpace(schedule, steps: steps, karras: false)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let from = space.sigmas[step] * space.sigmas[step], to = space.sigmas[step + 1] * space.sigmas[step + 1]
    let up = to * (from - to) / from
    let down = max(to - up, 0)
    let lowered = try space.euler(latents, output: output, step: step, to: down.squareRoot())
    // Drawn on the last step too, where its weight is zero: the random stream stays that of diffusers.
    return try lowered + freshNoise() * up.squareRoot()
  }
}
