/// A checkpoint in one safetensors file in the names of the original code: CompVis for Stable Diffusion 1, SGM for the
/// XL family. Everything is told from names, shapes and metadata.
package struct OriginalCheckpoint: Sendable {
  package let family: ModelFamily
  /// Where each parameter of each network lies, by its name in diffusers and transformers.
  package let tensors: [CheckpointPart: [String: TensorPlace]]
  package let unet: UNetShape
  /// Nil where the file has none: some are meant to be used with a VAE in a file of its own.
  package let autoencoder: AutoencoderShape?
  package let textEncoders: [CheckpointPart: TextEncoderShape]
  /// Whether the U-Net predicts velocities, or noise.
  package let predictsVelocity: Bool
  /// Whether its noise schedule ends in pure noise.
  package let hasZeroTerminalSNR: Bool

  /// Whether a file is meant as one, by the name of its first layer or of its moving averages.
  package static func isOne(_ header: SafetensorsHeader) -> Bool {
    header.entries.contains { $0.name.hasPrefix(unetPrefix) || $0.name.hasPrefix(EMANames.prefix) }
  }

  private static let unetPrefix = "model.diffusion_model."
  private static let autoencoderPrefix = "first_stage_model."

  /// - Throws: what the file is instead, or what it lacks, and every tensor that has no place.
  package init(_ header: SafetensorsHeader) throws(ContentError) {
    if let reason = Self.foreign(header) { throw ContentError(reason) }
    family = try Self.family(header)
    var sorting = Sorting(header)
    // Moving averages are used where there is nothing else: files with both are meant to be used with the weights.
    if header.entries.contains(where: { $0.name.hasPrefix(Self.unetPrefix) }) {
      try sorting.take(.unet, Self.names(header, Self.unetPrefix), OriginalUNetNames.init) { $0.diffusersName($1) }
    } else {
      var averages: [String: String] = [:]
      for entry in header.entries { EMANames.dotted(entry.name).map { averages[$0] = entry.name } }
      try sorting.take(.unet, averages, OriginalUNetNames.init) { $0.diffusersName($1) }
    }
    try sorting.take(.autoencoder, Self.names(header, Self.autoencoderPrefix), OriginalAutoencoderNames.init) {
      $0.diffusersName($1)
    }
    for (part, prefix, isOpenCLIP) in Self.textEncoders(of: family) {
      let names = Self.names(header, prefix)
      if isOpenCLIP {
        try sorting.place(part, names, OpenCLIPNames.parameters)
      } else {
        try sorting.place(part, names) { name in Self.presentCLIPName(name).map { [($0, .whole)] } ?? [] }
      }
    }
    try sorting.checkTypes()
    let unknown = sorting.unknown
    guard unknown.isEmpty else {
      throw ContentError(
        "the file has \(unknown.count) tensors that no part of the checkpoint has a place for "
          + "(\(unknown.prefix(6).joined(separator: ", "))\(unknown.count > 6 ? ", …" : "")); remove them, or convert the "
          + "checkpoint with the program that made it")
    }
    guard let unet = UNetShape(sorting.shapes(.unet)) else { throw Self.lacking(.unet, Self.unetPrefix) }
    let autoencoder = AutoencoderShape(sorting.shapes(.autoencoder))
    guard autoencoder != nil || Self.names(header, Self.autoencoderPrefix).isEmpty else {
      throw Self.lacking(.autoencoder, Self.autoencoderPrefix)
    }
    var textEncoders: [CheckpointPart: TextEncoderShape] = [:]
    for (part, prefix, _) in Self.textEncoders(of: family) {
      guard let shape = TextEncoderShape(sorting.shapes(part)) else { throw Self.lacking(part, prefix) }
      textEncoders[part] = shape
    }
    self.unet = unet
    self.autoencoder = autoencoder
    self.textEncoders = textEncoders
    tensors = sorting.tensors
    hasZeroTerminalSNR = header["ztsnr"] != nil
    predictsVelocity =
      header["v_pred"] != nil
      || ["modelspec.prediction_type", "modelspec.predict_key"].contains {
        header.metadata[$0].map { $0.lowercased().hasPrefix("v") } ?? false
      }
  }

  /// Each text encoder's place, and whether it has OpenCLIP's names.
  private static func textEncoders(of family: ModelFamily) -> [(CheckpointPart, String, Bool)] {
    switch family {
    case .stableDiffusion1: [(.textEncoder, "cond_stage_model.transformer.", false)]
    case .stableDiffusionXL:
      [
        (.textEncoder, "conditioner.embedders.0.transformer.", false),
        (.textEncoder2, "conditioner.embedders.1.model.", true),
      ]
    case .stableDiffusionXLRefiner: [(.textEncoder2, "conditioner.embedders.0.model.", true)]
    }
  }

  private static func family(_ header: SafetensorsHeader) throws(ContentError) -> ModelFamily {
    func has(_ prefix: String) -> Bool { header.entries.contains { $0.name.hasPrefix(prefix) } }
    if has("conditioner.embedders.1.model.") { return .stableDiffusionXL }
    if has("conditioner.embedders.0.model.") { return .stableDiffusionXLRefiner }
    if has("cond_stage_model.transformer.") { return .stableDiffusion1 }
    if has("cond_stage_model.model.") {
      throw ContentError("the checkpoint is one of Stable Diffusion 2, which is not supported; use one of version 1 or XL")
    }
    throw ContentError(
      "the checkpoint has no text encoder (cond_stage_model.transformer.… or conditioner.embedders.…); use a file "
        + "with all of its parts")
  }

  /// Names below a prefix, with the full ones.
  private static func names(_ header: SafetensorsHeader, _ prefix: String) -> [String: String] {
    var names: [String: String] = [:]
    for entry in header.entries where entry.name.hasPrefix(prefix) {
      names[String(entry.name.dropFirst(prefix.count))] = entry.name
    }
    return names
  }

  /// Some files leave the tower's own name out. What the first encoder projects is used by no Stable Diffusion.
  private static func presentCLIPName(_ name: String) -> String? {
    if name.hasPrefix("text_model.") { return name }
    return ["embeddings.", "encoder.", "final_layer_norm."].contains(where: name.hasPrefix) ? "text_model.\(name)" : nil
  }

  private static func lacking(_ part: CheckpointPart, _ prefix: String) -> ContentError {
    ContentError("the checkpoint lacks its \(part.title) (\(prefix)…) or a part of it; use a file with all of its parts")
  }

  /// What else a file may be, in a sentence that says what to do.
  private static func foreign(_ header: SafetensorsHeader) -> String? {
    func has(_ test: (String) -> Bool) -> Bool { header.entries.contains { test($0.name) } }
    if has({ $0.hasPrefix("edm_") }) {
      return "the checkpoint was trained with the EDM formulation, which is not supported; use one that predicts noise "
        + "or velocities"
    }
    if has({ $0.hasPrefix("control_model.") }) { return "the file is a ControlNet, not a checkpoint; choose a checkpoint" }
    if isOne(header) { return nil }
    if has({ $0.contains("lora_down") || $0.contains("lora_A.") || $0.contains("lora.down") }) {
      return "the file is a LoRA, not a checkpoint; upload it as a LoRA"
    }
    if has({ $0.contains("double_blocks.") || $0.contains("joint_blocks.") }) {
      return "the file is of a model family that is not supported; use a checkpoint of Stable Diffusion 1 or XL"
    }
    if has({ $0.contains("down_blocks.") }) {
      return "the file is one part of a checkpoint in the layout of diffusers; give the whole folder"
    }
    if has({ $0.hasPrefix("decoder.") || $0.hasPrefix(autoencoderPrefix) }) {
      return "the file is a VAE, not a checkpoint; upload it as a VAE"
    }
    return "the file holds no checkpoint of Stable Diffusion (no tensors named \(unetPrefix)…); choose another file"
  }
}

/// Puts a file's tensors in their places and knows which have none.
private struct Sorting {
  let header: SafetensorsHeader
  private(set) var tensors: [CheckpointPart: [String: TensorPlace]] = [:]
  private var used: Set<String> = []

  init(_ header: SafetensorsHeader) {
    self.header = header
  }

  mutating func take<Names>(
    _ part: CheckpointPart, _ names: [String: String], _ make: ([String]) -> Names?,
    _ rename: (Names, String) -> String?
  ) throws(ContentError) {
    guard let map = make(Array(names.keys)) else { return }
    try place(part, names) { name in rename(map, name).map { [($0, .whole)] } ?? [] }
  }

  /// - Throws: for two tensors with one place: which of them is meant, nobody can say.
  mutating func place(
    _ part: CheckpointPart, _ names: [String: String],
    _ parameters: (String) -> [(name: String, part: TensorPlace.Part)]
  ) throws(ContentError) {
    // Sorted, that the same file is always refused with the same names.
    for (name, full) in names.sorted(by: { $0.key < $1.key }) where !Self.isPassedOver(name) {
      for parameter in parameters(name) {
        let place = TensorPlace(name: full, part: parameter.part)
        if let twin = tensors[part, default: [:]].updateValue(place, forKey: parameter.name) {
          throw .repeated(twin.name, full)
        }
        used.insert(full)
      }
    }
  }

  func shapes(_ part: CheckpointPart) -> [String: [Int]] {
    (tensors[part] ?? [:]).compactMapValues { place in header[place.name].flatMap { place.shape($0.shape) } }
  }

  /// Tensors that are neither used nor known to be of no use.
  var unknown: [String] {
    header.entries.filter { !used.contains($0.name) && !Self.isPassedOver($0) }.map(\.name).sorted()
  }

  func checkTypes() throws(ContentError) {
    for entry in header.entries where used.contains(entry.name) {
      guard !["F32", "F16", "BF16", "F64"].contains(entry.type) else { continue }
      throw ContentError(
        entry.type.hasPrefix("F8")
          ? "the checkpoint's weights are stored in 8 bits (\(entry.type)), which loses what training and LoRAs "
            + "need; use its F16 or BF16 file"
          : "the checkpoint stores \(entry.name) as \(entry.type); use a file in F32, F16 or BF16")
    }
  }

  /// What training leaves in files and sampling does not need.
  private static func isPassedOver(_ entry: SafetensorsHeader.Entry) -> Bool {
    // Numbers of the noise schedule, and marks such as v_pred, stand at the root.
    if !entry.name.contains("."), entry.shape.count <= 1 { return true }
    let prefixes = ["model_ema.", "denoiser.", "first_stage_model.loss.", "first_stage_model.model_ema."]
    return prefixes.contains(where: entry.name.hasPrefix) || isPassedOver(entry.name)
  }

  private static func isPassedOver(_ name: String) -> Bool {
    // Positions 0, 1, 2 …, CLIP's temperature, OpenCLIP's causal mask, and what the first encoder would project with.
    ["position_ids", "logit_scale", "attn_mask", "transformer.text_projection.weight"]
      .contains(where: name.hasSuffix)
  }
}
