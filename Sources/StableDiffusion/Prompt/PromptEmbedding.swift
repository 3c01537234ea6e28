import ModelFiles
import Torch

/// A textual inversion in use: learned vectors that stand wherever its trigger word stands in a prompt.
package struct PromptEmbedding {
  package let trigger: String
  /// `[vectors, width]` for each text encoder of the checkpoint.
  package let vectors: [LoRAComponent: Tensor]

  package init(trigger: String, vectors: [LoRAComponent: Tensor]) {
    self.trigger = trigger
    self.vectors = vectors
  }

  /// What stands in one encoder's prompts.
  struct Entry {
    /// The trigger word's, as `PromptSpelling` has them: at least one.
    let letters: [String]
    /// `[count, width]`, of the encoder's type and on its device.
    let vectors: Tensor
    let count: Int
  }

  /// - Throws: `PromptError.embedding` when it does not fit the encoder.
  func entry(for tower: TextTower) throws -> Entry {
    guard let vectors = vectors[tower.component] else {
      throw PromptError.embedding(
        trigger: trigger, reason: "has no vectors for \(tower.component.rawValue); use one made for this family")
    }
    let width = tower.model.configuration.hiddenSize, room = tower.tokenizer.contextLength - 2
    guard vectors.rank == 2, vectors.shape[1] == width, (1...room).contains(vectors.shape[0]) else {
      throw PromptError.embedding(
        trigger: trigger,
        reason: "has vectors of shape \(vectors.shape) for \(tower.component.rawValue); this checkpoint takes up to "
          + "\(room) of width \(width)")
    }
    let letters = PromptSpelling(trigger).trigger
    guard !letters.isEmpty else {
      throw PromptError.embedding(trigger: trigger, reason: "needs a trigger word that can stand in a prompt")
    }
    let model = tower.model
    return Entry(
      letters: letters, vectors: try vectors.to(dtype: model.dtype, device: model.device), count: vectors.shape[0])
  }
}
