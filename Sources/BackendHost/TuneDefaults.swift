import LorikeetAPI
import StableDiffusion
import TrainingBackend

/// The training settings of a tune, with every one that it leaves out filled in for the checkpoint at hand.
struct TuneDefaults {
  let facts: ComputeDevice.CheckpointFacts

  init(_ facts: ComputeDevice.CheckpointFacts) {
    self.facts = facts
  }

  /// A U-Net far below Stable Diffusion's 860 million parameters has fewer directions to move in and steps that cost
  /// little: it takes larger steps of larger batches.
  private var isSmall: Bool { facts.unetParameters < 50_000_000 }

  func settings(of tune: Tune, imageCount: Int) -> TrainingBackend.TrainingSettings {
    let given = tune.settings ?? LorikeetAPI.TrainingSettings()
    let steps = tune.steps.map { Int($0) } ?? min(max(90 * imageCount, 400), 1200)
    var settings = TrainingBackend.TrainingSettings(
      steps: steps, resolution: tune.resolution.map { Int($0) } ?? facts.nativeSide)
    settings.rank = given.rank.map { Int($0) } ?? 16
    settings.alpha = given.alpha
    settings.learningRate = given.learningRate ?? (isSmall ? 2e-3 : 1e-4)
    settings.schedule =
      switch given.schedule {
      case .constant: .constant
      case .linear: .linear
      case .cosineWithRestarts: .cosineWithRestarts
      case .unspecified, .cosine, .unrecognized: .cosine
      }
    settings.scheduleCycles = given.scheduleCycles.map { Int($0) } ?? 1
    settings.warmupSteps = given.warmupSteps.map { Int($0) } ?? steps / 20
    settings.batchSize = given.batchSize.map { Int($0) } ?? (isSmall ? 8 : 1)
    settings.targets = given.targetLayers == .attention ? .attention : .attentionAndFeedForward
    if given.trainTextEncoder {
      settings.textEncoderLearningRate = given.textEncoderLearningRate ?? settings.learningRate / 2
    }
    settings.minSNRGamma = Self.unlessZero(given.minSnrGamma ?? 5)
    settings.noiseOffset = given.noiseOffset ?? 0
    settings.captionDropout = given.captionDropout ?? 0.05
    settings.randomFlip = given.randomFlip
    settings.weightDecay = given.weightDecay ?? 0.01
    settings.maxGradientNorm = Self.unlessZero(given.maxGradientNorm ?? 1)
    settings.seed = UInt64(clamping: tune.seed ?? 0)
    settings.previewPrompts = given.previewPrompts
    settings.previewInterval =
      given.previewPrompts.isEmpty ? 0 : given.previewInterval.map { Int($0) } ?? max(steps / 4, 1)
    settings.checkpointInterval = given.checkpointInterval.map { Int($0) } ?? 0
    return settings
  }

  private static func unlessZero(_ value: Double) -> Double? { value == 0 ? nil : value }
}
