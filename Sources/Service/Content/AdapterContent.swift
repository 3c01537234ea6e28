import LorikeetAPI
import ModelFiles
import Store

/// What the service learns of a VAE, a safety checker or an embedding from its safetensors header.
enum AdapterContent {
  /// A VAE, in the names of diffusers or of the original code.
  static func inspectVAE<Source: ByteSource>(_ source: Source) throws {
    _ = try AutoencoderFile(SafetensorsHeader.read(source))
  }

  /// A safety checker: CLIP's vision tower and the embeddings of the concepts.
  static func inspectSafetyChecker<Source: ByteSource>(_ source: Source) throws {
    let header = try SafetensorsHeader.read(source)
    let needed = [
      "concept_embeds", "concept_embeds_weights", "special_care_embeds", "special_care_embeds_weights",
      "visual_projection.weight",
    ]
    let missing = needed.filter { header[$0] == nil }
    guard missing.isEmpty else {
      throw ContentError(
        "the file holds no safety checker (\(missing.joined(separator: ", ")) missing); choose the safetensors file "
          + "of a checkpoint's safety_checker folder")
    }
  }

  /// A textual inversion: one matrix, or a vector, for each text encoder.
  static func inspectEmbedding<Source: ByteSource>(
    _ source: Source
  ) throws -> (EmbeddingInfo, LorikeetAPI.ModelFamily) {
    let embedding = try EmbeddingFile(SafetensorsHeader.read(source))
    var info = EmbeddingInfo()
    info.vectors = Int32(clamping: embedding.vectors)
    if let word = embedding.word { info.triggerWords = [word] }
    return (info, embedding.family.map { .init($0) } ?? .unspecified)
  }
}
