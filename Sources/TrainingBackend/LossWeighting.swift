import StableDiffusion

/// How much each timestep counts in the loss.
enum LossWeighting: Equatable {
  case uniform
  /// Min-SNR-γ (Hang et al., arXiv 2303.09556): timesteps of little noise count no more than γ allows.
  case minSNR(gamma: Double)
  /// Debiased estimation (Yu et al., arXiv 2310.08442): 1/√SNR.
  case debiased

  init(_ settings: TrainingSettings) {
    self =
      if settings.debiasedEstimation {
        .debiased
      } else if let gamma = settings.minSNRGamma {
        .minSNR(gamma: gamma)
      } else {
        .uniform
      }
  }

  /// - Parameter snr: the timestep's signal-to-noise ratio: 0 at the end of a zero-terminal schedule, infinite where
  ///   nothing is added.
  func weight(snr: Double, _ prediction: PredictionType) -> Double {
    switch (self, prediction) {
    case (.uniform, _): return 1
    // min(SNR, γ) / SNR, without a division by an SNR of 0.
    case (.minSNR(let gamma), .epsilon): return snr <= gamma ? 1 : gamma / snr
    case (.minSNR(let gamma), .velocity): return min(snr, gamma) / (min(snr, .greatestFiniteMagnitude) + 1)
    case (.debiased, _):
      // Timesteps with hardly any noise or signal would count for nothing or for everything. Stable Diffusion's own
      // schedule ends at 0.0047, so the lower bound speaks for zero-terminal ones only.
      let bounded = min(max(snr, 1e-3), 1000)
      return prediction == .epsilon ? 1 / bounded.squareRoot() : 1 / (bounded + 1)
    }
  }
}
