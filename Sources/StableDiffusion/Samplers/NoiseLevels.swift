import Foundation

/// The timesteps a run visits, before a sampler turns them into noise levels.
package enum SamplingTimesteps {
  /// `steps` values, falling, as reals: linspace leaves fractions, for which samplers interpolate σ.
  ///
  /// - Parameter reserving: one more interval is cut than is walked, so that the last step does not end on timestep 0
  ///   (multistep solvers do so).
  package static func make(
    _ spacing: TimestepSpacing, steps: Int, schedule: NoiseSchedule, reserving: Bool = false
  ) -> [Double] {
    let train = schedule.trainTimesteps, offset = Double(schedule.configuration.stepsOffset)
    switch spacing {
    case .linspace:
      let points = reserving ? steps + 1 : steps
      // A single point of linspace is its start.
      let width = points > 1 ? Double(train - 1) / Double(points - 1) : 0
      return (points - steps..<points).reversed().map { Double($0) * width }
    case .leading:
      let ratio = train / (reserving ? steps + 1 : steps)
      let first = reserving ? 1 : 0
      return (first..<first + steps).reversed().map { Double($0 * ratio) + offset }
    case .trailing:
      let ratio = Double(train) / Double(steps)
      return (0..<steps).map { (Double(train) - Double($0) * ratio).rounded(.toNearestOrEven) - 1 }
    }
  }
}

/// Noise levels σ of a run and their relation to timesteps.
package enum NoiseLevels {
  /// σ at real timesteps, linear between the training timesteps.
  package static func interpolate(_ timesteps: [Double], schedule: NoiseSchedule) -> [Double] {
    let last = schedule.trainTimesteps - 1
    return timesteps.map { timestep in
      let t = min(max(timestep, 0), Double(last))
      let low = min(Int(t), last - 1)
      let a = Double(schedule.sigmas[low]), b = Double(schedule.sigmas[low + 1])
      return a + (b - a) * (t - Double(low))
    }
  }

  /// Levels that fall evenly between two ends, on another scale than the training timesteps'.
  package static func spread(
    _ schedule: SigmaSchedule, from highest: Double, to lowest: Double, steps: Int
  ) -> [Double] {
    // Karras et al. (arXiv 2206.00364), equation 5, with ρ = 7.
    let rho = 7.0
    func scale(_ sigma: Double) -> Double { schedule == .exponential ? log(sigma) : pow(sigma, 1 / rho) }
    let start = scale(highest), end = scale(lowest)
    return (0..<steps).map { i in
      let ramp = steps > 1 ? Double(i) / Double(steps - 1) : 0
      let value = start + ramp * (end - start)
      return schedule == .exponential ? exp(value) : pow(value, rho)
    }
  }

  /// The real timestep whose noise level is σ: linear in log σ between the training timesteps.
  package static func timestep(ofSigma sigma: Double, schedule: NoiseSchedule) -> Double {
    let logSigma = log(max(sigma, 1e-10)), table = schedule.logSigmas
    // The table rises: the last entry not above σ.
    var low = 0, high = table.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Double(table[middle]) <= logSigma { low = middle } else { high = middle }
    }
    low = min(low, table.count - 2)
    let a = Double(table[low]), b = Double(table[low + 1])
    // Neighbours may share a float32 logarithm.
    let w = a < b ? min(max((logSigma - a) / (b - a), 0), 1) : 0
    return (1 - w) * Double(low) + w * Double(low + 1)
  }
}
