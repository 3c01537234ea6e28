import Torch

/// DPM-Solver-2 as k-diffusion has it (Karras et al., arXiv 2206.00364, algorithm 2): the derivative in the middle of
/// the step, in log σ, holds for the whole of it.
final class DPM2Sampler: TwoCallSampler {
  let space: SigmaSpace
  let between: [(sigma: Double, timestep: Double)]
  private var start: Tensor?

  init(_ run: SamplerRun) {
    let space = SigmaSpace(run, roundsKarras: true)
    self.space = space
    between = space.midpoints { space.sigmas[$0 + 1] }
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let slope = try derivative(latents, output: output, step: step)
    let from = space.sigmas[step / 2]
    if step % 2 == 1, let start {
      self.start = nil
      return try start + slope * (space.sigmas[step / 2 + 1] - from)
    }
    start = latents
    let middle = step / 2 < between.count ? between[step / 2].sigma : 0
    return try latents + slope * (middle - from)
  }
}
