import Foundation
import Testing
import Torch

@testable import StableDiffusion

@Suite("the safety checker")
struct SafetyCheckerTests {
  private let file: Safetensors

  init() throws { file = try Golden("safety").file }

  /// The golden's checker as a file of its own.
  private func checkerFile(_ folder: TemporaryFolder, configured: Bool = true) throws -> String {
    let names = file.names.filter { !$0.hasPrefix("input.") && !$0.hasPrefix("output.") }
    let path = "\(folder.path)/checker.safetensors"
    try Safetensors.write(
      names.map { ($0, try file.tensor(named: $0)) },
      metadata: configured ? ["config": try #require(file.metadata["config"])] : [:], to: path)
    return path
  }

  private func picture(_ index: Int) throws -> (pixels: [UInt8], width: Int, height: Int) {
    let tensor = try file.tensor(named: "input.\(index)")
    return (try tensor.bytes(), tensor.shape[1], tensor.shape[0])
  }

  @Test("scores and decisions are the reference's", arguments: 0..<4)
  func matchesReference(index: Int) throws {
    let folder = try TemporaryFolder()
    let checker = try SafetyChecker(path: checkerFile(folder))
    let image = try file.tensor(named: "output.pixels").narrow(dim: 0, start: index, length: 1)
    let verdict = try checker.judge(checker.embed(image))
    let scores = try file.tensor(named: "output.scores").select(dim: 0, index: index).floats()
    let unsafe = try file.tensor(named: "output.unsafe").int64s()
    #expect(verdict.isUnsafe == (unsafe[index] == 1))
    #expect(verdict.concepts == scores.indices.filter { scores[$0] > 0 })
    #expect(abs(verdict.score - Double(try #require(scores.max()))) < 0.0011)
    let (pixels, width, height) = try picture(index)
    #expect(try checker.check(pixels, width: width, height: height).isUnsafe == verdict.isUnsafe)
  }

  @Test("a picture is scaled, cut and normalised as CLIP's image processor does", arguments: 0..<4)
  func preprocessing(index: Int) throws {
    let (pixels, width, height) = try picture(index)
    let processed = try CLIPImageProcessor(imageSize: 24).process(pixels, width: width, height: height)
    let reference = try file.tensor(named: "output.pixels").narrow(dim: 0, start: index, length: 1)
    let difference = try (processed - reference).abs().max().item()
    // Pillow scales in fixed point: one step of a byte is 1 / 255 / 0.26.
    #expect(difference < 1.01 / 255 / 0.26)
  }

  @Test("damaged weights, whose scores are no numbers, are no verdict")
  func damagedWeights() throws {
    let folder = try TemporaryFolder()
    let checker = try SafetyChecker(path: checkerFile(folder))
    let image = try file.tensor(named: "output.pixels").narrow(dim: 0, start: 0, length: 1)
    let embedding = try checker.embed(image) * Double.nan
    #expect(throws: TorchError.self) { try checker.judge(embedding) }
  }

  @Test("of a picture thousands of times as wide as high only the middle is scaled", arguments: [9_999, 10_000])
  func strips(length: Int) throws {
    // Green about its middle, else red.
    let pixels = (0..<length).flatMap { place -> [UInt8] in
      abs(2 * place - length) < 200 ? [0, 255, 0] : [255, 0, 0]
    }
    let processor = CLIPImageProcessor(imageSize: 24)
    let green = try processor.process([0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0], width: 2, height: 2)
    for (width, height) in [(length, 1), (1, length)] {
      let seen = try processor.process(pixels, width: width, height: height)
      #expect(seen.shape == [1, 3, 24, 24])
      #expect(try (seen - green).abs().max().item() < 1e-6)
    }
  }

  @Test("embeddings of the reference's pixels are the reference's")
  func embeddings() throws {
    let folder = try TemporaryFolder()
    let checker = try SafetyChecker(path: checkerFile(folder))
    let embeddings = try checker.embed(file.tensor(named: "output.pixels"))
    let difference = try (embeddings - file.tensor(named: "output.embeddings")).abs().max().item()
    #expect(difference < 1e-5)
  }

  @Test("without a configuration the sizes come from the shapes, and heads are 64 wide")
  func inferredSizes() throws {
    let folder = try TemporaryFolder()
    let checker = try SafetyChecker(path: checkerFile(folder, configured: false))
    let configuration = checker.configuration
    #expect(configuration.hiddenSize == 16 && configuration.intermediateSize == 32 && configuration.layers == 2)
    #expect(configuration.imageSize == 24 && configuration.patchSize == 8)
    #expect(configuration.heads == 1)
  }

  @Test("a checkpoint folder's checker is read, and a folder without one has none")
  func fromFolder() throws {
    let folder = try TemporaryFolder()
    #expect(try SafetyChecker(checkpointFolder: folder.path) == nil)
    let part = "\(folder.path)/safety_checker"
    try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: checkerFile(folder), toPath: "\(part)/model.safetensors")
    try #require(file.metadata["config"]).write(toFile: "\(part)/config.json", atomically: true, encoding: .utf8)
    let checker = try #require(try SafetyChecker(checkpointFolder: folder.path))
    let (pixels, width, height) = try picture(1)
    #expect(try checker.check(pixels, width: width, height: height).isUnsafe)
  }

  @Test("names of the first releases are understood")
  func oldNames() {
    #expect(
      SafetyChecker.presentName("vision_model.vision_model.post_layernorm.bias") == "vision_model.post_layernorm.bias")
    #expect(SafetyChecker.presentName("vision_model.vision_model.embeddings.position_ids") == nil)
  }

  @Test("a file that is no checker is refused with what it lacks")
  func foreignFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/other.safetensors"
    try Safetensors.write([("weight", Tensor.zeros(shape: [2, 2]))], metadata: [:], to: path)
    let error = #expect(throws: CheckpointError.self) { try SafetyChecker(path: path) }
    #expect(
      error == .missingTensors(path: path, names: ["vision_model.embeddings.patch_embedding.weight"]))
  }
}
