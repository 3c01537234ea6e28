import Foundation

/// The forward process q(xₜ | x₀) = N(√ᾱₜ x₀, (1 − ᾱₜ) I) at the training timesteps.
///
/// Values are rounded to float32 where PyTorch's schedulers round them: a sampler's timesteps come out of
/// comparisons and roundings over these numbers, so a last bit can move a step.
package struct NoiseSchedule: Sendable {
  package let configuration: SchedulerConfiguration
  /// ᾱₜ, one for each training timestep, falling; the last is 0 where the terminal signal-to-noise ratio is.
  package let alphasCumprod: [Float]
  /// σₜ = √((1 − ᾱₜ) / ᾱₜ), rising: the noise level in the variance-exploding form.
  package let sigmas: [Float]
  package let logSigmas: [Float]

  package init(_ configuration: SchedulerConfiguration) {
    self.configuration = configuration
    var alphas = Self.alphasCumprod(Self.betas(configuration))
    var floored = alphas
    if configuration.rescalesBetasToZeroSNR {
      alphas = Self.alphasCumprod(Self.rescaledToZeroSNR(alphas))
      floored = alphas
      floored[alphas.count - 1] = Self.leastAlpha
      // A prediction of the noise says nothing about latents without signal: only velocities reach the very end.
      if configuration.predictionType == .epsilon { alphas = floored }
    }
    alphasCumprod = alphas
    sigmas = floored.map { ((1 - $0) / $0).squareRoot() }
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

  /// What stands for ᾱ = 0 where a division by it would be: float16's least number, as in diffusers.
  package static let leastAlpha = Float(sign: .plus, exponent: -24, significand: 1)

  private static func alphasCumprod(_ betas: [Float]) -> [Float] {
    var product = 1.0
    return betas.map { beta in
      product *= Double(1 - beta)
      return Float(product)
    }
  }

  /// The betas of a schedule whose √ᾱ is shifted to end on 0 and scaled to begin where it did (arXiv 2305.08891,
  /// algorithm 1).
  private static func rescaledToZeroSNR(_ alphasCumprod: [Float]) -> [Float] {
    let roots = alphasCumprod.map { $0.squareRoot() }
    let first = roots.first ?? 1, last = roots.last ?? 0
    let stretched = roots.map { root in
      let value = (root - last) * (first / (first - last))
      return value * value
    }
    return stretched.indices.map { 1 - ($0 == 0 ? stretched[0] : stretched[$0] / stretched[$0 - 1]) }
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
