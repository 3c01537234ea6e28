import LorikeetAPI
import Store

/// A checkpoint in diffusers' folder layout, looked at without loading weights.
enum CheckpointFolder {
  /// A file's path that is wrong, and why; an empty path stands for the folder as a whole.
  struct Fault: Error, Equatable {
    var path: String
    var reason: String
  }

  private static let jsonLimit = 16 << 20
  private static let pickles = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"]

  /// Finds everything that is wrong with the folder.
  /// - Parameter open: opens the file at a path.
  /// - Returns: the family, where there are no faults.
  static func inspect<Source: ByteSource>(
    paths: [String], open: (String) throws -> Source
  ) throws -> (ModelFamily, [Fault]) {
    var faults: [Fault] = []
    for path in paths where pickles.contains(where: path.lowercased().hasSuffix) {
      faults.append(Fault(path: path, reason: "pickles can run code and are not accepted; save it as safetensors"))
    }
    let present = Set(paths)
    guard present.contains("model_index.json") else {
      faults.append(
        Fault(
          path: "", reason: "model_index.json is missing; give the whole diffusers folder (a single-file checkpoint is "
            + "converted with diffusers' StableDiffusionPipeline.from_single_file(…).save_pretrained(FOLDER))"))
      return (.unspecified, faults)
    }
    var index: [String: Bool] = [:]
    var className = ""
    do {
      (className, index) = try readIndex(open("model_index.json"))
    } catch let error as ContentError {
      faults.append(Fault(path: "model_index.json", reason: error.description))
      return (.unspecified, faults)
    }
    let family: ModelFamily
    switch className {
    case "StableDiffusionPipeline": family = .stableDiffusion1
    case "StableDiffusionXLPipeline": family = .stableDiffusionXl
    default:
      family = .unspecified
      faults.append(
        Fault(
          path: "model_index.json",
          reason: "the pipeline “\(className.prefix(64))” is not supported; use a checkpoint of Stable Diffusion 1.x or XL"))
    }

    var components = ["unet", "vae", "text_encoder"]
    var configurations = ["scheduler/scheduler_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt"]
    if index["text_encoder_2"] == true { components.append("text_encoder_2") }
    if index["tokenizer_2"] == true { configurations += ["tokenizer_2/vocab.json", "tokenizer_2/merges.txt"] }
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
    for path in paths {
      do {
        if path.hasSuffix(".safetensors") {
          _ = try SafetensorsHeader.read(open(path))
        } else if path.hasSuffix(".json") {
          try checkJSON(open(path))
        }
      } catch let error as ContentError {
        faults.append(Fault(path: path, reason: error.description))
      }
    }
    return (family, faults)
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

  /// The pipeline's class, and which components it names (`[null, null]` stands for none).
  private static func readIndex<Source: ByteSource>(_ source: Source) throws -> (String, [String: Bool]) {
    var className = ""
    var components: [String: Bool] = [:]
    var reader = JSONReader(try load(source))
    try reader.readObject { reader, key in
      if key == "_class_name" {
        className = try reader.readStringOrSkip() ?? ""
      } else if key.hasPrefix("_") || !reader.startsArray() {
        try reader.skipValue()
      } else {
        var named = false
        try reader.readArray { reader in named = try reader.readStringOrSkip() != nil || named }
        components[key] = named
      }
    }
    try reader.expectEnd()
    return (className, components)
  }
}
