import Torch

/// A run described by noise levels σ in the variance-exploding form (x = x₀ + σ·noise), which the Euler samplers and
/// their relatives share: model input scaling, the start, and the clean latents that an output implies.
struct SigmaSpace {
  /// Of the requested steps; real ones where σ lies between those of the training timesteps.
  let timesteps: [Double]
  /// One more than there are steps: the last is 0.
  let sigmas: [Double]
  let initialNoiseScale: Double
  let schedule: NoiseSchedule

  /// - Parameter roundsKarras: Karras' timesteps are rounded to whole ones (diffusers does so in some samplers).
  init(_ run: SamplerRun, roundsKarras: Bool = false) {
    let schedule = run.schedule
    var timesteps = SamplingTimesteps.make(run.spacing, steps: run.steps, schedule: schedule)
    var levels = NoiseLevels.interpolate(timesteps, schedule: schedule)
    if run.sigmas != .trained, let highest = levels.first, let lowest = levels.last {
      levels = NoiseLevels.spread(run.sigmas, from: highest, to: lowest, steps: run.steps)
      timesteps = levels.map { NoiseLevels.timestep(ofSigma: $0, schedule: schedule) }
      if roundsKarras && run.sigmas == .karras { timesteps = timesteps.map { $0.rounded(.toNearestOrEven) } }
    }
    self.timesteps = timesteps
    self.schedule = schedule
    sigmas = levels.map { Double(Float($0)) } + [0]
    let highest = sigmas.max() ?? 0
    // With leading spacing a run does not start at the schedule's end: its latents still hold signal variance.
    initialNoiseScale = run.spacing == .leading ? (highest * highest + 1).squareRoot() : highest
  }

  func clean(_ latents: Tensor, output: Tensor, sigma: Double) throws(TorchError) -> Tensor {
    switch schedule.configuration.predictionType {
    case .epsilon:
      return try latents - output * sigma
    case .velocity:
      let variance = sigma * sigma + 1
      return try output * (-sigma / variance.squareRoot()) + latents / variance
    }
  }

  /// dx/dσ = (x − x₀) / σ of the probability-flow ODE.
  func derivative(_ latents: Tensor, output: Tensor, sigma: Double) throws(TorchError) -> Tensor {
    try (latents - clean(latents, output: output, sigma: sigma)) / sigma
  }

  /// How to get from one level to a lower one in part by the ODE, to `down`, and in part with fresh noise, `up`, so that
  /// the variance is that of the lower level (k-diffusion's "ancestral" step, η = 1).
  static func ancestral(from: Double, to: Double) -> (down: Double, up: Double) {
    let ratio = to / from
    return (to * ratio, to * max(1 - ratio * ratio, 0).squareRoot())
  }
}

/// A sampler in sigma space: all but its steps is the space's.
protocol SigmaSampler: Sampler {
  var space: SigmaSpace { get }
  /// The latents' noise level at a model call.
  func sigma(atCall call: Int) -> Double
}

extension SigmaSampler {
  package var timesteps: [Float] { space.timesteps.map { Float($0) } }
  package var initialNoiseScale: Double { space.initialNoiseScale }

  func sigma(atCall call: Int) -> Double { space.sigmas[call] }

  package func modelInput(_ latents: Tensor, step: Int) throws(TorchError) -> Tensor {
    let sigma = sigma(atCall: step)
    return try latents / (sigma * sigma + 1).squareRoot()
  }

  package func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    try latents + noise * sigma(atCall: step)
  }

  package func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.clean(latents, output: output, sigma: sigma(atCall: step))
  }

  func derivative(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.derivative(latents, output: output, sigma: sigma(atCall: step))
  }
}
