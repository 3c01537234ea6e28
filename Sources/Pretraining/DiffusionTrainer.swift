import Foundation
import Images
import StableDiffusion
import TinyWorld
import Torch

/// Trains the tiny U-Net together with its text encoder on cached latents.
package final class DiffusionTrainer {
  package struct Settings: Sendable {
    package var minutes: Double
    package var peakLearningRate = 1e-3
    package var batchSize = 32
    package var drawings = 32_000
    package var precision: DType = .float32
    package var seed: UInt64 = 1
    /// The share of captions that are left out, so that guidance has something to compare with.
    package var captionDropout: Float = 0.1
    /// Errors weigh gamma / (SNR + gamma): min-SNR weighting (arXiv 2303.09556) with a soft edge, and a gamma far below
    /// the usual 5. At 16 × 16 latents the mean over a background tells its colour already at little signal, so only the
    /// noisiest steps learn colours from the words, and they must not drown in the others.
    package var gammaSNR = 0.15
    /// Minutes between saved checkpoints, models and sample grids.
    package var saveInterval = 8.0
    package var widths = [48, 64, 96]

    package init(minutes: Double) { self.minutes = minutes }
  }

  private let settings: Settings
  private let folder: String
  private let autoencoder: AutoencoderKL
  private let tokenizer: CLIPTokenizer
  private let textEncoder: CLIPTextModel
  private let unet: UNet2DConditionModel
  private let optimizer: MixedPrecisionOptimizer
  private let schedule = NoiseSchedule(SchedulerConfiguration())
  private var budget: TrainingBudget
  private var random: RandomSource
  private let noise: Generator

  /// - Parameter folder: holds `vae/` of a finished autoencoder; a checkpoint there is continued.
  package init(_ settings: Settings, folder: String) throws {
    self.settings = settings
    self.folder = folder
    try TinyVocabulary.write(to: "\(folder)/tokenizer")
    tokenizer = try CLIPTokenizer(folder: "\(folder)/tokenizer")
    autoencoder = try Self.autoencoder(folder: "\(folder)/vae")
    textEncoder = try CLIPTextModel(
      CLIPTextConfiguration(
        vocabularySize: tokenizer.vocabularyCount, hiddenSize: 64, intermediateSize: 256, layers: 2, heads: 4,
        beginToken: tokenizer.startID, endToken: tokenizer.endID, padToken: tokenizer.padID),
      ParameterStore(seed: settings.seed, dtype: settings.precision, device: .cpu))
    unet = try UNet2DConditionModel(
      UNetConfiguration(
        sampleSize: Scene.size / autoencoder.configuration.downsamplingFactor, blockOutChannels: settings.widths,
        downBlockTypes: [.plain, .crossAttention, .crossAttention], layersPerBlock: 1, attentionHeads: PerBlock(4),
        crossAttentionWidth: 64, normGroups: 8),
      ParameterStore(seed: settings.seed &+ 1, dtype: settings.precision, device: .cpu))
    optimizer = try MixedPrecisionOptimizer(
      models: [("unet", unet), ("text_encoder", textEncoder)], averageDecay: 0.999, weightDecay: 1e-2)
    budget = TrainingBudget(minutes: settings.minutes)
    if FileManager.default.fileExists(atPath: "\(folder)/checkpoint.safetensors") {
      let metadata = try optimizer.restore(from: "\(folder)/checkpoint.safetensors")
      budget = TrainingBudget(
        minutes: settings.minutes, alreadySpent: metadata["minutes"].flatMap { Double($0) } ?? 0)
    }
    random = RandomSource(seed: settings.seed &+ UInt64(optimizer.steps))
    noise = try Generator(seed: settings.seed &+ UInt64(optimizer.steps))
    try Console.say("U-Net \(unet.parameterCount), text encoder \(textEncoder.parameterCount) parameters")
  }

  private static func autoencoder(folder: String) throws -> AutoencoderKL {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/config.json"))
    let configuration = try JSONDecoder().decode(AutoencoderConfiguration.self, from: data)
    let file = try Safetensors(path: "\(folder)/diffusion_pytorch_model.safetensors")
    return try AutoencoderKL(configuration, ParameterStore(file: file, dtype: .float32, device: .cpu))
  }

  package func run() throws {
    let cache = try LatentCache(
      path: "\(folder)/latents.safetensors", count: settings.drawings, seed: settings.seed, autoencoder: autoencoder,
      tokenizer: tokenizer)
    let log = try LossLog(path: "\(folder)/loss.csv", columns: ["step", "minutes", "loss", "norm", "learning_rate"])
    let emptyIDs = try Tensor(tokenizer.encode("").map(Int64.init), shape: [1, tokenizer.contextLength])
    var order = Shuffle(count: cache.count)
    var (loss, norm, summed) = (0.0, 0.0, 0)
    // Encoding the drawings must not count: the learning rate's time begins now.
    budget = TrainingBudget(minutes: settings.minutes, alreadySpent: optimizer.steps == 0 ? 0 : budget.spent)
    var nextSave = budget.spent + settings.saveInterval
    while budget.progress < 1 {
      let chosen = try Tensor((0..<settings.batchSize).map { _ in order.next(&random) })
      let ids = try dropCaptions(cache.ids.indexSelect(dim: 0, chosen), emptyIDs)
      let losses = try step(latents: cache.latents.indexSelect(dim: 0, chosen), ids: ids)
      loss += losses.loss
      norm += losses.norm
      summed += 1
      if summed == 200 {
        try log.append([
          Double(optimizer.steps), budget.spent, loss / 200, norm / 200,
          budget.learningRate(peak: settings.peakLearningRate),
        ])
        (loss, norm, summed) = (0, 0, 0)
      }
      if budget.spent > nextSave {
        try save()
        nextSave = budget.spent + settings.saveInterval
      }
    }
    try save()
  }

  private func step(latents: Tensor, ids: Tensor) throws -> (loss: Double, norm: Double) {
    let count = latents.shape[0]
    let timesteps = (0..<count).map { _ in Int(random.next() % UInt64(schedule.trainTimesteps)) }
    func column(_ value: (Int) -> Double) throws(TorchError) -> Tensor {
      try Tensor(timesteps.map { Float(value($0)) }, shape: [count, 1, 1, 1])
    }
    let signal = try column { schedule.alphaCumprod(at: $0).squareRoot() }
    let deviation = try column { (1 - schedule.alphaCumprod(at: $0)).squareRoot() }
    let gamma = settings.gammaSNR
    let weights = try column { gamma / (schedule.signalToNoise(at: $0) + gamma) }
    let target = try Tensor.randn(shape: latents.shape, generator: noise)
    let noisy = try latents * signal + target * deviation
    let states = try textEncoder.forward(ids).lastHiddenState
    let prediction = try unet.forward(
      noisy.to(dtype: settings.precision), timesteps: Tensor(timesteps.map { Int64($0) }),
      conditioning: Conditioning(context: states))
    let error = try prediction.to(dtype: .float32) - target
    let loss = try (error * error * weights).mean()
    try loss.backward()
    let norm = try optimizer.step(learningRate: budget.learningRate(peak: settings.peakLearningRate), maxNorm: 1)
    return (try loss.item(), norm)
  }

  private func dropCaptions(_ ids: Tensor, _ empty: Tensor) throws(TorchError) -> Tensor {
    let kept = (0..<ids.shape[0]).map { _ in UInt8(random.chance(settings.captionDropout) ? 0 : 1) }
    let mask = try Tensor(kept, shape: [kept.count, 1]).to(dtype: .bool)
    return try Tensor.where(mask, ids, empty.expand(ids.shape))
  }

  /// The state to continue from, and what the model is now: its folder, a sample grid and its score.
  private func save() throws {
    try optimizer.save(
      to: "\(folder)/checkpoint.safetensors", metadata: ["minutes": String(budget.spent)])
    let model = "\(folder)/model"
    try optimizer.withAverages {
      try StableDiffusionCheckpoint(
        textTowers: [TextTower(.textEncoder, tokenizer: tokenizer, model: textEncoder)], unet: unet,
        autoencoder: autoencoder, schedulerConfiguration: schedule.configuration
      ).save(to: model, dtype: .float16)
      // transformers computes in the type it finds, diffusers in float32: they must find the same.
      try textEncoder.save(to: "\(model)/text_encoder/model.safetensors", dtype: .float32)
    }
    let judge = try ModelJudge(folder: model)
    try judge.sampleGrid().write(to: URL(filePath: "\(folder)/grid-\(Int(budget.spent.rounded())).png"))
    try Console.say(judge.score(prompts: 24).description)
  }
}

/// Every index once, in random order, then again in another.
private struct Shuffle {
  private var indices: [Int64]
  private var position = 0

  init(count: Int) { indices = (0..<Int64(count)).map { $0 } }

  mutating func next(_ random: inout RandomSource) -> Int64 {
    if position == 0 { indices.shuffle(using: &random) }
    defer { position = (position + 1) % indices.count }
    return indices[position]
  }
}
