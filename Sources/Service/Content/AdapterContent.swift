import LorikeetAPI
import ModelFiles
import Store

/// What the service learns of a LoRA, a VAE or an embedding from its safetensors header.
enum AdapterContent {
  /// A LoRA in any of the layouts kohya, diffusers or PEFT.
  static func inspectLora<Source: ByteSource>(_ source: Source) throws -> (LoraInfo, LorikeetAPI.ModelFamily) {
    let header = try SafetensorsHeader.read(source)
    var info = LoraInfo()
    var alphas: [String: Double] = [:]
    for entry in header.entries where entry.name.hasSuffix(".alpha") {
      alphas[String(entry.name.dropLast(6))] = try header.scalar(entry.name, in: source)
    }
    var pairs = 0
    for entry in header.entries {
      guard let module = moduleOfDown(entry.name), let rank = entry.shape.first, entry.shape.count >= 2 else { continue }
      pairs += 1
      if rank > Int(info.rank) {
        info.rank = Int32(clamping: rank)
        info.alpha = alphas[module] ?? Double(rank)
      }
    }
    guard pairs > 0, info.rank > 0 else {
      throw ContentError(
        "the file holds no LoRA matrices (lora_down, lora_A or lora.down); choose a LoRA in the form of kohya, "
          + "diffusers or PEFT")
    }
    info.tensorCount = Int32(clamping: header.entries.count)
    if let words = header.metadata["modelspec.trigger_phrase"], !words.isEmpty { info.triggerWords = [words] }
    return (info, family(of: header))
  }

  /// The module that a “down” matrix belongs to; `nil` for other tensors.
  private static func moduleOfDown(_ name: String) -> String? {
    for ending in [".lora_down.weight", ".lora_A.weight", ".lora.down.weight", ".lora_linear_layer.down.weight",
      "_lora.down.weight"] where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    return nil
  }

  private static func family(of header: SafetensorsHeader) -> LorikeetAPI.ModelFamily {
    switch header.metadata["ss_base_model_version"] {
    case .some(let version) where version.hasPrefix("sdxl"): return .stableDiffusionXl
    case .some(let version) where version.hasPrefix("sd_v1"): return .stableDiffusion1
    default: break
    }
    if header.entries.contains(where: { $0.name.hasPrefix("lora_te2_") || $0.name.hasPrefix("text_encoder_2.") }) {
      return .stableDiffusionXl
    }
    // The keys of cross-attention read the text encoder's states: 768 wide in SD 1, 2,048 in SDXL.
    for entry in header.entries where entry.name.contains("attn2") && entry.name.contains("to_k") {
      guard moduleOfDown(entry.name) != nil, entry.shape.count >= 2 else { continue }
      if entry.shape[1] == 768 { return .stableDiffusion1 }
      if entry.shape[1] == 2048 { return .stableDiffusionXl }
    }
    return .unspecified
  }

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
