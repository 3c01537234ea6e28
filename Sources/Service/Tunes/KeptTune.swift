import LorikeetAPI
import RPC
import Store

/// A tune that was stopped and kept, and what a new one must have in common with it to go on from there.
struct KeptTune {
  let tune: Tune
  let inputs: BackendTuneAssignment
  let checkpoint: BackendTrainingCheckpoint

  /// - Returns: nil, with the fault noted, where there is none of this name or nothing of it is kept.
  static func find(_ name: String, in store: Store, _ references: inout AssetReferences) async throws -> KeptTune? {
    guard let tune = try await store.job(Tune.self, name) else {
      references.addMissing("tune.resume_from", "tune “\(name)” does not exist; see ListTunes")
      return nil
    }
    let stored = try await store.assignment(ofJob: tune.id)
    guard tune.state == .cancelled, case .tune(let inputs) = stored?.assignment.job, let checkpoint = stored?.resumeFrom
    else {
      references.addUnusable(
        "tune.resume_from", "“\(tune.name)” was not cancelled with `keep`: there is nothing to go on from")
      return nil
    }
    return KeptTune(tune: tune, inputs: inputs, checkpoint: checkpoint)
  }

  /// The new tune with what it leaves out taken from this one.
  func completing(_ request: Tune) -> Tune {
    var tune = request
    if tune.triggerWord.isEmpty { tune.triggerWord = self.tune.triggerWord }
    if tune.baseCheckpoint.isEmpty { tune.baseCheckpoint = self.tune.baseCheckpoint }
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
    tune.settings = tune.settings ?? self.tune.settings
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
    require(tune.steps == self.tune.steps, "tune.steps", "the number of steps, counted from the beginning,")
    require(tune.seed == self.tune.seed, "tune.seed", "the seed")
    require(tune.resolution == self.tune.resolution, "tune.resolution", "the resolution")
    require(Self.learning(tune.settings) == Self.learning(self.tune.settings), "tune.settings", "the settings")
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

  /// What is shown and saved on the way changes nothing of what is learned.
  private static func learning(_ settings: TrainingSettings?) -> TrainingSettings {
    var settings = settings ?? TrainingSettings()
    settings.previewPrompts = []
    settings.previewInterval = nil
    settings.checkpointInterval = nil
    return settings
  }

  private static func essence(of image: BackendInputImage) -> [String] {
    [image.assetId, image.caption, image.file?.blob?.sha256 ?? "", image.mask?.blob?.sha256 ?? ""]
  }
}
