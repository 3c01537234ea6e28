import Torch

/// Denoising Diffusion Probabilistic Models (Ho et al., arXiv 2006.11239): samples from the posterior
/// q(xₜ₋₁ | xₜ, x₀) of equation 7, over steps of any width, with its own variance β̃ (diffusers' `fixed_small`).
final class DDPMSampler: TimestepSampler {
  let space: TimestepSpace

  init(_ run: SamplerRun) {
    space = TimestepSpace(run)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let timestep = space.timesteps[step]
    let alpha = space.alpha(at: timestep)
    // The last step ends on clean latents, whatever DDIM's last step of this checkpoint does.
    let next = step + 1 < steps ? space.alpha(at: space.timesteps[step + 1]) : 1
    let beta = 1 - alpha / next
    let clean = try space.clean(latents, output: output, alpha: alpha)
    let ofClean = next.squareRoot() * beta / (1 - alpha)
    let ofLatents = (alpha / next).squareRoot() * (1 - next) / (1 - alpha)
    let mean = try clean * ofClean + latents * ofLatents
    guard timestep > 0 else { return mean }
    let variance = max((1 - next) / (1 - alpha) * beta, 1e-20)
    return try mean + freshNoise() * variance.squareRoot()
  }
}
