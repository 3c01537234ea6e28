/// A sampler in sigma space that calls the model twice in a step: at its start, and at a level further down, `between`,
/// where the first call's output leads. The last step, to σ = 0, takes one call.
protocol TwoCallSampler: SigmaSampler {
  /// The level and timestep of each step's second call; one fewer than there are steps.
  var between: [(sigma: Double, timestep: Double)] { get }
}

extension TwoCallSampler {
  package var requestedSteps: Int { space.timesteps.count }

  package func call(ofStep requested: Int) -> Int { 2 * requested }

  package var timesteps: [Float] {
    (0..<2 * requestedSteps - 1).map { call in
      Float(call % 2 == 0 ? space.timesteps[call / 2] : between[call / 2].timestep)
    }
  }

  func sigma(atCall call: Int) -> Double {
    call % 2 == 0 ? space.sigmas[call / 2] : between[call / 2].sigma
  }
}

extension SigmaSpace {
  /// The levels halfway in log σ between each step's level and `target` of it, with their timesteps.
  func midpoints(towards target: (Int) -> Double) -> [(sigma: Double, timestep: Double)] {
    (0..<max(timesteps.count - 1, 0)).map { step in
      let sigma = (sigmas[step] * target(step)).squareRoot()
      return (sigma, NoiseLevels.timestep(ofSigma: sigma, schedule: schedule))
    }
  }
}
