import Foundation
import StableDiffusion
import TinyWorld
import Torch

/// Trains the tiny autoencoder: first on windows of drawings, then on whole ones.
package final class AutoencoderTrainer {
  package struct Settings: Sendable {
    package var minutes: Double
    package var peakLearningRate = 2e-3
    package var divergenceWeight = 4e-7
    package var precision: DType = .bfloat16
    package var seed: UInt64 = 1
    /// The share of the time that is spent on windows of half a drawing's side.
    package var windowShare = 0.7

    package init(minutes: Double) { self.minutes = minutes }
  }

  private static let configuration = AutoencoderConfiguration(
    blockOutChannels: [16, 32, 64, 64], layersPerBlock: 1, normGroups: 4, sampleSize: Scene.size)

  private let settings: Settings
  private let folder: String
  private let model: AutoencoderKL
  private let optimizer: MixedPrecisionOptimizer
  private let noise: Generator
  private var budget: TrainingBudget

  /// - Parameter folder: where checkpoint, log and the finished model go; a checkpoint there is continued.
  package init(_ settings: Settings, folder: String) throws {
    self.settings = settings
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    model = try AutoencoderKL(
      Self.configuration, ParameterStore(seed: settings.seed, dtype: settings.precision, device: .cpu))
    optimizer = try MixedPrecisionOptimizer(models: [("vae", model)], averageDecay: 0.998, weightDecay: 1e-3)
    noise = try Generator(seed: settings.seed)
    budget = TrainingBudget(minutes: settings.minutes)
    if FileManager.default.fileExists(atPath: checkpointPath) {
      let metadata = try optimizer.restore(from: checkpointPath)
      budget = TrainingBudget(
        minutes: settings.minutes, alreadySpent: metadata["minutes"].flatMap { Double($0) } ?? 0)
    }
  }

  private var checkpointPath: String { "\(folder)/checkpoint.safetensors" }

  package func run() throws {
    let log = try LossLog(
      path: "\(folder)/loss.csv", columns: ["step", "minutes", "loss", "psnr", "divergence", "learning_rate"])
    var random = RandomSource(seed: settings.seed &+ UInt64(optimizer.steps))
    var drawn = optimizer.steps * 16
    var sums = [Double](repeating: 0, count: 3)
    var summed = 0
    var nextSave = budget.spent + 3
    while budget.progress < 1 {
      let windows = budget.progress < settings.windowShare
      let count = windows ? 16 : 5
      let scenes = (drawn..<(drawn + count)).map { CaptionedScene.anyColours(index: $0, seed: settings.seed) }
      drawn += count
      let images = try WorldTensors.batch(
        scenes, side: windows ? Scene.size / 2 : Scene.size, random: &random, dtype: settings.precision)
      let losses = try step(images)
      for (index, value) in losses.enumerated() { sums[index] += value }
      summed += 1
      if summed == 100 {
        let means = sums.map { $0 / Double(summed) }
        try log.append([
          Double(optimizer.steps), budget.spent, means[0], 10 * log10(4 / max(means[1], 1e-9)), means[2],
          budget.learningRate(peak: settings.peakLearningRate),
        ])
        sums = [0, 0, 0]
        summed = 0
      }
      if budget.spent > nextSave {
        try optimizer.save(to: checkpointPath, metadata: ["minutes": String(budget.spent)])
        nextSave = budget.spent + 3
      }
    }
    try optimizer.save(to: checkpointPath, metadata: ["minutes": String(budget.spent)])
    try optimizer.finish()
    try AutoencoderReport(model).write(to: folder)
  }

  /// - Returns: the loss, the mean squared error and the divergence of an image in nats.
  private func step(_ images: Tensor) throws -> [Double] {
    let latents = try model.encode(images)
    let draw = try Tensor.randn(shape: latents.mean.shape, generator: noise).to(dtype: settings.precision)
    let output = try model.decode(latents.sample(noise: draw)).to(dtype: .float32)
    let target = try images.to(dtype: .float32)
    let square = try F.mseLoss(output, target)
    let divergence = try latents.divergence().to(dtype: .float32)
    let pixels = try F.l1Loss(output, target) + square * 0.5
    let edges = try edgeLoss(output, target) * 0.5
    // The divergence counts by the pixel, so that windows and whole drawings weigh it alike.
    let perPixel = Double(images.shape[2] * images.shape[3])
    let loss = try pixels + edges + divergence * (settings.divergenceWeight * 16_384 / perPixel)
    try loss.backward()
    try optimizer.step(learningRate: budget.learningRate(peak: settings.peakLearningRate), maxNorm: 1)
    return [try loss.item(), try square.item(), try divergence.item()]
  }

  /// The absolute error of the differences between neighbours, which keeps edges sharp.
  private func edgeLoss(_ output: Tensor, _ target: Tensor) throws(TorchError) -> Tensor {
    let error = try output - target
    let (height, width) = (error.shape[2], error.shape[3])
    let upper = try error.narrow(dim: 2, start: 0, length: height - 1)
    let down = try error.narrow(dim: 2, start: 1, length: height - 1) - upper
    let left = try error.narrow(dim: 3, start: 0, length: width - 1)
    let across = try error.narrow(dim: 3, start: 1, length: width - 1) - left
    return try down.abs().mean() + across.abs().mean()
  }
}
