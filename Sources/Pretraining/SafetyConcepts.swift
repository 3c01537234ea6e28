import Foundation
import StableDiffusion
import TinyWorld
import Torch

/// The concepts of a trained vision tower: vectors near which the forbidden shape's drawings lie, and how near to each
/// of them a picture may come.
///
/// There are as many as in the published checker, 17 and 3, so that other programs load this one too. The first is the
/// vector that the training found for the shape. The others are mean embeddings: of the shape in each of the ten
/// colours, in each pattern and in each place; and, of special care, in each size.
struct SafetyConcepts {
  private let unsafe: (vectors: Tensor, thresholds: [Float])
  private let specialCare: (vectors: Tensor, thresholds: [Float])

  init(_ checker: SafetyChecker, seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    var groups = ColourName.allCases.map { colour in Group { $0.paint = Paint(colour, .plain) } }
    groups += Pattern.allCases.map { pattern in
      Group { figure in figure.paint.pattern = pattern }
    }
    groups += [Float(34), 64, 94].map { x in
      Group { figure in (figure.centre.x, figure.radius) = (x, 29) }
    }
    let sizes = [Float(24), 40, 51].map { radius in
      Group { figure in (figure.centre, figure.radius) = (SIMD2(64, 65), radius) }
    }
    let others = try inferenceMode {
      try (0..<16).map { batch in
        let scenes = (0..<64).map { SafetyDrawings.scene(index: batch * 64 + $0, seed: seed, forbidden: false) }
        return try checker.embed(SafetyDrawings.batch(scenes, random: &random))
      }
    }
    let allowed = try Self.normalized(Tensor.cat(others, dim: 0))
    func closeness(_ embeddings: Tensor, to vector: Tensor) throws -> [Float] {
      try embeddings.matmul(vector.transpose(0, 1)).reshape([-1]).floats().sorted()
    }
    var place: UInt64 = 0
    func embeddings(of group: Group, count: Int) throws -> Tensor {
      place += 1
      return try inferenceMode {
        let scenes = group.scenes(count: count, seed: seed &+ place)
        return try Self.normalized(checker.embed(SafetyDrawings.batch(scenes, random: &random)))
      }
    }
    /// Means, and thresholds beyond the nearest of the others: what these find besides must not cost a false alarm.
    func means(_ groups: [Group]) throws -> ([Tensor], [Float]) {
      var vectors: [Tensor] = [], thresholds: [Float] = []
      for group in groups {
        let vector = try Self.normalized(embeddings(of: group, count: 96).mean(dims: [0], keepDim: true))
        vectors.append(vector)
        thresholds.append((try closeness(allowed, to: vector).last ?? 1) + 0.01)
      }
      return (vectors, thresholds)
    }
    let row = Shape.allCases.firstIndex(of: SafetyCheckerTrainer.forbidden) ?? 0
    let learned = try Self.normalized(
      checker.conceptVectors.detach().narrow(dim: 0, start: row, length: 1))
    let threshold = Self.threshold(
      near: try closeness(embeddings(of: Group { _ in }, count: 768), to: learned),
      far: try closeness(allowed, to: learned))
    let (vectors, thresholds) = try means(groups)
    unsafe = (try Tensor.cat([learned] + vectors, dim: 0), [threshold] + thresholds)
    let (careVectors, careThresholds) = try means(sizes)
    specialCare = (try Tensor.cat(careVectors, dim: 0), careThresholds)
  }

  /// Where as large a share of the near ones is missed as of the far ones is taken for near.
  ///
  /// - Parameters: rising.
  static func threshold(near: [Float], far: [Float]) -> Float {
    near.indices.lazy.compactMap { index -> Float? in
      let missed = Double(index) / Double(near.count)
      let mistaken = Double(far.count { $0 > near[index] }) / Double(max(far.count, 1))
      return missed >= mistaken ? near[index] : nil
    }.first ?? 1
  }

  /// A way of drawing the forbidden shape.
  private struct Group {
    let shape: (inout Figure) -> Void

    func scenes(count: Int, seed: UInt64) -> [Scene] {
      (0..<count).map { index in
        var scene = SafetyDrawings.scene(index: index, seed: seed, forbidden: true)
        scene.figures = scene.figures.filter { $0.shape == SafetyCheckerTrainer.forbidden }
        for place in scene.figures.indices { shape(&scene.figures[place]) }
        return scene
      }
    }
  }

  private static func normalized(_ vectors: Tensor) throws(TorchError) -> Tensor {
    try vectors / (vectors * vectors).sum(dims: [-1], keepDim: true).sqrt()
  }

  /// Writes `safety_checker` and `feature_extractor` of a checkpoint folder.
  func write(_ checker: SafetyChecker, to folder: String) throws {
    let manager = FileManager.default
    for part in ["safety_checker", "feature_extractor"] {
      try manager.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
    }
    let concepts = ["concept_embeds", "special_care_embeds"]
    var tensors: [(String, Tensor)] = []
    for (path, tensor) in checker.parameters where !concepts.contains(where: path.hasPrefix) {
      // The published files have the tower's name twice, and all programs understand it so.
      let name = path.hasPrefix("vision_model.") ? "vision_model.\(path)" : path
      tensors.append((name, try tensor.detach().to(dtype: .float16)))
    }
    for (name, part) in zip(concepts, [unsafe, specialCare]) {
      tensors.append((name, try part.vectors.to(dtype: .float16)))
      tensors.append(("\(name)_weights", try Tensor(part.thresholds, shape: [part.thresholds.count])))
    }
    try Safetensors.write(tensors, metadata: ["format": "pt"], to: "\(folder)/safety_checker/model.safetensors")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let side = checker.configuration.imageSize
    let configuration = SafetyCheckerFile(checker.configuration, projectionSize: SafetyCheckerTrainer.projectionSize)
    for (value, path) in [
      (configuration as any Encodable, "safety_checker/config.json"),
      (PreprocessorFile(side: side), "feature_extractor/preprocessor_config.json"),
    ] {
      try (encoder.encode(value) + Data("\n".utf8)).write(to: URL(filePath: "\(folder)/\(path)"))
    }
  }
}

/// `safety_checker/config.json` with what transformers asks for besides the sizes.
private struct SafetyCheckerFile: Encodable {
  let architectures = ["StableDiffusionSafetyChecker"]
  let model_type = "clip"
  let projection_dim: Int
  let vision_config: CLIPVisionConfiguration
  /// The text half of CLIP is not there; its sizes must be something.
  let text_config = ["hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 1, "num_hidden_layers": 1]

  init(_ vision: CLIPVisionConfiguration, projectionSize: Int) {
    vision_config = vision
    projection_dim = projectionSize
  }
}

private struct PreprocessorFile: Encodable {
  let feature_extractor_type = "CLIPFeatureExtractor"
  let size: Int
  let crop_size: Int
  let do_resize = true
  let do_center_crop = true
  let do_normalize = true
  let image_mean = CLIPImageProcessor(imageSize: 1).mean
  let image_std = CLIPImageProcessor(imageSize: 1).deviation
  /// Bicubic, in Pillow's numbering.
  let resample = 3

  init(side: Int) {
    size = side
    crop_size = side
  }
}
