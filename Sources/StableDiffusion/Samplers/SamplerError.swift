/// A request that no sampler can serve.
package enum SamplerError: Error, Equatable, CustomStringConvertible {
  case unknown(name: String)
  case steps(Int, sampler: String, allowed: ClosedRange<Int>)
  case sigmaSchedule(SigmaSchedule, sampler: String, allowed: [SigmaSchedule])
  /// `allowed` is empty where timesteps follow from something else.
  case spacing(TimestepSpacing, sampler: String, allowed: [TimestepSpacing])

  package var description: String {
    switch self {
    case .unknown(let name):
      let names = SamplerCatalog.all.map(\.name).joined(separator: ", ")
      return "there is no sampler \"\(name)\"; choose one of \(names)"
    case .steps(let steps, let sampler, let allowed):
      return "\(steps) sampling steps; \(sampler) with this checkpoint allows \(allowed.lowerBound) to "
        + "\(allowed.upperBound)"
    case .sigmaSchedule(let schedule, let sampler, let allowed):
      return "\(sampler) does not run on \(schedule.rawValue) sigmas; choose \(Self.either(allowed.map(\.rawValue)))"
    case .spacing(let spacing, let sampler, let allowed):
      return allowed.isEmpty
        ? "\(sampler) chooses its timesteps itself; leave the \(spacing.rawValue) timestep spacing out"
        : "\(sampler) does not run with \(spacing.rawValue) timestep spacing; choose "
          + Self.either(allowed.map(\.rawValue))
    }
  }

  private static func either(_ words: [String]) -> String { words.joined(separator: " or ") }
}
