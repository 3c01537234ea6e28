import LorikeetAPI
import RPC
import Store

/// A tune that was stopped and kept, or one that has succeeded with a constant learning rate, and what a new one must
/// have in common with it to go on from there.
///
/// With a constant rate the new one may take any number of steps: its run is that of a tune that meant to from the
/// beginning. Where the rate falls along the steps it would have fallen otherwise, and the number must be the same.
struct KeptTune {
  let tune: Tune
  let inputs: BackendTuneAssignment
  let checkpoint: BackendTrainingCheckpoint
  /// What the checkpoint that it was trained on is called now: another one may stand under the name of then.
  let baseCheckpoint: String

  /// - Returns: nil, with the fault noted, where there is none of this name or nothing of it is kept.
  static func find(_ name: String, in store: Store, _ references: inout AssetReferences) async throws -> KeptTune? {
    guard let tune = try await store.job(Tune.self, name) else {
      references.addMissing("tune.resume_from", "tune “\(name)” does not exist; see ListTunes")
      return nil
    }
    let stored = try await store.assignment(ofJob: tune.id)
    guard tune.state == .cancelled || tune.state == .succeeded, case .tune(let inputs) = stored?.assignment.job,
      let checkpoint = stored?.resumeFrom
    else {
      references.addUnusable(
        "tune.resume_from",
        tune.state == .succeeded
          ? "“\(tune.name)” has succeeded and left no point to go on from: only a tune with the constant schedule does"
          : "“\(tune.name)” was not cancelled with `keep`: there is nothing to go on from")
      return nil
    }
    let base = try await store.asset(
      kind: .checkpoint, content: inputs.checkpoint?.digest ?? "", preferring: inputs.checkpoint?.assetId ?? "")
    return KeptTune(
      tune: tune, inputs: inputs, checkpoint: checkpoint, baseCheckpoint: base?.name ?? tune.baseCheckpoint)
  }

  /// The new tune with what it leaves out taken from this one.
  func completing(_ request: Tune) -> Tune {
    var tune = request
    if tune.triggerWord.isEmpty { tune.triggerWord = self.tune.triggerWord }
    if tune.baseCheckpoint.isEmpty { tune.baseCheckpoint = baseCheckpoint }
    if tune.images.isEmpty {
      tune.images = self.tune.images
      tune.continueOnRejection = self.tune.continueOnRejection
    }
    // Images that were to be looked at before are not trained on unseen.
    tune.checkSafety = tune.checkSafety || self.tune.checkSafety
    if tune.checkSafety, tune.safetyChecker.isEmpty { tune.safetyChecker = self.tune.safetyChecker }
    tune.steps = tune.steps ?? self.tune.steps
    tune.seed = tune.seed ?? self.tune.seed
    tune.resolution = tune.resolution ?? self.tune.resolution
    tune.settings = tune.settings ?? Self.effective(self.tune)
    // Left out it would follow the number of steps, and the first ones, which are done, would have been others.
    if isConstant, tune.settings?.warmupSteps == nil { tune.settings?.warmupSteps = Self.warmup(of: self.tune) }
    return tune
  }

  /// What must be the same and is not, field by field: the run that goes on would not be the run that stopped.
  func differences(_ tune: Tune, _ inputs: BackendTuneAssignment) -> Violations {
    var violations = Violations()
    func require(_ isSame: Bool, _ field: String, _ what: String) {
      violations.require(isSame, field, "\(what) must be as in “\(self.tune.name)”, which this tune goes on from")
    }
    require(inputs.checkpoint?.digest == self.inputs.checkpoint?.digest, "tune.base_checkpoint", "the checkpoint")
    require(tune.triggerWord == self.tune.triggerWord, "tune.trigger_word", "the trigger word")
    requireSteps(tune, &violations)
    require(tune.seed == self.tune.seed, "tune.seed", "the seed")
    require(tune.resolution == self.tune.resolution, "tune.resolution", "the resolution")
    require(Self.learning(tune) == Self.learning(self.tune), "tune.settings", "the settings")
    require(
      inputs.images.map(Self.essence) == self.inputs.images.map(Self.essence), "tune.images",
      "the images, their captions and masks")
    // They decide which of the images are learned from.
    require(tune.checkSafety == self.tune.checkSafety, "tune.check_safety", "the safety check")
    require(
      inputs.safetyChecker?.digest == self.inputs.safetyChecker?.digest, "tune.safety_checker", "the safety checker")
    require(
      tune.continueOnRejection == self.tune.continueOnRejection, "tune.continue_on_rejection",
      "what becomes of images that are rejected")
    return violations
  }

  private var isConstant: Bool { tune.settings?.schedule == .constant }

  private func requireSteps(_ tune: Tune, _ violations: inout Violations) {
    let steps = tune.steps ?? 0, done = checkpoint.step
    guard isConstant else {
      violations.require(
        steps == self.tune.steps, "tune.steps",
        "must be as in “\(self.tune.name)”, \(self.tune.steps ?? 0), counted from the beginning: along them its "
          + "learning rate falls; only a tune with the constant schedule goes on to another number")
      return
    }
    // A kept one that had come to its end before it was stopped may have no LoRA yet.
    let isToGoFurther = self.tune.state == .succeeded
    violations.require(
      isToGoFurther ? steps > done : steps >= done, "tune.steps",
      "must be \(isToGoFurther ? "more than" : "at least") the \(done) steps that “\(self.tune.name)” has done: "
        + "they are counted from its beginning")
  }

  /// Its own, or as the training backend sets it where it is left out: 5 % of the steps.
  private static func warmup(of tune: Tune) -> Int32 { tune.settings?.warmupSteps ?? (tune.steps ?? 0) / 20 }

  /// The tune's settings without what an older version accepted though it had no effect.
  private static func effective(_ tune: Tune) -> TrainingSettings? {
    guard var settings = tune.settings else { return nil }
    if settings.debiasedEstimation { settings.minSnrGamma = nil }
    if settings.previewPrompts.isEmpty { settings.previewInterval = nil }
    if tune.images.allSatisfy(\.mask.isEmpty) { settings.unmaskedWeight = nil }
    return settings
  }

  /// What is shown and saved on the way changes nothing of what is learned.
  private static func learning(_ tune: Tune) -> TrainingSettings {
    var settings = effective(tune) ?? TrainingSettings()
    if settings.schedule == .constant { settings.warmupSteps = warmup(of: tune) }
    settings.previewPrompts = []
    settings.previewInterval = nil
    settings.checkpointInterval = nil
    return settings
  }

  private static func essence(of image: BackendInputImage) -> [String] {
    [image.assetId, image.caption, image.file?.blob?.sha256 ?? "", image.mask?.blob?.sha256 ?? ""]
  }
}
