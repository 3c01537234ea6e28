import Torch

/// Euler steps that go lower than the next noise level and come back up with fresh noise
/// (k-diffusion's "ancestral" sampling, η = 1).
final class EulerAncestralSampler: SigmaSampler {
  let space: SigmaSpace

  init(_ run: SamplerRun) {
    space = SigmaSpace(run)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let (down, up) = SigmaSpace.ancestral(from: space.sigmas[step], to: space.sigmas[step + 1])
    let slope = try derivative(latents, output: output, step: step)
    let lowered = try latents + slope * (down - space.sigmas[step])
    // Drawn on the last step too, where its weight is zero: the random stream stays that of diffusers.
    return try lowered + freshNoise() * up
  }
}
