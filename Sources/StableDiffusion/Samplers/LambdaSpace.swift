import Foundation
import Torch

/// A run described by λ = log(α / deviation) in the variance-preserving form x = α·x₀ + deviation·noise, which the
/// DPM-Solver++ family and UniPC share: they predict the clean latents and integrate over λ.
struct LambdaSpace {
  /// A noise level.
  struct Level {
    let alpha: Double
    let deviation: Double
    let lambda: Double

    init(sigma: Double) {
      alpha = 1 / (sigma * sigma + 1).squareRoot()
      deviation = sigma * alpha
      lambda = -log(sigma)
    }
  }

  let timesteps: [Float]
  /// One more than there are steps: the last is without noise, and its λ infinite.
  let levels: [Level]
  private let predictionType: PredictionType

  /// - Parameter keepsCosine: with cosine betas Karras' timesteps are cut off and not rounded (diffusers does so in
  ///   some samplers).
  init(_ run: SamplerRun, keepsCosine: Bool = false) {
    let schedule = run.schedule
    let sigmas: [Double]
    var timesteps: [Double]
    if run.sigmas == .trained {
      timesteps = SamplingTimesteps.make(run.spacing, steps: run.steps, schedule: schedule, reserving: true)
        .map { $0.rounded(.toNearestOrEven) }
      sigmas = NoiseLevels.interpolate(timesteps, schedule: schedule)
    } else {
      // The whole schedule's range, whatever the spacing.
      sigmas = NoiseLevels.spread(
        run.sigmas, from: Double(schedule.sigmas.last ?? 1), to: Double(schedule.sigmas.first ?? 1), steps: run.steps)
      timesteps = sigmas.map { NoiseLevels.timestep(ofSigma: $0, schedule: schedule) }
      if run.sigmas == .karras && !(keepsCosine && schedule.configuration.betaSchedule == .cosine) {
        timesteps = timesteps.map { $0.rounded(.toNearestOrEven) }
      }
    }
    // The model was trained on whole timesteps; what is left of a fraction is cut off.
    self.timesteps = timesteps.map { Float($0.rounded(.towardZero)) }
    levels = sigmas.map { Level(sigma: Double(Float($0))) } + [Level(sigma: 0)]
    predictionType = schedule.configuration.predictionType
  }

  func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    let level = levels[step]
    return switch predictionType {
    case .epsilon: try (latents - output * level.deviation) / level.alpha
    case .velocity: try latents * level.alpha - output * level.deviation
    }
  }

  /// The exact solution between two levels for clean latents that stay the same.
  func transfer(_ latents: Tensor, clean: Tensor, from: Int, to: Int) throws(TorchError) -> Tensor {
    let a = levels[from], b = levels[to]
    return try latents * (b.deviation / a.deviation) - clean * (b.alpha * expm1(a.lambda - b.lambda))
  }

  /// The same on the reverse SDE.
  func transfer(
    _ latents: Tensor, clean: Tensor, noise: Tensor, from: Int, to: Int
  ) throws(TorchError) -> Tensor {
    let a = levels[from], b = levels[to], h = b.lambda - a.lambda
    let share = -expm1(-2 * h)
    let carried = try latents * (b.deviation / a.deviation * exp(-h)) + clean * (b.alpha * share)
    return try carried + noise * (b.deviation * share.squareRoot())
  }
}

/// A sampler in lambda space: all but its steps is the space's.
protocol LambdaSampler: Sampler {
  var space: LambdaSpace { get }

  /// The latents after `step`.
  ///
  /// - Parameter clean: those that the model's output implies.
  func advance(
    _ latents: Tensor, clean: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor
}

extension LambdaSampler {
  package var timesteps: [Float] { space.timesteps }
  package var initialNoiseScale: Double { 1 }

  package func modelInput(_ latents: Tensor, step: Int) -> Tensor { latents }

  package func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    try latents * space.levels[step].alpha + noise * space.levels[step].deviation
  }

  package func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.clean(latents, output: output, step: step)
  }

  package func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    try advance(latents, clean: clean(latents, output: output, step: step), step: step, freshNoise: freshNoise)
  }
}
