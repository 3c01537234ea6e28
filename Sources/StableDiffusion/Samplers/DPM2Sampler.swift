import Torch

/// DPM-Solver-2 as k-diffusion has it (Karras et al., arXiv 2206.00364, algorithm 2): the derivative in the middle of
/// the step, in log σ, holds for the whole of it.
final class DPM2Sampler: MiddleSlopeSampler {
  let space: SigmaSpace
  let between: [(sigma: Double, timestep: Double)]
  var start: Tensor?

  init(_ run: SamplerRun) {
    let space = SigmaSpace(run, roundsKarras: true)
    self.space = space
    between = space.midpoints { space.sigmas[$0 + 1] }
  }

  func end(
    ofStep step: Int, from start: Tensor, slope: Tensor, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try start + slope * (space.sigmas[step + 1] - space.sigmas[step])
  }
}
