import Foundation
import StableDiffusion
import TinyWorld
import Torch

/// Trains the tiny model's safety checker: a vision tower that knows the world's shapes, one of which stands for what
/// must not be shown.
///
/// It learns one vector a shape, whose cosine to a drawing's embedding tells whether that shape is there; that of the
/// forbidden shape becomes a concept of the finished checker (`SafetyConcepts`).
package final class SafetyCheckerTrainer {
  package struct Settings: Sendable {
    package var minutes: Double
    package var peakLearningRate = 2e-3
    package var batchSize = 48
    package var seed: UInt64 = 1

    package init(minutes: Double) { self.minutes = minutes }
  }

  /// What stands for the unsafe: harmless, and shown neither by the demo's photos nor by its prompts.
  package static let forbidden = Shape.heart

  static let configuration = CLIPVisionConfiguration(
    hiddenSize: 64, intermediateSize: 256, layers: 3, heads: 4, imageSize: 64, patchSize: 8)
  static let projectionSize = 32
  /// Cosines are multiplied by this before the sigmoid: they are small numbers.
  private static let sharpness = 12.0

  private let settings: Settings
  private let folder: String
  private let checker: SafetyChecker
  private let optimizer: MixedPrecisionOptimizer
  private let budget: TrainingBudget

  /// - Parameter folder: where the log and the finished checker go.
  package init(_ settings: Settings, folder: String) throws {
    self.settings = settings
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    checker = try SafetyChecker(
      Self.configuration, projectionSize: Self.projectionSize, concepts: (Shape.allCases.count, 1),
      ParameterStore(seed: settings.seed, dtype: .float32, device: .cpu))
    optimizer = try MixedPrecisionOptimizer(models: [("checker", checker)], averageDecay: 0.998, weightDecay: 1e-2)
    budget = TrainingBudget(minutes: settings.minutes)
  }

  package func run() throws {
    let log = try LossLog(path: "\(folder)/safety-loss.csv", columns: ["step", "minutes", "loss", "learning_rate"])
    var drawn = 0, sum = 0.0
    while budget.progress < 1 {
      sum += try step(from: drawn)
      drawn += settings.batchSize
      if optimizer.steps.isMultiple(of: 100) {
        let rate = budget.learningRate(peak: settings.peakLearningRate)
        try log.append([Double(optimizer.steps), budget.spent, sum / 100, rate])
        sum = 0
      }
    }
    try optimizer.finish()
    let concepts = try SafetyConcepts(checker, seed: ~settings.seed)
    try concepts.write(checker, to: folder)
    try Console.say(SafetyReport(folder: folder, drawings: 2000).description)
  }

  private func step(from first: Int) throws -> Double {
    var random = RandomSource(seed: settings.seed &* 31 &+ UInt64(first))
    let scenes = (first..<(first + settings.batchSize)).map { index in
      SafetyDrawings.scene(index: index, seed: settings.seed, forbidden: random.chance(0.4))
    }
    let images = try SafetyDrawings.batch(scenes, random: &random)
    let shapes = Shape.allCases
    let present = scenes.flatMap { scene in
      shapes.map { shape -> Float in scene.figures.contains { $0.shape == shape } ? 1 : 0 }
    }
    let labels = try Tensor(present, shape: [scenes.count, shapes.count])
    let logits = try checker.closeness(of: checker.embed(images)) * Self.sharpness - Self.sharpness / 2
    // Binary cross-entropy in the form that does not overflow: max(x, 0) − x · y + log(1 + exp(−|x|)).
    let terms = try logits.clamp(min: 0) - logits * labels + ((-logits.abs()).exp() + 1).log()
    let loss = try terms.mean()
    try loss.backward()
    try optimizer.step(learningRate: budget.learningRate(peak: settings.peakLearningRate), maxNorm: 1)
    return try loss.item()
  }
}
