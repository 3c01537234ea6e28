import ModelFiles
import Torch

/// A textual inversion's file (Gal et al., arXiv 2208.01618): learned vectors that stand in prompts where its word
/// does, in each text encoder of the family.
package struct TextualInversion {
  /// The word that the file itself names, such as `<cat>`; nil: whatever the user calls it.
  package let word: String?
  /// How many tokens the word stands for.
  package let count: Int
  /// `[count, width]` of each text encoder, float32.
  package let vectors: [LoRAComponent: Tensor]

  /// Reads A1111's form (`emb_params`), diffusers' (one tensor named as the word) and SDXL's (`clip_l` and `clip_g`).
  package init(path: String) throws(CheckpointError) {
    let file = try Safetensors(path: path)
    let contents: EmbeddingFile
    do {
      contents = try EmbeddingFile(file.header)
    } catch {
      throw .unsuitable(path: path, reason: error.description)
    }
    var vectors: [LoRAComponent: Tensor] = [:]
    for (part, name) in contents.tensors {
      let stored = try file.tensor(named: name)
      let matrix = try wrappingTorchErrors { () throws(TorchError) in
        try stored.to(dtype: .float32).reshape([contents.vectors, -1])
      }
      guard try wrappingTorchErrors({ () throws(TorchError) in try matrix.isFiniteAll }) else {
        throw .unsuitable(path: path, reason: "its vectors \(name) are not finite numbers; train or download it again")
      }
      vectors[part == .textEncoder2 ? .textEncoder2 : .textEncoder] = matrix
    }
    word = contents.word
    count = contents.vectors
    self.vectors = vectors
  }
}
