import Foundation
import StableDiffusion
import Torch

extension LoRATrainer {
  /// What came of a run.
  package struct Outcome: Sendable {
    /// The LoRA as safetensors in kohya's layout.
    package let lora: [UInt8]
    package let rank: Int
    /// As written: the scale is part of the matrices, so it equals the rank.
    package let alpha: Double
    package let tensorCount: Int
    package let finalLoss: Double
    package let rejections: [TrainingError.Rejection]
    package let health: AdapterHealth
    /// Set when the run was cancelled with leave to keep its work: what it had learned by then is the result.
    package let kept: Kept?
  }

  /// Where a run was stopped that another can take up.
  package struct Kept: Sendable, Equatable {
    /// Steps done; at least 1.
    package let step: Int
    /// The training checkpoint, whole; nil: none could be written.
    package let statePath: String?
  }

  /// Writes the LoRA and judges it.
  ///
  /// - Throws: `TrainingError.unsound`.
  func outcome(
    _ adapters: TrainableAdapters, _ state: TrainingState, _ data: PreparedData, _ kept: Kept?, startedAt: Date
  ) throws -> Outcome {
    // What is written is judged as it will be used: without what training hung on the layers.
    adapters.detach()
    let members = adapters.members.map { ($0.key, $0.adapter) }
    try checkFinite(members)
    let lora = try LoRAWriter.serialize(
      members, metadata: metadata(state, data, startedAt: startedAt), names: checkpoint.sgmNames)
    let health = try health(members, lora, data, isKept: kept != nil)
    return Outcome(
      lora: lora, rank: plan.settings.rank, alpha: Double(plan.settings.rank), tensorCount: members.count * 3,
      finalLoss: state.smoothedLoss, rejections: data.rejections, health: health, kept: kept)
  }

  /// What the file tells of the run that made it.
  private func metadata(_ state: TrainingState, _ data: PreparedData, startedAt: Date) -> LoRAMetadata {
    let settings = plan.settings, captions = data.captions
    var metadata = LoRAMetadata()
    metadata.family = checkpoint.family.isXL ? .stableDiffusionXL : .stableDiffusion1
    metadata.predictionType = checkpoint.schedulerConfiguration.predictionType
    metadata.name = plan.name
    metadata.triggerPhrase = plan.triggerWord.isEmpty ? nil : plan.triggerWord
    metadata.rank = settings.rank
    metadata.resolution = settings.resolution
    metadata.steps = state.step
    metadata.plannedSteps = settings.steps
    if let prior = settings.priorPreservation {
      metadata.classImageCount = ClassImages.counts(prior.imageCount, over: data.sizes.map(\.images)).reduce(0, +)
    }
    metadata.gradientAccumulation = settings.gradientAccumulation
    metadata.usesBuckets = settings.aspectRatioBuckets
    metadata.imageCount = captions.count
    metadata.epochs = (state.step * settings.imagesPerStep + captions.count - 1) / captions.count
    metadata.batchSize = settings.batchSize
    metadata.seed = settings.seed
    metadata.learningRate = settings.learningRate
    metadata.textEncoderLearningRate = settings.textEncoderLearningRate
    metadata.learningRateSchedule = settings.schedule.rawValue
    metadata.warmupSteps = settings.warmupSteps
    metadata.optimizer = settings.optimizer.displayName
    metadata.precision =
      switch checkpoint.unet.dtype {
      case .bfloat16: "bf16"
      case .float16: "fp16"
      default: "no"
      }
    metadata.minSNRGamma = settings.debiasedEstimation ? nil : settings.minSNRGamma
    metadata.noiseOffset = settings.noiseOffset > 0 ? settings.noiseOffset : nil
    metadata.captionDropout = settings.captionDropout
    metadata.baseModelName = plan.checkpointName.isEmpty ? nil : plan.checkpointName
    metadata.baseModelHash = plan.checkpointDigest.isEmpty ? nil : plan.checkpointDigest
    metadata.captions = captions
    metadata.startedAt = startedAt
    metadata.finishedAt = Date()
    return metadata
  }

  private func checkFinite(_ members: AdapterHealthCheck.Members) throws {
    var health = AdapterHealth()
    health.layers = members.count
    health.nonFiniteLayers = try AdapterHealthCheck.nonFiniteLayers(members)
    guard health.nonFiniteLayers > 0 else { return }
    health.judge(zeroUNetLayers: 0, precision: 0)
    throw TrainingError.unsound(health)
  }

  /// - Parameter isKept: what a stopped run has learned is the user's to judge.
  /// - Throws: `TrainingError.unsound`.
  private func health(
    _ members: AdapterHealthCheck.Members, _ lora: [UInt8], _ data: PreparedData, isKept: Bool
  ) throws -> AdapterHealth {
    let folder = plan.scratchFolder ?? FileManager.default.temporaryDirectory.path
    let path = "\(folder)/lora-\(UUID().uuidString).safetensors"
    defer { unlink(path) }
    do {
      try Data(lora).write(to: URL(filePath: path))
    } catch {
      throw CheckpointError.inaccessible(path: path, reason: error.localizedDescription)
    }
    let check = AdapterHealthCheck(
      checkpoint: checkpoint, captions: Array(Set(data.captions).sorted().prefix(2)),
      size: data.latents.framing(0).target, seed: randomness.derive(.health, 0))
    let health = try check.measure(members, file: path)
    if !health.faults.isEmpty, !isKept { throw TrainingError.unsound(health) }
    return health
  }
}
