import Torch

/// DPM-Solver-2 that goes lower than the next noise level and comes back up with fresh noise (k-diffusion's
/// "ancestral" sampling, η = 1).
final class DPM2AncestralSampler: MiddleSlopeSampler {
  let space: SigmaSpace
  let between: [(sigma: Double, timestep: Double)]
  var start: Tensor?

  init(_ run: SamplerRun) {
    let space = SigmaSpace(run, roundsKarras: true)
    self.space = space
    between = space.midpoints { SigmaSpace.ancestral(from: space.sigmas[$0], to: space.sigmas[$0 + 1]).down }
  }

  func end(
    ofStep step: Int, from start: Tensor, slope: Tensor, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let from = space.sigmas[step]
    let (down, up) = SigmaSpace.ancestral(from: from, to: space.sigmas[step + 1])
    return try start + slope * (down - from) + freshNoise() * up
  }
}
