import ModelFiles
import Store

/// A checkpoint looked at without loading weights: a folder in the diffusers layout, or one file in the names of the
/// original code.
enum CheckpointContent {
  /// A file's path that is wrong, and why; an empty path stands for the folder as a whole.
  struct Fault: Error, Equatable {
    var path: String
    var reason: String
  }

  private static let jsonLimit = 16 << 20
  private static let pickles = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"]

  /// - Throws: `ContentError` when the file is no checkpoint.
  static func inspectFile<Source: ByteSource>(_ source: Source) throws -> CheckpointFacts {
    let header = try SafetensorsHeader.read(source)
    return CheckpointFacts(try OriginalCheckpoint(header), header)
  }

  /// Finds everything that is wrong with the files of a checkpoint.
  /// - Parameter open: opens the file at a path.
  /// - Returns: what is known of it, where there are no faults.
  static func inspect<Source: ByteSource>(
    paths: [String], open: (String) throws -> Source
  ) throws -> (CheckpointFacts?, [Fault]) {
    var faults: [Fault] = []
    for path in paths where pickles.contains(where: path.lowercased().hasSuffix) {
      faults.append(Fault(path: path, reason: "pickles can run code and are not accepted; save it as safetensors"))
    }
    let present = Set(paths)
    guard present.contains("model_index.json") else {
      if paths.count == 1, paths[0].hasSuffix(".safetensors") { return try inspectOnly(paths[0], open) }
      faults.append(
        Fault(path: "", reason: "model_index.json is missing; give the whole diffusers folder, or one safetensors file"))
      return (nil, faults)
    }
    let index: Index
    do {
      index = try readIndex(open("model_index.json"))
    } catch let error as ContentError {
      faults.append(Fault(path: "model_index.json", reason: error.description))
      return (nil, faults)
    }
    guard let family = index.family else {
      faults.append(
        Fault(
          path: "model_index.json",
          reason: "the pipeline “\(index.className.prefix(64))” is not supported; use a checkpoint of Stable Diffusion "
            + "1 or XL"))
      return (nil, faults)
    }

    var components = ["unet", "vae"]
    var configurations = ["scheduler/scheduler_config.json"]
    for (encoder, tokenizer) in index.textEncoders(of: family) {
      components.append(encoder)
      configurations += ["\(tokenizer)/vocab.json", "\(tokenizer)/merges.txt"]
    }
    configurations += components.map { "\($0)/config.json" }
    for path in configurations where !present.contains(path) {
      faults.append(Fault(path: path, reason: "the file is missing; give the whole diffusers folder"))
    }
    for component in components where !paths.contains(where: {
      $0.hasPrefix("\(component)/") && $0.hasSuffix(".safetensors")
    }) {
      faults.append(
        Fault(path: component, reason: "there are no safetensors weights; save the checkpoint with safe_serialization"))
    }
    var facts = CheckpointFacts(layout: .folder, family: family)
    let unet = Set(usedWeights(of: "unet", paths))
    for path in paths {
      do {
        if path.hasSuffix(".safetensors") {
          let header = try SafetensorsHeader.read(open(path))
          if unet.contains(path) { facts.add(header.entries) }
        } else if path.hasSuffix(".json") {
          try checkJSON(open(path))
        }
      } catch let error as ContentError {
        faults.append(Fault(path: path, reason: error.description))
      }
    }
    guard faults.isEmpty else { return (nil, faults) }
    facts.hasSafetyChecker = !usedWeights(of: "safety_checker", paths).isEmpty
    try readConfigurations(into: &facts, open)
    return (facts, [])
  }

  private static func inspectOnly<Source: ByteSource>(
    _ path: String, _ open: (String) throws -> Source
  ) throws -> (CheckpointFacts?, [Fault]) {
    do {
      return (try inspectFile(open(path)), [])
    } catch let error as ContentError {
      return (nil, [Fault(path: path, reason: error.description)])
    }
  }

  /// The weights that backends read: the full ones, or those of half precision where there are no others.
  private static func usedWeights(of component: String, _ paths: [String]) -> [String] {
    let all = paths.filter {
      $0.hasPrefix("\(component)/") && $0.hasSuffix(".safetensors") && !$0.contains(".non_ema.")
    }
    let full = all.filter { !$0.contains(".fp16") }
    return full.isEmpty ? all : full
  }

  /// What the configurations say; their form was looked at before.
  private static func readConfigurations<Source: ByteSource>(
    into facts: inout CheckpointFacts, _ open: (String) throws -> Source
  ) throws {
    var (latentSide, levels, channels) = (0, 0, 0)
    try readFields(open("unet/config.json")) { reader, key in
      switch key {
      case "sample_size": latentSide = try whole(&reader)
      case "in_channels": channels = try whole(&reader)
      default: try reader.skipValue()
      }
    }
    try readFields(open("vae/config.json")) { reader, key in
      guard key == "block_out_channels", reader.startsArray() else { return try reader.skipValue() }
      try reader.readArray { reader in
        try reader.skipValue()
        levels += 1
      }
    }
    var (predictsVelocity, hasZeroTerminalSNR) = (false, false)
    try readFields(open("scheduler/scheduler_config.json")) { reader, key in
      switch key {
      case "prediction_type": predictsVelocity = try reader.readStringOrSkip() == "v_prediction"
      case "rescale_betas_zero_snr": hasZeroTerminalSNR = try reader.readFlagOrSkip()
      default: try reader.skipValue()
      }
    }
    (facts.predictsVelocity, facts.hasZeroTerminalSNR) = (predictsVelocity, hasZeroTerminalSNR)
    facts.isInpainting = channels == 9
    if 1...512 ~= latentSide, 1...8 ~= levels { facts.nativeSide = latentSide << (levels - 1) }
  }

  /// Zero for what is no whole number of a plausible size.
  private static func whole(_ reader: inout JSONReader) throws -> Int {
    try reader.readNumberOrSkip().flatMap { Int(exactly: $0) } ?? 0
  }

  private static func readFields<Source: ByteSource>(
    _ source: Source, _ body: (inout JSONReader, String) throws -> Void
  ) throws {
    var reader = JSONReader(try load(source))
    try reader.readObject(body)
  }

  private static func load<Source: ByteSource>(_ source: Source) throws -> [UInt8] {
    guard source.count <= Int64(jsonLimit) else {
      throw ContentError("the file is over \(jsonLimit) bytes; a checkpoint's JSON files are smaller")
    }
    return try source.read(at: 0, count: Int(source.count))
  }

  private static func checkJSON<Source: ByteSource>(_ source: Source) throws {
    do {
      var reader = JSONReader(try load(source))
      try reader.skipValue()
      try reader.expectEnd()
    } catch let error as ContentError {
      throw ContentError("the file is not JSON (\(error.description)); take it from the original checkpoint")
    }
  }

  /// `model_index.json`: the pipeline's class, and which components it names (`[null, null]` stands for none).
  private struct Index {
    var className = ""
    var components: [String: Bool] = [:]

    var family: ModelFamily? {
      switch className {
      case "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline":
        .stableDiffusion1
      case "StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline":
        components["text_encoder"] == false ? .stableDiffusionXLRefiner : .stableDiffusionXL
      default: nil
      }
    }

    func textEncoders(of family: ModelFamily) -> [(encoder: String, tokenizer: String)] {
      switch family {
      case .stableDiffusion1: [("text_encoder", "tokenizer")]
      case .stableDiffusionXL: [("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2")]
      case .stableDiffusionXLRefiner: [("text_encoder_2", "tokenizer_2")]
      }
    }
  }

  private static func readIndex<Source: ByteSource>(_ source: Source) throws -> Index {
    var index = Index()
    var reader = JSONReader(try load(source))
    try reader.readObject { reader, key in
      if key == "_class_name" {
        index.className = try reader.readStringOrSkip() ?? ""
      } else if key.hasPrefix("_") || !reader.startsArray() {
        try reader.skipValue()
      } else {
        var named = false
        try reader.readArray { reader in named = try reader.readStringOrSkip() != nil || named }
        index.components[key] = named
      }
    }
    try reader.expectEnd()
    return index
  }
}
