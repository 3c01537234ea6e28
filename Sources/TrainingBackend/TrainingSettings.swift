import StableDiffusion

/// How a LoRA is trained. `validate` names everything that is wrong at once.
package struct TrainingSettings: Sendable, Codable, Equatable {
  /// How the learning rate changes after the warm-up.
  package enum Schedule: String, Sendable, Codable {
    case constant, linear, cosine
  }

  /// Optimiser steps.
  package var steps: Int
  package var rank = 16
  /// The update is applied as `alpha / rank`; nil: the rank, so that the factor is 1.
  package var alpha: Double?
  /// Peak, of the U-Net's adapters.
  package var learningRate = 1e-4
  package var schedule = Schedule.cosine
  /// Steps over which the rate rises from zero.
  package var warmupSteps = 0
  /// Images a step.
  package var batchSize = 1
  /// The square size to train at, in pixels.
  package var resolution: Int
  package var targets = LoRATargets.attentionAndFeedForward
  /// Peak, of the text encoder's adapters; nil: it is not trained.
  package var textEncoderLearningRate: Double?
  /// γ of min-SNR weighting (Hang et al., arXiv 2303.09556); nil: every timestep counts the same.
  package var minSNRGamma: Double? = 5
  /// How much of a constant is added to each channel's noise.
  package var noiseOffset = 0.0
  /// The share of captions replaced by the empty one.
  package var captionDropout = 0.05
  /// Mirrors half of the images at random.
  package var randomFlip = false
  package var weightDecay = 0.01
  /// The norm that gradients are clipped to; nil: they are not.
  package var maxGradientNorm: Double? = 1
  /// The seed of all randomness.
  package var seed: UInt64 = 0
  package var previewPrompts: [String] = []
  /// Steps from one preview to the next; 0: none.
  package var previewInterval = 0
  /// Steps from one training checkpoint to the next; 0: as the plan's period says.
  package var checkpointInterval = 0

  package init(steps: Int, resolution: Int) {
    self.steps = steps
    self.resolution = resolution
  }

  package var scale: Double { (alpha ?? Double(rank)) / Double(rank) }

  /// - Parameter sideMultiple: what the checkpoint needs the resolution to be a multiple of, in pixels.
  /// - Throws: `.invalidSettings` naming every field that is out of range.
  package func validate(sideMultiple: Int) throws(TrainingError) {
    var faults: [TrainingError.Fault] = []
    func check(_ field: String, _ valid: Bool, _ rule: String) {
      if !valid { faults.append(.init(field: field, description: rule)) }
    }
    check("steps", (1...100_000).contains(steps), "must be 1 to 100,000")
    check("rank", (1...256).contains(rank), "must be 1 to 256")
    check("alpha", alpha.map { $0.isFinite && $0 > 0 && $0 <= 65_536 } ?? true, "must be above 0 and at most 65,536")
    check("learning_rate", learningRate > 0 && learningRate <= 1, "must be above 0 and at most 1")
    check(
      "text_encoder_learning_rate", textEncoderLearningRate.map { $0 > 0 && $0 <= 1 } ?? true,
      "must be above 0 and at most 1")
    check("warmup_steps", (0...max(steps, 0)).contains(warmupSteps), "must be 0 to the number of steps")
    check("batch_size", (1...64).contains(batchSize), "must be 1 to 64")
    check(
      "resolution", resolution >= sideMultiple && resolution <= 2048 && resolution % sideMultiple == 0,
      "must be a multiple of \(sideMultiple) up to 2,048 for this checkpoint")
    check("min_snr_gamma", minSNRGamma.map { $0 > 0 && $0 <= 1000 } ?? true, "must be above 0 and at most 1,000")
    check("noise_offset", (0...1).contains(noiseOffset), "must be 0 to 1")
    check("caption_dropout", (0...1).contains(captionDropout), "must be 0 to 1")
    check("weight_decay", (0...1).contains(weightDecay), "must be 0 to 1")
    check(
      "max_gradient_norm", maxGradientNorm.map { $0 > 0 && $0 <= 1000 } ?? true, "must be above 0 and at most 1,000")
    check("preview_prompts", previewPrompts.count <= 8, "may be at most 8")
    check("preview_interval", previewInterval >= 0, "must not be negative")
    check("checkpoint_interval", checkpointInterval >= 0, "must not be negative")
    guard faults.isEmpty else { throw .invalidSettings(faults) }
  }

  /// The factor on the peak learning rates at a step, from 0.
  package func rateFactor(at step: Int) -> Double {
    if step < warmupSteps { return Double(step + 1) / Double(warmupSteps + 1) }
    let progress = Double(step - warmupSteps) / Double(max(steps - warmupSteps, 1))
    return schedule.factor(progress)
  }
}
