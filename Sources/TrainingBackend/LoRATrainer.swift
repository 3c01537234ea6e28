import Foundation
import Images
import StableDiffusion
import Torch

/// Trains a LoRA on a checkpoint. One run, on the thread that calls `run`; the checkpoint is left as it was.
package final class LoRATrainer {
  /// What to train and on what.
  package struct Plan: Sendable {
    package var settings: TrainingSettings
    package var examples: [TrainingExample]
    /// The word that calls the subject; put before captions that lack it. May be empty.
    package var triggerWord: String
    /// Goes on without images that cannot be used.
    package var continuesOnRejection = false
    package var imageLimits = ImageLimits.defaults
    /// What unsafe images are found with before training; nil: they are not looked for.
    package var safetyCheck: SafetyCheck?
    /// Where the LoRA is written to be read anew before it counts; nil: among the machine's temporary files.
    package var scratchFolder: String?
    /// For one CPU operation; nil: as suits the model.
    package var threads: Int?
    /// Where training checkpoints go; nil: none are written.
    package var statePath: String?
    /// With no interval of steps in the settings: how much time a lost backend may cost; nil: no limit.
    package var checkpointPeriod: Duration?
    /// The training checkpoint to go on from: of a run with the same settings (with a constant learning rate the number
    /// of steps may grow), images, captions and base checkpoint.
    package var resumePath: String?
    /// A training checkpoint that cannot be used fails the run instead of starting it over.
    package var requiresResume = false
    /// The LoRA's name and its base, for the file's metadata.
    package var name = "lora"
    package var checkpointName = ""
    /// SHA-256 of the base checkpoint.
    package var checkpointDigest = ""

    package init(settings: TrainingSettings, examples: [TrainingExample], triggerWord: String) {
      self.settings = settings
      self.examples = examples
      self.triggerWord = triggerWord
    }
  }

  /// Where a safety checker is.
  package enum SafetyCheck: Sendable {
    /// A checkpoint's own, in the folder of its parts.
    case checkpoint(folder: String)
    case file(path: String)

    func load(_ checkpoint: StableDiffusionCheckpoint) throws -> SafetyChecker {
      let device = checkpoint.unet.device
      switch self {
      case .file(let path): return try SafetyChecker(path: path, device: device)
      case .checkpoint(let folder):
        guard let checker = try SafetyChecker(checkpointFolder: folder, device: device) else {
          throw TrainingError.noSafetyChecker
        }
        return checker
      }
    }
  }

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

  private let checkpoint: StableDiffusionCheckpoint
  private let plan: Plan
  private let cancellation: CancellationFlag
  private let onEvent: (TrainingEvent) throws -> Void
  private let randomness: StepRandomness
  private let captions: [String]
  private var lastSave = ContinuousClock.now

  /// - Parameters:
  ///   - cancellation: looked at before every step, also of previews and of the preparation.
  ///   - onEvent: called on the computing thread; what it throws ends the run.
  /// - Throws: `TrainingError.invalidSettings`.
  package init(
    _ checkpoint: StableDiffusionCheckpoint, _ plan: Plan, cancellation: CancellationFlag,
    onEvent: @escaping (TrainingEvent) throws -> Void
  ) throws(TrainingError) {
    // Each level of the U-Net but the last halves the latents.
    let levels = checkpoint.unet.configuration.blockOutChannels.count - 1
    guard !checkpoint.unet.takesMask else {
      throw TrainingError.invalidSettings([
        .init(
          field: "base_checkpoint",
          description: "is an inpainting model, which cannot be trained here; train on a text-to-image checkpoint of "
            + "its family, whose LoRAs it takes too")
      ])
    }
    try plan.settings.validate(sideMultiple: checkpoint.autoencoder.configuration.downsamplingFactor << levels)
    if let precision = plan.settings.precision, precision.dtype != checkpoint.unet.dtype {
      throw .invalidSettings([
        .init(
          field: "precision", description: "is \(precision.rawValue), but the checkpoint was loaded in another type")
      ])
    }
    self.checkpoint = checkpoint
    self.plan = plan
    self.cancellation = cancellation
    self.onEvent = onEvent
    randomness = StepRandomness(seed: plan.settings.seed)
    captions = plan.examples.map { Captions.withTrigger($0.caption, trigger: plan.triggerWord).caption }
  }

  /// Trains to the end, or from a training checkpoint on.
  ///
  /// - Throws: `TrainingError`, what the layers below throw, or, after a training checkpoint was written,
  ///   `CancellationError`: unless the cancellation keeps the work and a step was done.
  package func run() throws -> Outcome {
    let startedAt = Date()
    try checkPrompts()
    try ComputeThreads.use(plan.threads, for: checkpoint)
    try warnOfCaptions()
    let preparation = DataPreparation(
      checkpoint: checkpoint, plan: plan, captions: captions, cancellation: cancellation, onEvent: onEvent)
    let data = try preparation.run()
    let classImages = try preparation.classImages(data, randomness)
    let identity = TrainingState.Identity(
      settings: plan.settings, triggerWord: plan.triggerWord, data: data, checkpoint: plan.checkpointDigest)
    let (adapters, begun) = try begin(identity)
    var state = begun
    adapters.attach()
    defer { adapters.detach() }
    checkpoint.unet.activations = plan.settings.gradientCheckpointing ? .recomputed : .kept
    defer { checkpoint.unet.activations = .kept }
    try onEvent(.started(step: state.step))
    lastSave = .now
    let batches = CachedBatches(
      settings: plan.settings, triggerWord: plan.triggerWord, data: data, classImages: classImages,
      randomness: randomness)
    var kept: Kept?
    do {
      try train(&state, adapters, identity, batches)
    } catch let stop as CancellationError {
      let isSaved = try save(state, adapters, identity)
      guard cancellation.keepsWork, state.step > 0 else { throw stop }
      kept = Kept(step: state.step, statePath: isSaved ? plan.statePath : nil)
    }
    return try adapters.withResult { try outcome(adapters, state, data, kept, startedAt: startedAt) }
  }

  /// - Throws: `CancellationError` with the state as it was after the last whole step.
  private func train(
    _ state: inout TrainingState, _ adapters: TrainableAdapters, _ identity: TrainingState.Identity,
    _ batches: any BatchSource
  ) throws {
    try showOwedPreviews(&state, adapters)
    let loop = TrainingLoop(
      checkpoint: checkpoint, settings: plan.settings, batches: batches, adapters: adapters, randomness: randomness)
    var pace = Pace()
    while state.step < plan.settings.steps {
      try cancellation.check()
      let clock = ContinuousClock.now
      let loss = try loop.step(state.step, scaler: &state.scaler)
      pace.add(ContinuousClock.now - clock)
      // About the last twenty steps, beginning with the plain mean of what there is.
      let weight = max(1 / Double(state.step + 1), 0.05)
      state.smoothedLoss += weight * (loss - state.smoothedLoss)
      state.step += 1
      let settings = plan.settings
      let isLast = state.step == settings.steps
      // Before anything that can stop the run: a state that is saved from here on knows of them.
      state.owesPreviews =
        settings.previewInterval > 0 && (isLast || state.step.isMultiple(of: settings.previewInterval))
      try onEvent(.progress(progress(state, loss: loss, pace)))
      try showOwedPreviews(&state, adapters)
      // A state is saved after its step's previews: a run that goes on from it will not make them again.
      if !isLast, isSaveDue(state.step) { try save(state, adapters, identity) }
    }
  }

  /// A prompt that cannot be read fails the run at once, and not when its first picture is due.
  ///
  /// - Throws: `PromptError`.
  private func checkPrompts() throws {
    let settings = plan.settings
    if settings.previewInterval > 0 {
      for template in settings.previewPrompts { _ = try PromptSyntax.parse(previewPrompt(template)) }
    }
    if let prior = settings.priorPreservation { _ = try PromptSyntax.parse(prior.classPrompt) }
  }

  private func previewPrompt(_ template: String) -> String {
    template.replacing("{trigger}", with: plan.triggerWord)
  }

  private func warnOfCaptions() throws {
    let changed = plan.examples.count { Captions.withTrigger($0.caption, trigger: plan.triggerWord).changed }
    if changed > 0 {
      try onEvent(
        .warning(
          "\(changed) of \(plan.examples.count) captions lack the trigger word \"\(plan.triggerWord)\": "
            + "it was put before them"))
    }
    let encoder = PromptEncoder(checkpoint)
    let long = captions.count { encoder.overflow($0) > 0 }
    if long > 0 {
      try onEvent(.warning("\(long) captions are longer than the text encoder's window: their ends are not seen"))
    }
  }

  /// New adapters, or those of an earlier attempt. A state that cannot be used costs time, not the tune: the run starts
  /// over and says so.
  private func begin(_ identity: TrainingState.Identity) throws -> (TrainableAdapters, TrainingState) {
    func fresh() throws(TorchError) -> TrainableAdapters {
      try TrainableAdapters(checkpoint, plan.settings, generator: randomness.generator(.adapters))
    }
    let adapters = try fresh()
    var initial = TrainingState(step: 0, smoothedLoss: 0)
    if checkpoint.unet.dtype == .float16 { initial.scaler = LossScaler() }
    guard let path = plan.resumePath else { return (adapters, initial) }
    do {
      var state = try TrainingState.load(path, into: adapters, identity: identity, steps: plan.settings.steps)
      // The precision may be another one than before.
      state.scaler = initial.scaler.map { state.scaler ?? $0 }
      return (adapters, state)
    } catch let error where error is TrainingError || error is CheckpointError {
      if plan.requiresResume { throw error }
      try onEvent(.warning("\(error); the tune starts from its first step"))
      return (try fresh(), initial)
    }
  }

  /// Stopped amid the previews, the step itself is done; the run that goes on owes its previews.
  private func showOwedPreviews(_ state: inout TrainingState, _ adapters: TrainableAdapters) throws {
    guard state.owesPreviews else { return }
    try adapters.withResult { try preview(step: state.step) }
    state.owesPreviews = false
  }

  private func isSaveDue(_ step: Int) -> Bool {
    let interval = plan.settings.checkpointInterval
    if interval > 0 { return step % interval == 0 }
    return plan.checkpointPeriod.map { ContinuousClock.now - lastSave >= $0 } ?? false
  }

  /// A full disk costs the training checkpoint, not the tune.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  private func save(
    _ state: TrainingState, _ adapters: TrainableAdapters, _ identity: TrainingState.Identity
  ) throws -> Bool {
    guard let path = plan.statePath, state.step > 0 else { return false }
    lastSave = .now
    do {
      try state.save(adapters, identity: identity, to: path)
    } catch CheckpointError.inaccessible(_, let reason) {
      try onEvent(.warning("a training checkpoint could not be written: \(reason)"))
      return false
    }
    try onEvent(.checkpoint(step: state.step, path: path))
    return true
  }

  /// The same seed at every step: what changes from one preview to the next is the adapter.
  private func preview(step: Int) throws {
    let sampler = try SamplerCatalog.named("dpmpp_2m_karras"), side = plan.settings.resolution
    for (index, template) in plan.settings.previewPrompts.enumerated() {
      let prompt = previewPrompt(template)
      let request = ImageSynthesizer.Request(
        prompt: prompt, sampler: sampler, steps: 20, guidance: Guidance(scale: 7.5), width: side, height: side)
      let seed = randomness.derive(.preview, index)
      let pictures = try ImageSynthesizer(checkpoint).images(request, seeds: [seed]) { _ in try cancellation.check() }
      for pixels in pictures {
        try onEvent(
          .preview(step: step, prompt: prompt, image: PixelImage(width: side, height: side, pixels: pixels)))
      }
    }
  }

  private func progress(_ state: TrainingState, loss: Double, _ pace: Pace) -> TrainingProgress {
    let settings = plan.settings
    return TrainingProgress(
      step: state.step, totalSteps: settings.steps, loss: loss, smoothedLoss: state.smoothedLoss,
      learningRate: settings.learningRate * settings.rateFactor(at: state.step - 1),
      imagesPerSecond: Double(settings.imagesPerStep) / pace.secondsPerStep,
      secondsLeft: Double(settings.steps - state.step) * pace.secondsPerStep, stepSeconds: pace.lastSeconds)
  }

  private func outcome(
    _ adapters: TrainableAdapters, _ state: TrainingState, _ data: PreparedData, _ kept: Kept?, startedAt: Date
  ) throws -> Outcome {
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
    // What is written is judged as it will be used: without what training hung on the layers.
    adapters.detach()
    let members = adapters.members.map { ($0.key, $0.adapter) }
    try checkFinite(members)
    let lora = try LoRAWriter.serialize(members, metadata: metadata, names: checkpoint.sgmNames)
    let health = try health(members, lora, data, isKept: kept != nil)
    return Outcome(
      lora: lora, rank: settings.rank, alpha: Double(settings.rank), tensorCount: members.count * 3,
      finalLoss: state.smoothedLoss, rejections: data.rejections, health: health, kept: kept)
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

/// Seconds a step, over about the last twenty.
private struct Pace {
  private(set) var secondsPerStep = 0.0
  /// Of the last step alone.
  private(set) var lastSeconds = 0.0
  private var steps = 0

  mutating func add(_ duration: Duration) {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    lastSeconds = seconds
    // The first step warms caches and says little of the others: the second replaces it.
    steps += 1
    let weight = steps <= 2 ? 1 : max(1 / Double(steps - 1), 0.05)
    secondsPerStep = max(secondsPerStep + weight * (seconds - secondsPerStep), 1e-9)
  }
}
