import Foundation
import Torch

/// DPM-Solver++(2M), midpoint form (arXiv 2211.01095, algorithm 2): a second-order multistep solver that predicts
/// the clean latents. The first and the last step are of first order.
final class DPMPlusPlus2MSampler: Sampler {
  let timesteps: [Float]
  let initialNoiseScale = 1.0
  private let sigmas: [Double]
  private let predictionType: PredictionType
  private var previous: (clean: Tensor, step: Int)?

  init(_ schedule: NoiseSchedule, steps: Int, karras: Bool) {
    let levels: [Double]
    var timesteps: [Double]
    if karras {
      // The whole schedule's range, whatever the spacing.
      levels = NoiseLevels.karras(
        from: Double(schedule.sigmas.last ?? 1), to: Double(schedule.sigmas.first ?? 1), steps: steps)
      timesteps = levels.map { NoiseLevels.timestep(ofSigma: $0, schedule: schedule) }
      if schedule.configuration.betaSchedule != .cosine {
        timesteps = timesteps.map { $0.rounded(.toNearestOrEven) }
      }
    } else {
      timesteps = SamplingTimesteps.make(
        schedule.configuration.timestepSpacing ?? .linspace, steps: steps, schedule: schedule, reserving: true
      ).map { $0.rounded(.toNearestOrEven) }
      levels = NoiseLevels.interpolate(timesteps, schedule: schedule)
    }
    // The model was trained on whole timesteps; what is left of a fraction is cut off.
    self.timesteps = timesteps.map { Float($0.rounded(.towardZero)) }
    sigmas = levels.map { Double(Float($0)) } + [0]
    predictionType = schedule.configuration.predictionType
  }

  func modelInput(_ latents: Tensor, step: Int) -> Tensor { latents }

  func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    let level = Level(sigma: sigmas[step])
    return try latents * level.alpha + noise * level.deviation
  }

  func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    let level = Level(sigma: sigmas[step])
    return switch predictionType {
    case .epsilon: try (latents - output * level.deviation) / level.alpha
    case .velocity: try latents * level.alpha - output * level.deviation
    }
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let from = Level(sigma: sigmas[step]), to = Level(sigma: sigmas[step + 1])
    let clean = try clean(latents, output: output, step: step)
    defer { previous = (clean, step) }

    let h = to.lambda - from.lambda
    let weight = to.alpha * (exp(-h) - 1)
    let carried = try latents * (to.deviation / from.deviation)
    // The last step goes to σ = 0, where λ is infinite: first order, which lands on the clean latents.
    guard step + 1 < steps, let previous, previous.step == step - 1 else { return try carried - clean * weight }
    let ratio = (from.lambda - Level(sigma: sigmas[step - 1]).lambda) / h
    let slope = try (clean - previous.clean) / ratio
    return try carried - clean * weight - slope * (0.5 * weight)
  }

  /// A noise level in the variance-preserving form: x = α·x₀ + deviation·noise, λ = log(α / deviation).
  private struct Level {
    let alpha: Double
    let deviation: Double
    let lambda: Double

    init(sigma: Double) {
      alpha = 1 / (sigma * sigma + 1).squareRoot()
      deviation = sigma * alpha
      lambda = -log(sigma)
    }
  }
}
