import Torch

/// Denoising Diffusion Implicit Models (arXiv 2010.02502), η = 0.
final class DDIMSampler: TimestepSampler {
  let space: TimestepSpace
  private let stride: Int

  init(_ run: SamplerRun) {
    space = TimestepSpace(run)
    stride = run.schedule.trainTimesteps / run.steps
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let timestep = space.timesteps[step]
    let alpha = space.alpha(at: timestep), next = space.alpha(at: timestep - stride)
    let clean = try space.clean(latents, output: output, alpha: alpha)
    // The direction that points back to xₜ.
    let noise = try space.noise(latents, output: output, alpha: alpha)
    return try clean * next.squareRoot() + noise * (1 - next).squareRoot()
  }
}
