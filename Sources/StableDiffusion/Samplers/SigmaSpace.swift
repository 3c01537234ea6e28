import Torch

/// A run described by noise levels σ in the variance-exploding form (x = x₀ + σ·noise), which the Euler samplers
/// share: model input scaling, the start, and the clean latents that an output implies.
struct SigmaSpace {
  let timesteps: [Float]
  /// One more than there are steps: the last is 0.
  let sigmas: [Double]
  let initialNoiseScale: Double
  private let predictionType: PredictionType

  init(_ schedule: NoiseSchedule, steps: Int, karras: Bool) {
    let spacing = schedule.configuration.timestepSpacing ?? .linspace
    var timesteps = SamplingTimesteps.make(spacing, steps: steps, schedule: schedule)
    var levels = NoiseLevels.interpolate(timesteps, schedule: schedule)
    if karras, let highest = levels.first, let lowest = levels.last {
      levels = NoiseLevels.karras(from: highest, to: lowest, steps: steps)
      timesteps = levels.map { NoiseLevels.timestep(ofSigma: $0, schedule: schedule) }
    }
    self.timesteps = timesteps.map { Float($0) }
    sigmas = levels.map { Double(Float($0)) } + [0]
    let highest = sigmas.max() ?? 0
    // With leading spacing a run does not start at the schedule's end: its latents still hold signal variance.
    initialNoiseScale = spacing == .leading ? (highest * highest + 1).squareRoot() : highest
    predictionType = schedule.configuration.predictionType
  }

  func modelInput(_ latents: Tensor, step: Int) throws(TorchError) -> Tensor {
    try latents / (sigmas[step] * sigmas[step] + 1).squareRoot()
  }

  func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    try latents + noise * sigmas[step]
  }

  func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    let sigma = sigmas[step]
    switch predictionType {
    case .epsilon:
      return try latents - output * sigma
    case .velocity:
      let variance = sigma * sigma + 1
      return try output * (-sigma / variance.squareRoot()) + latents / variance
    }
  }

  /// An Euler step of dx/dσ = (x − x₀) / σ to the noise level `target`.
  func euler(_ latents: Tensor, output: Tensor, step: Int, to target: Double) throws(TorchError) -> Tensor {
    let derivative = try (latents - clean(latents, output: output, step: step)) / sigmas[step]
    return try latents + derivative * (target - sigmas[step])
  }
}

/// A sampler that works in sigma space: all but its steps is the space's.
protocol SigmaSampler: Sampler {
  var space: SigmaSpace { get }
}

extension SigmaSampler {
  package var timesteps: [Float] { space.timesteps }
  package var initialNoiseScale: Double { space.initialNoiseScale }

  package func modelInput(_ latents: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.modelInput(latents, step: step)
  }

  package func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.addNoise(to: latents, noise: noise, step: step)
  }

  package func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor {
    try space.clean(latents, output: output, step: step)
  }
}
