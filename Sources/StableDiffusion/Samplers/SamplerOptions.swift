/// How noise levels are spread over a run's steps.
package enum SigmaSchedule: String, Sendable, CaseIterable {
  /// As the checkpoint was trained, at the timesteps of the run's spacing.
  case trained
  /// Evenly in σ^(1/7) (Karras et al., arXiv 2206.00364).
  case karras
  /// Evenly in log σ.
  case exponential
}

/// What a request may choose about a sampler; nil leaves it to the sampler and the checkpoint.
package struct SamplerOptions: Sendable, Equatable {
  package var sigmaSchedule: SigmaSchedule?
  package var spacing: TimestepSpacing?

  package init(sigmaSchedule: SigmaSchedule? = nil, spacing: TimestepSpacing? = nil) {
    self.sigmaSchedule = sigmaSchedule
    self.spacing = spacing
  }
}

/// One run's settings, every choice made.
struct SamplerRun {
  let schedule: NoiseSchedule
  let steps: Int
  let sigmas: SigmaSchedule
  let spacing: TimestepSpacing
}
