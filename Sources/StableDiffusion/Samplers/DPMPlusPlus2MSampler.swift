import Torch

/// DPM-Solver++(2M), midpoint form (arXiv 2211.01095, algorithm 2): a second-order multistep solver that predicts
/// the clean latents. The first and the last step are of first order.
final class DPMPlusPlus2MSampler: LambdaSampler {
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
      latents, clean: space.midpoint(clean, previous, step: step), from: step, to: step + 1)
  }
}

extension LambdaSpace {
  /// The clean latents in the middle of a step, on the line through this call's and the one's before. Those of the call
  /// alone on the first step and on the last, which goes to where λ is infinite.
  func midpoint(_ clean: Tensor, _ previous: (clean: Tensor, step: Int)?, step: Int) throws(TorchError) -> Tensor {
    guard step + 1 < timesteps.count, let previous, previous.step == step - 1 else { return clean }
    let behind = levels[step].lambda - levels[step - 1].lambda, ahead = levels[step + 1].lambda - levels[step].lambda
    return try clean + (clean - previous.clean) * (ahead / (2 * behind))
  }
}
