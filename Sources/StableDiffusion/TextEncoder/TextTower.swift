import ModelFiles

/// A text encoder and the tokenizer that feeds it.
package struct TextTower {
  /// `.textEncoder` or `.textEncoder2`; a refiner has the second only.
  package let component: LoRAComponent
  package let tokenizer: CLIPTokenizer
  package let model: CLIPTextModel

  /// - Throws: when the tokenizer knows ids that the model has no embedding for.
  package init(
    _ component: LoRAComponent, tokenizer: CLIPTokenizer, model: CLIPTextModel
  ) throws(CheckpointError) {
    let vocabularySize = model.configuration.vocabularySize
    guard tokenizer.vocabularyCount <= vocabularySize else {
      throw .invalidConfiguration(
        field: "text encoder vocab_size",
        reason: "is \(vocabularySize) but the tokenizer has \(tokenizer.vocabularyCount) tokens")
    }
    self.component = component
    self.tokenizer = tokenizer
    self.model = model
  }
}
