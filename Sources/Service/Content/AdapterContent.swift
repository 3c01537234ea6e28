import LorikeetAPI
import Store

/// What the service learns of a LoRA, a VAE or an embedding from its safetensors header.
enum AdapterContent {
  /// A LoRA in any of the layouts kohya, diffusers or PEFT.
  static func inspectLora<Source: ByteSource>(_ source: Source) throws -> (LoraInfo, ModelFamily) {
    let header = try SafetensorsHeader.read(source)
    var info = LoraInfo()
    var alphas: [String: Double] = [:]
    for name in header.tensors.keys where name.hasSuffix(".alpha") {
      alphas[String(name.dropLast(6))] = try header.scalar(name, in: source)
    }
    var pairs = 0
    for (name, entry) in header.tensors {
      guard let module = moduleOfDown(name), let rank = entry.shape.first, entry.shape.count >= 2 else { continue }
      pairs += 1
      if rank > Int64(info.rank) {
        info.rank = Int32(clamping: rank)
        info.alpha = alphas[module] ?? Double(rank)
      }
    }
    guard pairs > 0, info.rank > 0 else {
      throw ContentError(
        "the file holds no LoRA matrices (lora_down, lora_A or lora.down); choose a LoRA in the form of kohya, "
          + "diffusers or PEFT")
    }
    info.tensorCount = Int32(clamping: header.tensors.count)
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

  private static func family(of header: SafetensorsHeader) -> ModelFamily {
    switch header.metadata["ss_base_model_version"] {
    case .some(let version) where version.hasPrefix("sdxl"): return .stableDiffusionXl
    case .some(let version) where version.hasPrefix("sd_v1"): return .stableDiffusion1
    default: break
    }
    if header.tensors.keys.contains(where: { $0.hasPrefix("lora_te2_") || $0.hasPrefix("text_encoder_2.") }) {
      return .stableDiffusionXl
    }
    // The keys of cross-attention read the text encoder's states: 768 wide in SD 1, 2,048 in SDXL.
    for (name, entry) in header.tensors where name.contains("attn2") && name.contains("to_k") {
      guard moduleOfDown(name) != nil, entry.shape.count >= 2 else { continue }
      if entry.shape[1] == 768 { return .stableDiffusion1 }
      if entry.shape[1] == 2048 { return .stableDiffusionXl }
    }
    return .unspecified
  }

  /// A VAE: its decoder's first layer must be there, in the names of diffusers or of the original code.
  static func inspectVAE<Source: ByteSource>(_ source: Source) throws {
    let header = try SafetensorsHeader.read(source)
    guard ["decoder.conv_in.weight", "first_stage_model.decoder.conv_in.weight"].contains(where: {
      header.tensors[$0] != nil
    }) else {
      throw ContentError("the file holds no VAE (decoder.conv_in.weight is missing); choose a VAE's safetensors")
    }
  }

  /// A safety checker: CLIP's vision tower and the embeddings of the concepts.
  static func inspectSafetyChecker<Source: ByteSource>(_ source: Source) throws {
    let header = try SafetensorsHeader.read(source)
    let needed = [
      "concept_embeds", "concept_embeds_weights", "special_care_embeds", "special_care_embeds_weights",
      "visual_projection.weight",
    ]
    let missing = needed.filter { header.tensors[$0] == nil }
    guard missing.isEmpty else {
      throw ContentError(
        "the file holds no safety checker (\(missing.joined(separator: ", ")) missing); choose the safetensors file "
          + "of a checkpoint's safety_checker folder")
    }
  }

  /// A textual inversion: one matrix, or a vector, for each text encoder.
  static func inspectEmbedding<Source: ByteSource>(_ source: Source) throws -> ModelFamily {
    let header = try SafetensorsHeader.read(source)
    let vectors = header.tensors.filter { 1...2 ~= $0.value.shape.count && ($0.value.shape.last ?? 0) >= 16 }
    guard !vectors.isEmpty, vectors.count == header.tensors.count, vectors.count <= 4 else {
      throw ContentError("the file holds no textual inversion (one matrix for each text encoder); choose another file")
    }
    if header.tensors["clip_g"] != nil { return .stableDiffusionXl }
    return vectors.values.contains { $0.shape.last == 768 } ? .stableDiffusion1 : .unspecified
  }
}
