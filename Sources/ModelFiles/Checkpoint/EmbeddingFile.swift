/// A textual inversion (Gal et al., arXiv 2208.01618): learned vectors that stand in a prompt where its word does.
package struct EmbeddingFile: Sendable, Equatable {
  /// The matrix of each text encoder, by its name in the file: `[vectors, width]`, or `[width]` for one vector.
  package let tensors: [CheckpointPart: String]
  /// How many tokens the word stands for, the same for every encoder.
  package let vectors: Int
  /// Told by the vectors' widths; nil where these are of no published model.
  package let family: ModelFamily?
  /// The word that the file itself names, such as `<cat>`; nil: whatever the user calls it.
  package let word: String?

  /// More would fill a prompt by themselves.
  package static let mostVectors = 75

  /// Keys that stand for nothing: A1111's for its single matrix.
  private static let plainKeys = ["emb_params", "string_to_param.*", "*", "embedding", "weight"]

  /// - Throws: when the file holds something else.
  package init(_ header: SafetensorsHeader) throws(ContentError) {
    let isXL = ["clip_l", "clip_g", "text_encoders_0", "text_encoders_1"].contains { header[$0] != nil }
    var tensors: [CheckpointPart: String] = [:]
    var widths: [CheckpointPart: Int] = [:]
    var counts: Set<Int> = []
    var word: String?
    for entry in header.entries {
      // Steps and losses of the training stand beside the matrix in some files.
      if entry.shape.count < 1 || entry.elements == 1 { continue }
      let part: CheckpointPart
      switch entry.name {
      case "clip_g", "text_encoders_1": part = .textEncoder2
      default: part = .textEncoder
      }
      guard entry.shape.count <= 2, let width = entry.shape.last, 16...4096 ~= width,
        ["F32", "F16", "BF16", "F64"].contains(entry.type), tensors[part] == nil,
        !isXL || ["clip_l", "clip_g", "text_encoders_0", "text_encoders_1"].contains(entry.name)
      else {
        throw ContentError(
          "the file holds no textual inversion (one matrix for each text encoder, not \(entry.name) "
            + "\(entry.shape)); choose another file")
      }
      tensors[part] = entry.name
      widths[part] = width
      counts.insert(entry.shape.count == 2 ? entry.shape[0] : 1)
      if !isXL, !Self.plainKeys.contains(entry.name) { word = entry.name }
    }
    guard let vectors = counts.first, counts.count == 1, 1...Self.mostVectors ~= vectors else {
      throw ContentError(
        "the file holds no textual inversion (one matrix for each text encoder, of 1 to \(Self.mostVectors) vectors); "
          + "choose another file")
    }
    self.tensors = tensors
    self.vectors = vectors
    self.word = word
    switch (widths[.textEncoder], widths[.textEncoder2]) {
    case (768, nil): family = isXL ? .stableDiffusionXL : .stableDiffusion1
    case (_?, _?), (nil, _?): family = .stableDiffusionXL
    default: family = nil
    }
  }
}
