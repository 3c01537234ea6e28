import StableDiffusion
import Torch

/// How a LoRA is trained. `validate` names everything that is wrong at once.
package struct TrainingSettings: Sendable, Codable, Equatable {
  /// How the learning rate changes after the warm-up.
  package enum Schedule: String, Sendable, Codable, CaseIterable {
    case constant, linear, cosine
    /// Half a cosine `scheduleCycles` times over (Loshchilov & Hutter, arXiv 1608.03983).
    case cosineWithRestarts = "cosine_with_restarts"
  }

  /// What moves the parameters along their gradients.
  package enum OptimizerKind: String, Sendable, Codable, CaseIterable {
    case adamW = "adamw"
    /// Its moments take 8 bits each.
    case adamW8Bit = "adamw_8bit"
    /// Finds the rate itself: the learning rate is a factor on it, and 1 suits.
    case prodigy
    case adafactor
    /// A tenth of AdamW's learning rate suits.
    case lion
  }

  /// What the networks compute in. The adapters and what the optimiser remembers are float32 in each.
  package enum Precision: String, Sendable, Codable, CaseIterable {
    case float32, bfloat16
    /// With the loss scaled, so that small gradients do not fall out of the type's range.
    case float16

    package var dtype: DType {
      switch self {
      case .float32: .float32
      case .bfloat16: .bfloat16
      case .float16: .float16
      }
    }
  }

  /// Images of the subject's class, made by the checkpoint itself before training, that keep it from forgetting the
  /// class (DreamBooth, Ruiz et al., arXiv 2208.12242).
  package struct PriorPreservation: Sendable, Codable, Equatable {
    /// What the class images show.
    package var classPrompt: String
    package var imageCount: Int
    /// How much a class image counts in the loss beside one of the subject.
    package var weight = 1.0

    package init(classPrompt: String, imageCount: Int, weight: Double = 1) {
      self.classPrompt = classPrompt
      self.imageCount = imageCount
      self.weight = weight
    }
  }

  /// Optimiser steps.
  package var steps: Int
  package var rank = 16
  /// The update is applied as `alpha / rank`; nil: the rank, so that the factor is 1.
  package var alpha: Double?
  /// Peak, of the U-Net's adapters.
  package var learningRate = 1e-4
  package var schedule = Schedule.cosine
  /// With `cosineWithRestarts`: how often the cosine is walked.
  package var scheduleCycles = 1
  /// Steps over which the rate rises from zero.
  package var warmupSteps = 0
  package var optimizer = OptimizerKind.adamW
  /// Images a batch.
  package var batchSize = 1
  /// Batches whose gradients are averaged for one step.
  package var gradientAccumulation = 1
  /// Computes activations anew on the way back instead of keeping them: less memory, more time, the same numbers.
  package var gradientCheckpointing = false
  /// What the checkpoint has to be loaded in; nil: whatever it was loaded in.
  package var precision: Precision?
  /// The size to train at, in pixels: a square's side or, with buckets, the root of the area.
  package var resolution: Int
  /// Trains images near their own shape instead of cutting squares.
  package var aspectRatioBuckets = false
  package var targets = LoRATargets.attentionAndFeedForward
  /// Peak, of the adapters of the text encoder, or of both of SDXL's; nil: they are not trained.
  package var textEncoderLearningRate: Double?
  /// γ of min-SNR weighting (Hang et al., arXiv 2303.09556); nil: every timestep counts the same.
  package var minSNRGamma: Double? = 5
  /// Weighs timesteps by the inverse root of their signal-to-noise ratio (Yu et al., arXiv 2310.08442), in place of
  /// `minSNRGamma`.
  package var debiasedEstimation = false
  /// How much of a constant is added to each channel's noise.
  package var noiseOffset = 0.0
  /// The share of captions replaced by the empty one.
  package var captionDropout = 0.05
  /// Shuffles the comma-separated parts of captions at each use.
  package var shuffleCaptions = false
  /// With `shuffleCaptions`: how many parts at the start stay where they are, besides the trigger word.
  package var keepTokens = 0
  /// Mirrors half of the images at random.
  package var randomFlip = false
  /// With masks: how much what is black counts in the loss.
  package var unmaskedWeight = 0.0
  package var priorPreservation: PriorPreservation?
  package var weightDecay = 0.01
  /// The norm that gradients are clipped to; nil: they are not.
  package var maxGradientNorm: Double? = 1
  /// How much each step keeps of a moving average of the adapters, which then is the result; nil: the adapters
  /// themselves are.
  package var emaDecay: Double?
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

  package var imagesPerStep: Int { batchSize * gradientAccumulation }

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
    check("schedule_cycles", (1...100).contains(scheduleCycles), "must be 1 to 100")
    check("batch_size", (1...64).contains(batchSize), "must be 1 to 64")
    check("gradient_accumulation", (1...64).contains(gradientAccumulation), "must be 1 to 64")
    check(
      "resolution", resolution >= sideMultiple && resolution <= 2048 && resolution % sideMultiple == 0,
      "must be a multiple of \(sideMultiple) up to 2,048 for this checkpoint")
    check("min_snr_gamma", minSNRGamma.map { $0 > 0 && $0 <= 1000 } ?? true, "must be above 0 and at most 1,000")
    check("noise_offset", (0...1).contains(noiseOffset), "must be 0 to 1")
    check("caption_dropout", (0...1).contains(captionDropout), "must be 0 to 1")
    check("keep_tokens", (0...100).contains(keepTokens), "must be 0 to 100")
    check("unmasked_weight", (0...1).contains(unmaskedWeight), "must be 0 to 1")
    if let prior = priorPreservation {
      check("prior_preservation.class_prompt", !prior.classPrompt.isEmpty, "must not be empty")
      check("prior_preservation.image_count", (1...10_000).contains(prior.imageCount), "must be 1 to 10,000")
      check(
        "prior_preservation.weight", prior.weight > 0 && prior.weight <= 100, "must be above 0 and at most 100")
    }
    check(
      "ema_decay", emaDecay.map { $0 > 0 && $0 <= 0.99999 } ?? true, "must be above 0 and at most 0.99999")
    check("weight_decay", (0...1).contains(weightDecay), "must be 0 to 1")
    check(
      "max_gradient_norm", maxGradientNorm.map { $0 > 0 && $0 <= 1000 } ?? true, "must be above 0 and at most 1,000")
    check("preview_prompts", previewPrompts.count <= 8, "may be at most 8")
    check("preview_interval", previewInterval >= 0, "must not be negative")
    check("checkpoint_interval", checkpointInterval >= 0, "must not be negative")
    guard faults.isEmpty else { throw .invalidSettings(faults) }
  }

  /// The factor on the peak learning rates at a step, from 0: diffusers' `get_scheduler`, whose warm-up begins at
  /// zero.
  package func rateFactor(at step: Int) -> Double {
    if step < warmupSteps { return Double(step) / Double(warmupSteps) }
    let progress = Double(step - warmupSteps) / Double(max(steps - warmupSteps, 1))
    return schedule.factor(progress, cycles: scheduleCycles)
  }
}
