import LorikeetAPI
import StableDiffusion
import Torch
import TrainingBackend

/// The training settings of a tune, with every one that it leaves out filled in for the checkpoint at hand.
struct TuneDefaults {
  let facts: ComputeDevice.CheckpointFacts

  init(_ facts: ComputeDevice.CheckpointFacts) {
    self.facts = facts
  }

  /// A U-Net far below Stable Diffusion's 860 million parameters has fewer directions to move in and steps that cost
  /// little: it takes larger steps of larger batches.
  private var isSmall: Bool { ComputeThreads.isSmall(facts.unetParameters) }

  /// What the checkpoint is to be loaded in; nil: the backend's own.
  static func precision(of tune: Tune) -> DType? { precision(tune.settings?.precision ?? .unspecified)?.dtype }

  private static func precision(
    _ precision: TrainingPrecision
  ) -> TrainingBackend.TrainingSettings.Precision? {
    switch precision {
    case .unspecified, .unrecognized: nil
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    }
  }

  func settings(of tune: Tune, imageCount: Int) -> TrainingBackend.TrainingSettings {
    let given = tune.settings ?? LorikeetAPI.TrainingSettings()
    let steps = tune.steps.map { Int($0) } ?? min(max(90 * imageCount, 400), 1200)
    var settings = TrainingBackend.TrainingSettings(
      steps: steps, resolution: tune.resolution.map { Int($0) } ?? facts.nativeSide)
    settings.rank = given.rank.map { Int($0) } ?? 16
    settings.alpha = given.alpha
    settings.targets = given.targetLayers == .attention ? .attention : .attentionAndFeedForward
    settings.precision = Self.precision(given.precision)
    settings.gradientCheckpointing = given.gradientCheckpointing
    settings.batchSize = given.batchSize.map { Int($0) } ?? (isSmall ? 8 : 1)
    settings.gradientAccumulation = given.gradientAccumulation.map { Int($0) } ?? 1
    settings.seed = UInt64(clamping: tune.seed ?? 0)
    setOptimizer(given, &settings)
    setLoss(given, &settings)
    setData(given, imageCount: imageCount, &settings)
    settings.previewPrompts = given.previewPrompts
    settings.previewInterval =
      given.previewPrompts.isEmpty ? 0 : given.previewInterval.map { Int($0) } ?? max(steps / 4, 1)
    settings.checkpointInterval = given.checkpointInterval.map { Int($0) } ?? 0
    return settings
  }

  private func setOptimizer(
    _ given: LorikeetAPI.TrainingSettings, _ settings: inout TrainingBackend.TrainingSettings
  ) {
    settings.optimizer =
      switch given.optimizer {
      case .unspecified, .adamw, .unrecognized: .adamW
      case .adamw8bit: .adamW8Bit
      case .prodigy: .prodigy
      case .adafactor: .adafactor
      case .lion: .lion
      }
    let usual = isSmall ? 2e-3 : 1e-4
    let suited =
      switch settings.optimizer {
      case .adamW, .adamW8Bit, .adafactor: usual
      // It finds the rate itself.
      case .prodigy: 1.0
      case .lion: usual / 10
      }
    settings.learningRate = given.learningRate ?? suited
    if given.trainTextEncoder {
      settings.textEncoderLearningRate = given.textEncoderLearningRate ?? settings.learningRate / 2
    }
    settings.schedule =
      switch given.schedule {
      case .constant: .constant
      case .linear: .linear
      case .cosineWithRestarts: .cosineWithRestarts
      case .unspecified, .cosine, .unrecognized: .cosine
      }
    settings.scheduleCycles = given.scheduleCycles.map { Int($0) } ?? 1
    settings.warmupSteps = given.warmupSteps.map { Int($0) } ?? settings.steps / 20
    settings.weightDecay = given.weightDecay ?? 0.01
    settings.maxGradientNorm = Self.unlessZero(given.maxGradientNorm ?? 1)
    settings.emaDecay = Self.unlessZero(given.emaDecay ?? 0)
  }

  private func setLoss(_ given: LorikeetAPI.TrainingSettings, _ settings: inout TrainingBackend.TrainingSettings) {
    settings.minSNRGamma = given.debiasedEstimation ? nil : Self.unlessZero(given.minSnrGamma ?? 5)
    settings.debiasedEstimation = given.debiasedEstimation
    settings.noiseOffset = given.noiseOffset ?? 0
    settings.unmaskedWeight = given.unmaskedWeight ?? 0
  }

  private func setData(
    _ given: LorikeetAPI.TrainingSettings, imageCount: Int, _ settings: inout TrainingBackend.TrainingSettings
  ) {
    settings.aspectRatioBuckets = given.aspectRatioBuckets ?? true
    settings.captionDropout = given.captionDropout ?? 0.05
    settings.shuffleCaptions = given.shuffleCaptions
    settings.keepTokens = Int(given.keepTokens)
    settings.randomFlip = given.randomFlip
    if let prior = given.priorPreservation {
      settings.priorPreservation = .init(
        classPrompt: prior.classPrompt, imageCount: prior.imageCount.map { Int($0) } ?? max(imageCount, 8),
        weight: prior.weight ?? 1)
    }
  }

  private static func unlessZero(_ value: Double) -> Double? { value == 0 ? nil : value }
}
