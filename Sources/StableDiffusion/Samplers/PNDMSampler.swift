import Torch

/// Pseudo numerical methods on manifolds (Liu et al., arXiv 2202.09778) without the Runge–Kutta warm-up, as Stable
/// Diffusion is shipped with it (`skip_prk_steps`; PLMS elsewhere): Adams–Bashforth of fourth order on the noise.
///
/// A first step of second order takes its place: to the second timestep, and once more with the mean of the outputs at
/// both ends, so the second timestep is called twice.
///
/// A run that begins in the middle warms up with Adams–Bashforth of lower orders. diffusers repeats the first step's
/// trick there without calling a timestep twice, and from then on takes latents for a step cleaner than they are.
final class PNDMSampler: TimestepSampler {
  let space: TimestepSpace
  let requestedSteps: Int
  private let stride: Int
  /// The last four, newest last.
  private var outputs: [Tensor] = []
  private var start: Tensor?

  init(_ run: SamplerRun) {
    var timesteps = TimestepSpace(run).timesteps
    requestedSteps = timesteps.count
    if timesteps.count > 1 { timesteps.insert(timesteps[1], at: 1) }
    space = TimestepSpace(timesteps, schedule: run.schedule)
    stride = run.schedule.trainTimesteps / run.steps
  }

  func call(ofStep requested: Int) -> Int { requested == 0 ? 0 : requested + 1 }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let timestep = space.timesteps[step]
    if step == 1, let start, let first = outputs.last {
      self.start = nil
      return try transfer(start, (output + first) / 2, from: timestep + stride, to: timestep)
    }
    if step == 0 { start = latents }
    outputs = outputs.suffix(3) + [output]
    return try transfer(latents, extrapolated(), from: timestep, to: timestep - stride)
  }

  /// The output that holds for the whole step (equation 12 and its lower orders).
  private func extrapolated() throws(TorchError) -> Tensor {
    let o = Array(outputs.reversed())
    switch o.count {
    case 1: return o[0]
    case 2: return try (o[0] * 3 - o[1]) / 2
    case 3: return try (o[0] * 23 - o[1] * 16 + o[2] * 5) / 12
    default: return try (o[0] * 55 - o[1] * 59 + o[2] * 37 - o[3] * 9) / 24
    }
  }

  /// The transfer part of equation 9. It divides by ᾱ, so the little signal that other samplers give a schedule without
  /// any at its end is needed here too.
  private func transfer(
    _ latents: Tensor, _ output: Tensor, from: Int, to: Int
  ) throws(TorchError) -> Tensor {
    let alpha = max(space.alpha(at: from), Double(NoiseSchedule.leastAlpha)), next = space.alpha(at: to)
    let noise = try space.noise(latents, output: output, alpha: alpha)
    let denominator = alpha * (1 - next).squareRoot() + (alpha * (1 - alpha) * next).squareRoot()
    return try latents * (next / alpha).squareRoot() - noise * ((next - alpha) / denominator)
  }
}
