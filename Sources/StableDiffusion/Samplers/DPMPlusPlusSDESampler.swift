import Torch

/// DPM-Solver++ on the reverse SDE, twice in a step (k-diffusion's DPM++ SDE, r = ½): to the middle in log σ, then the
/// whole step with the output there, each with ancestral noise.
///
/// The noise is that of one Brownian motion: the second call's covers the first's. k-diffusion draws it from a tree so
/// that runs of different lengths meet the same path. Here its two independent increments are drawn as they come, which
/// has the same distribution, so a seed does not give the picture that it gives there.
final class DPMPlusPlusSDESampler: TwoCallSampler {
  let space: SigmaSpace
  let between: [(sigma: Double, timestep: Double)]
  private var begun: (latents: Tensor, noise: Tensor)?

  init(_ run: SamplerRun) {
    let space = SigmaSpace(run)
    self.space = space
    between = space.midpoints { space.sigmas[$0 + 1] }
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let clean = try clean(latents, output: output, step: step)
    let from = space.sigmas[step / 2], to = space.sigmas[step / 2 + 1]
    // Euler's step to σ = 0.
    guard to > 0 else { return clean }
    let middle = between[step / 2].sigma
    let noise = try freshNoise()
    guard step % 2 == 1, let begun else {
      begun = (latents, noise)
      return try transfer(latents, clean: clean, noise: noise, from: from, to: middle)
    }
    self.begun = nil
    let first = ((from - middle) / (from - to)).squareRoot(), second = ((middle - to) / (from - to)).squareRoot()
    return try transfer(
      begun.latents, clean: clean, noise: begun.noise * first + noise * second, from: from, to: to)
  }

  private func transfer(
    _ latents: Tensor, clean: Tensor, noise: Tensor, from: Double, to: Double
  ) throws(TorchError) -> Tensor {
    let (down, up) = SigmaSpace.ancestral(from: from, to: to)
    let share = down / from
    return try latents * share + clean * (1 - share) + noise * up
  }
}
