import Foundation
import StableDiffusion
import Testing
import Torch

@testable import Pretraining

private func temporaryFolder() throws -> String {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}

private func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

/// A model that trains in no time: an autoencoder of one block.
private func smallModel(_ dtype: DType) throws -> AutoencoderKL {
  try AutoencoderKL(
    AutoencoderConfiguration(blockOutChannels: [8, 8], layersPerBlock: 1, normGroups: 4, sampleSize: 8),
    ParameterStore(seed: 5, dtype: dtype, device: .cpu))
}

private func step(_ model: AutoencoderKL, _ optimizer: MixedPrecisionOptimizer, _ index: Int) throws {
  let images = try Tensor.randn(shape: [1, 3, 8, 8], generator: Generator(seed: UInt64(index))).to(dtype: model.dtype)
  let output = try model.decode(model.encode(images).mean)
  try F.mseLoss(output.to(dtype: .float32), images.to(dtype: .float32)).backward()
  try optimizer.step(learningRate: 1e-3, maxNorm: 1)
}

private func optimizer(_ model: AutoencoderKL) throws -> MixedPrecisionOptimizer {
  try MixedPrecisionOptimizer(models: [("model", model)], averageDecay: 0.9, weightDecay: 0.01)
}

@Suite struct MixedPrecisionOptimizerTests {
  @Test(
    "a restored run goes on to the same bits as one that was never interrupted",
    arguments: [DType.float32, .bfloat16])
  func resume(dtype: DType) throws {
    let folder = try temporaryFolder()
    defer { remove(folder) }
    let whole = try smallModel(dtype)
    let steps = try optimizer(whole)
    for index in 0..<6 {
      try step(whole, steps, index)
      if index == 2 { try steps.save(to: "\(folder)/state.safetensors", metadata: ["minutes": "1.5"]) }
    }
    let resumed = try smallModel(dtype)
    let rest = try optimizer(resumed)
    #expect(try rest.restore(from: "\(folder)/state.safetensors")["minutes"] == "1.5")
    #expect(rest.steps == 3)
    for index in 3..<6 { try step(resumed, rest, index) }
    for (left, right) in zip(whole.parameters, resumed.parameters) {
      #expect(try left.tensor.detach().bytes() == right.tensor.detach().bytes(), "\(left.path)")
    }
    try steps.finish()
    try rest.finish()
    for (left, right) in zip(whole.parameters, resumed.parameters) {
      #expect(try left.tensor.detach().bytes() == right.tensor.detach().bytes(), "average of \(left.path)")
    }
  }

  @Test("averages are shown for a while, then the trained weights are back", arguments: [DType.float32, .bfloat16])
  func averages(dtype: DType) throws {
    let model = try smallModel(dtype)
    let optimizer = try optimizer(model)
    for index in 0..<3 { try step(model, optimizer, index) }
    func bits() throws -> [[UInt8]] { try model.parameters.map { try $0.tensor.detach().bytes() } }
    let trained = try bits()
    let shown = try optimizer.withAverages { try bits() }
    #expect(shown != trained)
    #expect(try bits() == trained)
  }

  @Test("a gradient that is not finite moves nothing")
  func notFinite() throws {
    let model = try smallModel(.float32)
    let optimizer = try optimizer(model)
    let before = try model.parameters.map { try $0.tensor.detach().bytes() }
    let images = try Tensor.full(shape: [1, 3, 8, 8], value: .nan)
    try model.decode(model.encode(images).mean).sum().backward()
    #expect(try !optimizer.step(learningRate: 1, maxNorm: 1).isFinite)
    #expect(try model.parameters.map { try $0.tensor.detach().bytes() } == before)
    #expect(optimizer.steps == 0)
  }
}

@Suite struct TrainingBudgetTests {
  @Test("the learning rate rises, peaks and falls to a hundredth with the time spent")
  func schedule() {
    func rate(_ spent: Double) -> Double {
      TrainingBudget(minutes: 1_000, alreadySpent: spent).learningRate(peak: 1)
    }
    #expect(rate(0) < 0.05)
    #expect(abs(rate(20) - 1) < 1e-3)
    #expect(abs(rate(510) - 0.505) < 1e-3)
    #expect(rate(2_000) == 0.01)
    #expect(TrainingBudget(minutes: 10, alreadySpent: 20).progress == 1)
  }
}

@Suite struct TinyVocabularyTests {
  @Test("every word of the captions is one token, and a made-up word is spelled out")
  func words() throws {
    let folder = try temporaryFolder()
    defer { remove(folder) }
    try TinyVocabulary.write(to: folder)
    let tokenizer = try CLIPTokenizer(folder: folder)
    for word in TinyVocabulary.words { #expect(tokenizer.tokens(of: word).count == 1, "\(word)") }
    #expect(tokenizer.tokens(of: "sks1").count == 4)
    #expect(tokenizer.contextLength == 77 && tokenizer.padID == tokenizer.endID)
  }
}

@Suite struct LossCurveTests {
  @Test("a log becomes a PNG; one without the column says which are missing")
  func curve() throws {
    let folder = try temporaryFolder()
    defer { remove(folder) }
    let path = "\(folder)/loss.csv"
    try "step,minutes,loss\n1,1,0.5\n2,12,0.25\n3,21,0.125\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try LossCurve(path: path).png().starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect { try LossCurve(path: path, column: "psnr") } throws: { "\($0)".contains("\"psnr\"") }
  }
}
