import Torch

/// DPM-Solver++(2M) on the reverse SDE, midpoint form (k-diffusion's DPM++ 2M SDE).
final class DPMPlusPlus2MSDESampler: LambdaSampler {
  let space: LambdaSpace
  private var previous: (clean: Tensor, step: Int)?

  init(_ run: SamplerRun) {
    space = LambdaSpace(run, keepsCosine: true)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let clean = try clean(latents, output: output, step: step)
    defer { previous = (clean, step) }
    return try space.transfer(
      latents, clean: space.midpoint(clean, previous, step: step), noise: freshNoise(), from: step, to: step + 1)
  }
}
