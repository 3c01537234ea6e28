import Torch

/// DPM-Solver++(2M), midpoint form (arXiv 2211.01095, algorithm 2): a second-order multistep solver that predicts
/// the clean latents. The first and the last step are of first order.
final class DPMPlusPlus2MSampler: LambdaSampler {
  let space: LambdaSpace
  private var midpoint = CleanMidpoint()

  init(_ run: SamplerRun) {
    space = LambdaSpace(run, keepsCosine: true)
  }

  func advance(
    _ latents: Tensor, clean: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try space.transfer(latents, clean: midpoint.ofStep(step, beginning: clean, in: space), from: step, to: step + 1)
  }
}
