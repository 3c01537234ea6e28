import Torch

/// DPM-Solver++(2S), midpoint form (arXiv 2211.01095, algorithm 1), spread over the steps asked for as diffusers'
/// singlestep solver does: every other step is done anew from its predecessor's start, over both, with what was learned
/// in between. The last step, and with an even number the last two, are of first order.
final class DPMSingleSampler: LambdaSampler {
  let space: LambdaSpace
  private var begun: (latents: Tensor, clean: Tensor, step: Int)?

  init(_ run: SamplerRun) {
    space = LambdaSpace(run)
  }

  func advance(
    _ latents: Tensor, clean: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    guard step % 2 == 1, step + 1 < steps, let begun, begun.step == step - 1 else {
      begun = (latents, clean, step)
      return try space.transfer(latents, clean: clean, from: step, to: step + 1)
    }
    let (start, middle, end) = (space.levels[step - 1], space.levels[step], space.levels[step + 1])
    let reach = (end.lambda - start.lambda) / (2 * (middle.lambda - start.lambda))
    let steady = try begun.clean + (clean - begun.clean) * reach
    return try space.transfer(begun.latents, clean: steady, from: step - 1, to: step + 1)
  }
}
