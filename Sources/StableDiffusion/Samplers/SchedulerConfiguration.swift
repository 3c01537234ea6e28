import Foundation

/// What the model is trained to predict.
package enum PredictionType: String, Codable, Sendable {
  case epsilon
  case velocity = "v_prediction"
}

/// How a run's timesteps are spread over the training timesteps
/// (table 2 of "Common Diffusion Noise Schedules and Sample Steps are Flawed", arXiv 2305.08891).
package enum TimestepSpacing: String, Codable, Sendable, CaseIterable {
  case leading, linspace, trailing
}

/// The noise schedule's form: how β goes from `betaStart` to `betaEnd`.
package enum BetaSchedule: String, Codable, Sendable {
  case linear
  case scaledLinear = "scaled_linear"
  case cosine = "squaredcos_cap_v2"
}

/// A checkpoint's `scheduler/scheduler_config.json`: the forward process it was trained with.
///
/// Only what the process itself is belongs here; which sampler walks it back is chosen for each run. Absent entries
/// take the values that diffusers gives them, except `clipSample`: latents are unbounded, so they are only clipped
/// when the file asks for it.
package struct SchedulerConfiguration: Codable, Sendable, Equatable {
  package var trainTimesteps: Int
  package var betaStart: Double
  package var betaEnd: Double
  package var betaSchedule: BetaSchedule
  package var predictionType: PredictionType
  /// `nil`: the sampler's own custom (leading for DDIM, linspace for the others).
  package var timestepSpacing: TimestepSpacing?
  package var stepsOffset: Int
  /// DDIM's last step goes to ᾱ = 1 when true, to ᾱ₀ when false.
  package var setAlphaToOne: Bool
  package var clipSample: Bool
  package var clipSampleRange: Double
  /// The schedule is stretched so that nothing of the signal is left at its end (arXiv 2305.08891, algorithm 1).
  package var rescalesBetasToZeroSNR: Bool

  package init(
    trainTimesteps: Int = 1000, betaStart: Double = 0.00085, betaEnd: Double = 0.012,
    betaSchedule: BetaSchedule = .scaledLinear, predictionType: PredictionType = .epsilon,
    timestepSpacing: TimestepSpacing? = nil, stepsOffset: Int = 1, setAlphaToOne: Bool = false,
    clipSample: Bool = false, clipSampleRange: Double = 1, rescalesBetasToZeroSNR: Bool = false
  ) {
    self.trainTimesteps = trainTimesteps
    self.betaStart = betaStart
    self.betaEnd = betaEnd
    self.betaSchedule = betaSchedule
    self.predictionType = predictionType
    self.timestepSpacing = timestepSpacing
    self.stepsOffset = stepsOffset
    self.setAlphaToOne = setAlphaToOne
    self.clipSample = clipSample
    self.clipSampleRange = clipSampleRange
    self.rescalesBetasToZeroSNR = rescalesBetasToZeroSNR
  }

  private enum CodingKeys: String, CodingKey {
    case className = "_class_name"
    case trainTimesteps = "num_train_timesteps"
    case betaStart = "beta_start"
    case betaEnd = "beta_end"
    case betaSchedule = "beta_schedule"
    case predictionType = "prediction_type"
    case timestepSpacing = "timestep_spacing"
    case stepsOffset = "steps_offset"
    case setAlphaToOne = "set_alpha_to_one"
    case clipSample = "clip_sample"
    case clipSampleRange = "clip_sample_range"
    case rescalesBetasToZeroSNR = "rescale_betas_zero_snr"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys, default fallback: T) throws -> T {
      try container.decodeIfPresent(T.self, forKey: key) ?? fallback
    }
    trainTimesteps = try value(.trainTimesteps, default: 1000)
    betaStart = try value(.betaStart, default: 0.0001)
    betaEnd = try value(.betaEnd, default: 0.02)
    betaSchedule = try value(.betaSchedule, default: .linear)
    predictionType = try value(.predictionType, default: .epsilon)
    timestepSpacing = try container.decodeIfPresent(TimestepSpacing.self, forKey: .timestepSpacing)
    stepsOffset = try value(.stepsOffset, default: 0)
    setAlphaToOne = try value(.setAlphaToOne, default: true)
    clipSample = try value(.clipSample, default: false)
    clipSampleRange = try value(.clipSampleRange, default: 1)
    rescalesBetasToZeroSNR = try value(.rescalesBetasToZeroSNR, default: false)
    guard (2...100_000).contains(trainTimesteps), (0...trainTimesteps).contains(stepsOffset),
      betaStart > 0, betaStart < 1, betaEnd > 0, betaEnd < 1
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "the noise schedule needs 2–100,000 timesteps and betas between 0 and 1"))
    }
  }

  /// Whether noise levels can be computed from it. Betas that are sound one by one may still leave no signal at all, or
  /// add no noise: samplers divide by both.
  func validate() throws(CheckpointError) {
    guard (2...100_000).contains(trainTimesteps) else {
      throw .invalidConfiguration(
        field: "scheduler num_train_timesteps", reason: "is \(trainTimesteps), outside 2…100000")
    }
    let schedule = NoiseSchedule(self)
    var previous: Float = 1
    for (timestep, (alpha, sigma)) in zip(schedule.alphasCumprod, schedule.sigmas).enumerated() {
      let mayVanish = rescalesBetasToZeroSNR && timestep == trainTimesteps - 1
      guard alpha > 0 || mayVanish, alpha < previous, sigma > 0, sigma.isFinite else {
        throw .invalidConfiguration(
          field: "scheduler beta_start, beta_end and num_train_timesteps",
          reason: "make no noise schedule: the signal must fall at every timestep and not vanish, but at timestep "
            + "\(timestep) its share goes from \(previous) to \(alpha)")
      }
      previous = alpha
    }
    guard clipSampleRange.isFinite, clipSampleRange > 0 else {
      throw .invalidConfiguration(
        field: "scheduler clip_sample_range", reason: "is \(clipSampleRange), not a positive number")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("DDIMScheduler", forKey: .className)
    try container.encode(trainTimesteps, forKey: .trainTimesteps)
    try container.encode(betaStart, forKey: .betaStart)
    try container.encode(betaEnd, forKey: .betaEnd)
    try container.encode(betaSchedule, forKey: .betaSchedule)
    try container.encode(predictionType, forKey: .predictionType)
    try container.encodeIfPresent(timestepSpacing, forKey: .timestepSpacing)
    try container.encode(stepsOffset, forKey: .stepsOffset)
    try container.encode(setAlphaToOne, forKey: .setAlphaToOne)
    try container.encode(clipSample, forKey: .clipSample)
    try container.encode(clipSampleRange, forKey: .clipSampleRange)
    try container.encode(rescalesBetasToZeroSNR, forKey: .rescalesBetasToZeroSNR)
  }
}
