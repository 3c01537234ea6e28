import Foundation
import Torch

extension SafetyChecker {
  /// The name of a checkpoint folder's part.
  package static let folderName = "safety_checker"

  /// The checker that a checkpoint in the diffusers layout brings; nil where it brings none.
  package convenience init?(
    checkpointFolder folder: String, dtype: DType = .float32, device: Device = .cpu
  ) throws(CheckpointError) {
    let part = "\(folder)/\(Self.folderName)"
    guard FileManager.default.fileExists(atPath: "\(part)/config.json") else { return nil }
    let preprocessor = "\(folder)/feature_extractor/preprocessor_config.json"
    try self.init(
      configuration: try JSONFile.read("\(part)/config.json"),
      processor: FileManager.default.fileExists(atPath: preprocessor) ? try JSONFile.read(preprocessor) : nil,
      try CheckpointFolder.weights("\(part)/model")[0], dtype: dtype, device: device)
  }

  /// A checker in one safetensors file, as it lies in a checkpoint's `safety_checker` folder.
  ///
  /// The sizes follow from the tensors' shapes. The number of heads does not: it is the `config` entry of the
  /// metadata (the text of `config.json`) that says it, and without one each head is 64 wide, as in every published
  /// CLIP.
  package convenience init(
    path: String, dtype: DType = .float32, device: Device = .cpu
  ) throws(CheckpointError) {
    let file = try Safetensors(path: path)
    let configuration: SafetyCheckerConfiguration
    if let text = file.metadata["config"] {
      configuration = try JSONFile.decode(Data(text.utf8), path: path)
    } else {
      configuration = try SafetyCheckerConfiguration(shapesOf: file)
    }
    try self.init(configuration: configuration, processor: nil, file, dtype: dtype, device: device)
  }

  private convenience init(
    configuration: SafetyCheckerConfiguration, processor: CLIPImageProcessor?, _ file: Safetensors, dtype: DType,
    device: Device
  ) throws(CheckpointError) {
    func count(_ name: String) throws(CheckpointError) -> Int {
      guard let count = file.shape(of: name)?.first else { throw .missingTensors(path: file.path, names: [name]) }
      try Limits.check(count, in: 1...4096, "safety checker \(name)")
      return count
    }
    try self.init(
      configuration.vision, projectionSize: configuration.projectionSize,
      concepts: (try count("concept_embeds"), try count("special_care_embeds")), processor: processor,
      ParameterStore(file: file, dtype: dtype, device: device, renaming: Self.presentName))
  }

  /// Files of the first years have the tower's name twice, and the positions 0, 1, 2 … as a tensor.
  static func presentName(_ name: String) -> String? {
    if name.hasSuffix("position_ids") { return nil }
    let old = "vision_model.vision_model."
    return name.hasPrefix(old) ? "vision_model." + name.dropFirst(old.count) : name
  }
}

/// What `safety_checker/config.json` holds.
struct SafetyCheckerConfiguration: Codable {
  var vision: CLIPVisionConfiguration
  var projectionSize = 512

  enum CodingKeys: String, CodingKey {
    case vision = "vision_config"
    case projectionSize = "projection_dim"
  }

  init(vision: CLIPVisionConfiguration, projectionSize: Int) {
    self.vision = vision
    self.projectionSize = projectionSize
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    vision = try container.decode(CLIPVisionConfiguration.self, forKey: .vision)
    projectionSize = try container.value(.projectionSize, default: projectionSize)
  }

  /// The sizes that a file's tensors have.
  init(shapesOf file: Safetensors) throws(CheckpointError) {
    var shapes: [String: [Int]] = [:]
    for name in file.names {
      if let present = SafetyChecker.presentName(name) { shapes[present] = file.shape(of: name) }
    }
    func shape(_ name: String, rank: Int) throws(CheckpointError) -> [Int] {
      guard let shape = shapes[name], shape.count == rank else {
        throw .missingTensors(path: file.path, names: [name])
      }
      return shape
    }
    let patch = try shape("vision_model.embeddings.patch_embedding.weight", rank: 4)
    let positions = try shape("vision_model.embeddings.position_embedding.weight", rank: 2)
    let widened = try shape("vision_model.encoder.layers.0.mlp.fc1.weight", rank: 2)
    let projection = try shape("visual_projection.weight", rank: 2)
    let layers = shapes.keys.count { $0.hasSuffix(".layer_norm1.weight") }
    try Limits.check(positions[0], in: 2...Limits.width.upperBound, "safety checker position_embedding")
    try Limits.check(patch[2], in: 1...2048, "safety checker patch_size")
    let squares = Int(Double(positions[0] - 1).squareRoot().rounded())
    vision = CLIPVisionConfiguration(
      hiddenSize: patch[0], intermediateSize: widened[0], layers: layers, heads: max(patch[0] / 64, 1),
      imageSize: squares * patch[2], patchSize: patch[2])
    projectionSize = projection[0]
  }
}
