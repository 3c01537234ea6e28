import Torch

/// The clean latents in the middle of a step, on the line through those of its beginning and of the step before: what
/// DPM-Solver++(2M) takes for the whole step.
struct CleanMidpoint {
  private var previous: (clean: Tensor, step: Int)?

  /// Those of the beginning alone on the first step and on the last, which goes to where λ is infinite.
  mutating func ofStep(
    _ step: Int, beginning clean: Tensor, in space: LambdaSpace
  ) throws(TorchError) -> Tensor {
    defer { previous = (clean, step) }
    guard step + 1 < space.timesteps.count, let previous, previous.step == step - 1 else { return clean }
    let levels = space.levels
    let behind = levels[step].lambda - levels[step - 1].lambda, ahead = levels[step + 1].lambda - levels[step].lambda
    return try clean + (clean - previous.clean) * (ahead / (2 * behind))
  }
}
