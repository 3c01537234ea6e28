import Torch

/// DPM-Solver++(2M) on the reverse SDE, midpoint form (k-diffusion's DPM++ 2M SDE).
final class DPMPlusPlus2MSDESampler: LambdaSampler {
  let space: LambdaSpace
  private var midpoint = CleanMidpoint()

  init(_ run: SamplerRun) {
    space = LambdaSpace(run, keepsCosine: true)
  }

  func advance(
    _ latents: Tensor, clean: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try space.transfer(
      latents, clean: midpoint.ofStep(step, beginning: clean, in: space), noise: freshNoise(), from: step,
      to: step + 1)
  }
}
