import Images
import StableDiffusion

extension LoRATrainer {
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
}
