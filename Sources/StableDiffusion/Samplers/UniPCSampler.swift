import Foundation
import Torch

/// UniPC of second order, B₂(h) form, on the clean latents (Zhao et al., arXiv 2302.04867): each output first corrects
/// the step that led to it, then predicts the next. The first and the last step are of first order.
final class UniPCSampler: LambdaSampler {
  let space: LambdaSpace
  /// The last two, newest last.
  private var outputs: [Tensor] = []
  /// The corrected latents that the last step began with, the clean ones they implied, and its order.
  private var last: (latents: Tensor, clean: Tensor, order: Int)?

  init(_ run: SamplerRun) {
    space = LambdaSpace(run)
  }

  func advance(
    _ latents: Tensor, clean: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    var corrected = latents
    if let last { corrected = try correct(last, clean: clean, step: step) }
    outputs = outputs.suffix(1) + [clean]
    let order = min(outputs.count, steps - step)
    last = (corrected, clean, order)
    var steady = clean
    if order == 2 { steady = try steady + slope(at: step) * 0.5 }
    return try space.transfer(corrected, clean: steady, from: step, to: step + 1)
  }

  /// How the clean latents change from `step` to the next, as those of `step` and the one before tell.
  private func slope(at step: Int) throws(TorchError) -> Tensor {
    try (outputs[0] - outputs[1]) / ratio(at: step)
  }

  /// The way back to the step before over the way ahead, in λ: negative.
  private func ratio(at step: Int) -> Double {
    let levels = space.levels
    return (levels[step - 1].lambda - levels[step].lambda) / (levels[step + 1].lambda - levels[step].lambda)
  }

  /// UniC: the step that led to these latents once more, now that the clean latents at its end are known.
  private func correct(
    _ last: (latents: Tensor, clean: Tensor, order: Int), clean: Tensor, step: Int
  ) throws(TorchError) -> Tensor {
    let from = step - 1
    let change = try clean - last.clean
    var steady = last.clean
    if last.order == 1 {
      steady = try steady + change * 0.5
    } else {
      let (past, present) = weights(from: from)
      steady = try steady + slope(at: from) * past + change * present
    }
    return try space.transfer(last.latents, clean: steady, from: from, to: step)
  }

  /// The weights of the change before the step and of the change over it: equation 8 for two differences, solved.
  private func weights(from step: Int) -> (past: Double, present: Double) {
    let h = space.levels[step].lambda - space.levels[step + 1].lambda
    let b = expm1(h), phi2 = b / h - 1, phi3 = phi2 / h - 0.5
    let first = phi2 / b, second = 2 * phi3 / b
    let past = (second - first) / (ratio(at: step) - 1)
    return (past, first - past)
  }
}
