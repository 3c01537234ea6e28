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
    /// For one CPU operation; nil: as suits the model.
    package var threads: Int?
    /// Where training checkpoints go; nil: none are written.
    package var statePath: String?
    /// With no interval of steps in the settings: how much time a lost backend may cost; nil: no limit.
    package var checkpointPeriod: Duration?
    /// The training checkpoint to go on from.
    package var resumePath: String?
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
    self.checkpoint = checkpoint
    self.plan = plan
    self.cancellation = cancellation
    self.onEvent = onEvent
    randomness = StepRandomness(seed: plan.settings.seed)
    captions = plan.examples.map { Captions.withTrigger($0.caption, trigger: plan.triggerWord).caption }
  }

  /// Trains to the end, or from a training checkpoint on.
  ///
  /// - Throws: `TrainingError`, `CancellationError` after it has written a training checkpoint, or what the layers
  ///   below throw.
  package func run() throws -> Outcome {
    let startedAt = Date()
    try ComputeThreads.use(plan.threads, for: checkpoint)
    try warnOfCaptions()
    let (latents, usedCaptions, rejections) = try prepare()
    let identity = TrainingState.Identity(
      settings: plan.settings, captions: zip(plan.examples.map(\.id), captions).map { (id: $0, caption: $1) },
      checkpoint: plan.checkpointDigest)
    let (adapters, begun) = try begin(identity)
    var state = begun
    adapters.attach()
    defer { adapters.detach() }
    try onEvent(.started(step: state.step))
    lastSave = .now
    try showOwedPreviews(&state, adapters, identity)

    let loop = TrainingLoop(
      checkpoint: checkpoint, settings: plan.settings, latents: latents, captions: usedCaptions,
      adapters: adapters, randomness: randomness)
    var pace = Pace()
    while state.step < plan.settings.steps {
      guard !cancellation.isCancelled else {
        try save(state, adapters, identity)
        throw CancellationError()
      }
      let clock = ContinuousClock.now
      let loss = try loop.step(state.step)
      pace.add(ContinuousClock.now - clock)
      // About the last twenty steps, beginning with the plain mean of what there is.
      let weight = max(1 / Double(state.step + 1), 0.05)
      state.smoothedLoss += weight * (loss - state.smoothedLoss)
      state.step += 1
      try onEvent(.progress(progress(state, loss: loss, pace)))
      try afterStep(&state, adapters, identity)
    }
    return try outcome(adapters, state, rejections, captions: usedCaptions, startedAt: startedAt)
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

  /// Decodes and encodes every image; gives the captions of those that can be used.
  private func prepare() throws -> (LatentCache, [String], [TrainingError.Rejection]) {
    let side = plan.settings.resolution
    var cache = LatentCache(checkpoint.autoencoder, mirrored: plan.settings.randomFlip)
    var used: [String] = []
    var rejections: [TrainingError.Rejection] = []
    for (example, caption) in zip(plan.examples, captions) {
      try cancellation.check()
      do {
        try cache.add(Images.cover(load(example), width: side, height: side))
        used.append(caption)
      } catch let error as ImageError {
        let rejection = TrainingError.Rejection(image: example.id, reason: error.message)
        rejections.append(rejection)
        try onEvent(.rejected(rejection))
      }
    }
    guard rejections.isEmpty || plan.continuesOnRejection else { throw TrainingError.imagesRejected(rejections) }
    guard cache.count > 0 else { throw TrainingError.noImages(rejections) }
    return (cache, used, rejections)
  }

  private func load(_ example: TrainingExample) throws(ImageError) -> PixelImage {
    switch example.source {
    case .file(let path): try Images.decode(path: path, limits: plan.imageLimits)
    case .image(let image): image
    }
  }

  /// New adapters, or those of an earlier attempt. A state that cannot be used costs time, not the tune: the run starts
  /// over and says so.
  private func begin(_ identity: TrainingState.Identity) throws -> (TrainableAdapters, TrainingState) {
    func fresh() throws(TorchError) -> TrainableAdapters {
      try TrainableAdapters(checkpoint, plan.settings, generator: randomness.generator(.adapters))
    }
    let adapters = try fresh()
    guard let path = plan.resumePath else { return (adapters, TrainingState(step: 0, smoothedLoss: 0)) }
    do {
      return (adapters, try TrainingState.load(path, into: adapters, identity: identity))
    } catch let error where error is TrainingError || error is CheckpointError {
      try onEvent(.warning("\(error); the tune starts from its first step"))
      return (try fresh(), TrainingState(step: 0, smoothedLoss: 0))
    }
  }

  /// A state is saved after its step's previews: a run that goes on from it will not make them again.
  private func afterStep(
    _ state: inout TrainingState, _ adapters: TrainableAdapters, _ identity: TrainingState.Identity
  ) throws {
    let settings = plan.settings
    let isLast = state.step == settings.steps
    state.owesPreviews =
      settings.previewInterval > 0 && (isLast || state.step.isMultiple(of: settings.previewInterval))
    try showOwedPreviews(&state, adapters, identity)
    if !isLast, isSaveDue(state.step) { try save(state, adapters, identity) }
  }

  /// Stopped amid the previews, the step itself is done and kept; the run that goes on owes its previews.
  private func showOwedPreviews(
    _ state: inout TrainingState, _ adapters: TrainableAdapters, _ identity: TrainingState.Identity
  ) throws {
    guard state.owesPreviews else { return }
    do {
      try preview(step: state.step)
    } catch let stop as CancellationError {
      try save(state, adapters, identity)
      throw stop
    }
    state.owesPreviews = false
  }

  private func isSaveDue(_ step: Int) -> Bool {
    let interval = plan.settings.checkpointInterval
    if interval > 0 { return step % interval == 0 }
    return plan.checkpointPeriod.map { ContinuousClock.now - lastSave >= $0 } ?? false
  }

  /// A full disk costs the training checkpoint, not the tune.
  private func save(_ state: TrainingState, _ adapters: TrainableAdapters, _ identity: TrainingState.Identity) throws {
    guard let path = plan.statePath, state.step > 0 else { return }
    lastSave = .now
    do {
      try state.save(adapters, identity: identity, to: path)
    } catch CheckpointError.inaccessible(_, let reason) {
      try onEvent(.warning("a training checkpoint could not be written: \(reason)"))
      return
    }
    try onEvent(.checkpoint(step: state.step, path: path))
  }

  /// The same seed at every step: what changes from one preview to the next is the adapter.
  private func preview(step: Int) throws {
    let sampler = try SamplerCatalog.named("dpmpp_2m_karras"), side = plan.settings.resolution
    for (index, template) in plan.settings.previewPrompts.enumerated() {
      let prompt = template.replacing("{trigger}", with: plan.triggerWord)
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
      imagesPerSecond: Double(settings.batchSize) / pace.secondsPerStep,
      secondsLeft: Double(settings.steps - state.step) * pace.secondsPerStep)
  }

  private func outcome(
    _ adapters: TrainableAdapters, _ state: TrainingState, _ rejections: [TrainingError.Rejection],
    captions: [String], startedAt: Date
  ) throws -> Outcome {
    let settings = plan.settings
    var metadata = LoRAMetadata()
    metadata.predictionType = checkpoint.schedulerConfiguration.predictionType
    metadata.name = plan.name
    metadata.triggerPhrase = plan.triggerWord.isEmpty ? nil : plan.triggerWord
    metadata.rank = settings.rank
    metadata.resolution = settings.resolution
    metadata.steps = settings.steps
    metadata.imageCount = captions.count
    metadata.epochs = (settings.steps * settings.batchSize + captions.count - 1) / captions.count
    metadata.batchSize = settings.batchSize
    metadata.seed = settings.seed
    metadata.learningRate = settings.learningRate
    metadata.textEncoderLearningRate = settings.textEncoderLearningRate
    metadata.learningRateSchedule = settings.schedule.rawValue
    metadata.warmupSteps = settings.warmupSteps
    metadata.precision = checkpoint.unet.dtype == .bfloat16 ? "bf16" : "no"
    metadata.minSNRGamma = settings.minSNRGamma
    metadata.noiseOffset = settings.noiseOffset > 0 ? settings.noiseOffset : nil
    metadata.captionDropout = settings.captionDropout
    metadata.baseModelName = plan.checkpointName.isEmpty ? nil : plan.checkpointName
    metadata.baseModelHash = plan.checkpointDigest.isEmpty ? nil : plan.checkpointDigest
    metadata.captions = captions
    metadata.startedAt = startedAt
    metadata.finishedAt = Date()
    let lora = try LoRAWriter.serialize(
      adapters.members.map { ($0.key, $0.adapter) }, metadata: metadata, names: checkpoint.sgmNames)
    return Outcome(
      lora: lora, rank: settings.rank, alpha: Double(settings.rank), tensorCount: adapters.members.count * 3,
      finalLoss: state.smoothedLoss, rejections: rejections)
  }
}

/// Seconds a step, over about the last twenty.
private struct Pace {
  private(set) var secondsPerStep = 0.0
  private var steps = 0

  mutating func add(_ duration: Duration) {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    // The first step warms caches and says little of the others: the second replaces it.
    steps += 1
    let weight = steps <= 2 ? 1 : max(1 / Double(steps - 1), 0.05)
    secondsPerStep = max(secondsPerStep + weight * (seconds - secondsPerStep), 1e-9)
  }
}
