import Foundation

/// The forward process q(xₜ | x₀) = N(√ᾱₜ x₀, (1 − ᾱₜ) I) at the training timesteps.
///
/// Values are rounded to float32 where PyTorch's schedulers round them: a sampler's timesteps come out of
/// comparisons and roundings over these numbers, so a last bit can move a step.
package struct NoiseSchedule: Sendable {
  package let configuration: SchedulerConfiguration
  /// ᾱₜ, one for each training timestep, falling.
  package let alphasCumprod: [Float]
  /// σₜ = √((1 − ᾱₜ) / ᾱₜ), rising: the noise level in the variance-exploding form.
  package let sigmas: [Float]
  package let logSigmas: [Float]

  package init(_ configuration: SchedulerConfiguration) {
    self.configuration = configuration
    var product = 1.0
    alphasCumprod = Self.betas(configuration).map { beta in
      product *= Double(1 - beta)
      return Float(product)
    }
    sigmas = alphasCumprod.map { ((1 - $0) / $0).squareRoot() }
    logSigmas = sigmas.map { Float(log($0)) }
  }

  package var trainTimesteps: Int { alphasCumprod.count }

  /// ᾱ at a timestep; timesteps past the end (a steps offset can cause one) stay on the last.
  package func alphaCumprod(at timestep: Int) -> Double {
    Double(alphasCumprod[min(max(timestep, 0), trainTimesteps - 1)])
  }

  /// Signal-to-noise ratio ᾱₜ / (1 − ᾱₜ).
  package func signalToNoise(at timestep: Int) -> Double {
    let alpha = alphaCumprod(at: timestep)
    return alpha / (1 - alpha)
  }

  private static func betas(_ configuration: SchedulerConfiguration) -> [Float] {
    let count = configuration.trainTimesteps
    switch configuration.betaSchedule {
    case .linear:
      return linspace(configuration.betaStart, configuration.betaEnd, count: count)
    case .scaledLinear:
      return linspace(configuration.betaStart.squareRoot(), configuration.betaEnd.squareRoot(), count: count)
        .map { $0 * $0 }
    case .cosine:
      // "Improved Denoising Diffusion Probabilistic Models" (arXiv 2102.09672), equation 17, β capped at 0.999.
      func alphaBar(_ t: Double) -> Double {
        let c = cos((t + 0.008) / 1.008 * .pi / 2)
        return c * c
      }
      return (0..<count).map { i in
        let now = Double(i) / Double(count), next = Double(i + 1) / Double(count)
        return Float(min(1 - alphaBar(next) / alphaBar(now), 0.999))
      }
    }
  }

  /// PyTorch's float32 linspace: each half is counted from its own end, so that both ends are exact.
  private static func linspace(_ start: Double, _ end: Double, count: Int) -> [Float] {
    let start = Float(start), end = Float(end)
    let step = (end - start) / Float(count - 1)
    return (0..<count).map { i in
      i < count / 2 ? start + step * Float(i) : end - step * Float(count - i - 1)
    }
  }
}
