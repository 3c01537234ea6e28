import Foundation
import StableDiffusion
import Torch

/// Trains a LoRA on a checkpoint. One run, on the thread that calls `run`; the checkpoint is left as it was.
package final class LoRATrainer {
  let checkpoint: StableDiffusionCheckpoint
  let plan: Plan
  let cancellation: CancellationFlag
  let onEvent: (TrainingEvent) throws -> Void
  let randomness: StepRandomness
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
    var pace = TrainingPace()
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
      // With a rate that does not fall towards the end, another run may go on from there for longer.
      if isLast ? settings.schedule == .constant : isSaveDue(state.step) { try save(state, adapters, identity) }
    }
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

  private func progress(_ state: TrainingState, loss: Double, _ pace: TrainingPace) -> TrainingProgress {
    let settings = plan.settings
    return TrainingProgress(
      step: state.step, totalSteps: settings.steps, loss: loss, smoothedLoss: state.smoothedLoss,
      learningRate: settings.learningRate * settings.rateFactor(at: state.step - 1),
      imagesPerSecond: Double(settings.imagesPerStep) / pace.secondsPerStep,
      secondsLeft: Double(settings.steps - state.step) * pace.secondsPerStep, stepSeconds: pace.lastSeconds)
  }
}
