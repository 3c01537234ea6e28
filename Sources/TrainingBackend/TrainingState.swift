import Foundation
import StableDiffusion
import Torch

/// A training checkpoint on disk: adapters, the optimiser's moments, and the step.
///
/// Random states and the data's position are functions of the seed and the step (`StepRandomness`), so these two say
/// all that is needed for the run that goes on to equal the run that never stopped, bit for bit on one kind of CPU.
struct TrainingState {
  /// What a state must agree in with the run that takes it up.
  struct Identity: Codable, Equatable {
    var version = 3
    var settings: TrainingSettings
    /// Of the trigger word, and of the ids, captions and masks of the images that are trained on, in order.
    var data: String
    /// Of the base checkpoint; empty when it is not known.
    var checkpoint: String

    init(settings: TrainingSettings, triggerWord: String, data: PreparedData, checkpoint: String) {
      // What is shown on the way changes nothing of what is learned.
      var settings = settings
      settings.previewPrompts = []
      settings.previewInterval = 0
      settings.checkpointInterval = 0
      // Where the learning rate does not depend on the end, a run may go on for longer than it first meant to.
      if settings.schedule == .constant { settings.steps = 0 }
      self.settings = settings
      self.checkpoint = checkpoint
      // Of what was prepared and not of what was asked for: an image that is rejected on one machine alone makes other
      // batches. The trigger word counts beside the captions, since it says which of their parts stay in place.
      var parts = [triggerWord]
      for index in data.ids.indices {
        parts += [data.ids[index], data.captions[index], data.latents.mask(index)?.digest ?? ""]
      }
      self.data = SHA256Hex.of(parts.joined(separator: "\u{0}").utf8)
    }
  }

  /// Steps done.
  var step: Int
  var smoothedLoss: Double
  /// Whether some of this step's previews are still to be made.
  var owesPreviews = false
  /// In float16.
  var scaler: LossScaler?

  /// Writes a whole file or none: to a temporary one beside it, synced, then renamed.
  func save(_ adapters: TrainableAdapters, identity: Identity, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var metadata = [
      "lorikeet.identity": String(decoding: try encoder.encode(identity), as: UTF8.self),
      "lorikeet.step": "\(step)",
      "lorikeet.owes_previews": "\(owesPreviews)",
      // As bits: the decimal form of a double is not the double.
      "lorikeet.smoothed_loss": "\(smoothedLoss.bitPattern)",
    ]
    if let scaler { metadata["lorikeet.loss_scaler"] = String(decoding: try encoder.encode(scaler), as: UTF8.self) }
    try Safetensors.write(adapters.state(), metadata: metadata, to: path)
  }

  /// Reads a state into the adapters.
  ///
  /// - Throws: `TrainingError.unusableState` for another run's state; then the adapters must not be used.
  static func load(
    _ path: String, into adapters: TrainableAdapters, identity: Identity, steps: Int
  ) throws -> TrainingState {
    let file = try Safetensors(path: path)
    guard let text = file.metadata["lorikeet.identity"],
      let stored = try? JSONDecoder().decode(Identity.self, from: Data(text.utf8)),
      let step = file.metadata["lorikeet.step"].flatMap({ Int($0) }), step >= 0,
      let loss = file.metadata["lorikeet.smoothed_loss"].flatMap({ UInt64($0) })
    else { throw TrainingError.unusableState(reason: "it is not a training checkpoint") }
    guard stored == identity else {
      throw TrainingError.unusableState(reason: "it belongs to a run with other settings, images or base checkpoint")
    }
    guard step <= steps else {
      throw TrainingError.unusableState(reason: "it has taken \(step) steps, more than the \(steps) asked for")
    }
    try adapters.restore(file.names) { try file.tensor(named: $0) }
    var state = TrainingState(
      step: step, smoothedLoss: Double(bitPattern: loss),
      owesPreviews: file.metadata["lorikeet.owes_previews"] == "true")
    if let text = file.metadata["lorikeet.loss_scaler"] {
      state.scaler = try? JSONDecoder().decode(LossScaler.self, from: Data(text.utf8))
      guard let scaler = state.scaler, scaler.isPlausible else {
        throw TrainingError.unusableState(reason: "its loss scale is damaged")
      }
    }
    return state
  }
}
