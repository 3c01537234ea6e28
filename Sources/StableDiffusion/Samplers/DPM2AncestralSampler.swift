import Torch

/// DPM-Solver-2 that goes lower than the next noise level and comes back up with fresh noise (k-diffusion's
/// "ancestral" sampling, η = 1).
final class DPM2AncestralSampler: TwoCallSampler {
  let space: SigmaSpace
  let between: [(sigma: Double, timestep: Double)]
  private var start: Tensor?

  init(_ run: SamplerRun) {
    let space = SigmaSpace(run, roundsKarras: true)
    self.space = space
    between = space.midpoints { SigmaSpace.ancestral(from: space.sigmas[$0], to: space.sigmas[$0 + 1]).down }
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let slope = try derivative(latents, output: output, step: step)
    let from = space.sigmas[step / 2]
    if step % 2 == 1, let start {
      self.start = nil
      let (down, up) = SigmaSpace.ancestral(from: from, to: space.sigmas[step / 2 + 1])
      return try start + slope * (down - from) + freshNoise() * up
    }
    start = latents
    let middle = step / 2 < between.count ? between[step / 2].sigma : 0
    return try latents + slope * (middle - from)
  }
}
