import Foundation

/// How long a training lasts: a time of computing, so that the learning rate has come down when the time is over,
/// however fast the machine is.
package struct TrainingBudget: Sendable {
  package let minutes: Double
  private let started = ContinuousClock.now
  /// Minutes spent by the runs that this one continues.
  private let before: Double

  package init(minutes: Double, alreadySpent: Double = 0) {
    self.minutes = minutes
    before = alreadySpent
  }

  /// Minutes spent so far.
  package var spent: Double { before + started.duration(to: .now) / .seconds(60) }

  /// From 0 to 1.
  package var progress: Double { min(1, spent / max(minutes, 1e-6)) }

  /// A linear warm-up over the first 2 %, then half a cosine down to a hundredth of `peak`.
  package func learningRate(peak: Double) -> Double {
    let warmUp = 0.02
    if progress < warmUp { return peak * max(progress / warmUp, 0.02) }
    let fallen = (1 + cos(.pi * (progress - warmUp) / (1 - warmUp))) / 2
    return peak * (0.01 + 0.99 * fallen)
  }
}
