import Images
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("What a tune will take")
struct ForecastTests {
  /// Stable Diffusion 1.5's.
  private let unet = UNetConfiguration(
    sampleSize: 64, blockOutChannels: [320, 640, 1280, 1280],
    downBlockTypes: [.crossAttention, .crossAttention, .crossAttention, .plain], layersPerBlock: 2,
    attentionHeads: PerBlock(8), crossAttentionWidth: 768)
  private let autoencoder = AutoencoderConfiguration(
    blockOutChannels: [128, 256, 512, 512], layersPerBlock: 2, normGroups: 32, sampleSize: 512)

  private func forecast(
    memory: Int = 64 << 30, width: Int = 4, _ change: (inout TrainingSettings) -> Void = { _ in }
  ) throws -> TrainingForecast {
    var settings = TrainingSettings(steps: 100, resolution: 512)
    change(&settings)
    return try TrainingForecast(
      settings, images: 10, size: PixelSize(width: 512, height: 512),
      on: .init(unet: unet, autoencoder: autoencoder, parameters: 1_066_000_000, width: width),
      device: .init(memory: memory, baseline: 0, operationsPerSecond: 1e11, secondsPerOperation: 1e-5))
  }

  @Test("the counted parameters and work are those of the published U-Net")
  func published() throws {
    let cost = try UNetCost(unet, width: 64, height: 64, attentionOnly: false)
    // 859,520,964 parameters; about 0.80 · 10¹² operations for a latent of 64×64 (two for each multiply-add).
    #expect(abs(Double(cost.parameters) / 859_520_964 - 1) < 0.001)
    #expect((0.6e12...0.9e12).contains(cost.operations))
  }

  @Test("counted parameters are those of a model that is built")
  func built() throws {
    let checkpoint = try MicroCheckpoint.make()
    let outline = checkpoint.outline
    let counted = try Double(outline.unetParameterCount()), real = Double(checkpoint.unet.parameterCount)
    #expect(abs(counted / real - 1) < 0.02)
    let all = Double(checkpoint.networks.reduce(0) { $0 + $1.parameterCount })
    #expect(abs(try Double(outline.parameterCount()) / all - 1) < 0.02)
  }

  /// From Tests/Goldens/make_cost_goldens.py, which asks PyTorch for a U-Net of diffusers with adapters of PEFT.
  @Test(
    "what is counted as kept for the way back is what PyTorch keeps, within a few hundredths",
    arguments: [
      ([128, 256, 512], 2, 256, 32, 42_789_920), ([128, 256, 512], 2, 256, 16, 11_015_552),
      ([64, 128, 256], 1, 128, 32, 13_647_008),
    ])
  func kept(widths: [Int], depth: Int, context: Int, side: Int, kept: Int) throws {
    let configuration = UNetConfiguration(
      sampleSize: side, blockOutChannels: widths, downBlockTypes: [.crossAttention, .crossAttention, .plain],
      layersPerBlock: depth, attentionHeads: PerBlock(8), crossAttentionWidth: context)
    let cost = try UNetCost(configuration, width: side, height: side, attentionOnly: false)
    let counted = Double(cost.kept + 16 * cost.adaptedRows)
    #expect(abs(counted / Double(kept) - 1) < 0.06, "counted \(counted), kept \(kept)")
  }

  @Test("adapters' parameters are those that are trained")
  func adapters() throws {
    let checkpoint = try MicroCheckpoint.make()
    for targets in LoRATargets.allCases {
      var settings = TrainingSettings(steps: 1, resolution: MicroCheckpoint.side)
      settings.rank = 3
      settings.targets = targets
      let real = try TrainableAdapters(checkpoint, settings, generator: Generator(seed: 1)).members
        .reduce(0) { $0 + $1.adapter.down.count + $1.adapter.up.count }
      let cost = try UNetCost(
        checkpoint.unet.configuration, width: 8, height: 8, attentionOnly: targets == .attention)
      #expect(cost.adaptedWidths * 3 == real, "\(targets)")
    }
  }

  /// A run of `LoRATrainer` on one core of a CPU that does 150 · 10⁹ operations a second in a matrix product: four
  /// steps of rank 16 in float32, by the peak of resident memory since the first of them and the mean of the others'
  /// seconds.
  struct Measured: Sendable, CustomTestStringConvertible {
    var side: Int
    var batch = 1
    var isCheckpointed = false
    /// Means of two or more where there were such.
    var mebibytes: Int
    var secondsPerStep: Double
    var testDescription: String { "\(side) pixels, batch \(batch)\(isCheckpointed ? ", checkpointed" : "")" }
  }

  private func measuredForecast(_ run: Measured, images: Int) throws -> TrainingForecast {
    var settings = TrainingSettings(steps: 4, resolution: run.side)
    settings.batchSize = run.batch
    settings.gradientCheckpointing = run.isCheckpointed
    return try TrainingForecast(
      settings, images: images, size: PixelSize(width: run.side, height: run.side),
      on: .init(
        unet: UNetConfiguration(
          sampleSize: 32, blockOutChannels: [96, 192, 384, 384],
          downBlockTypes: [.crossAttention, .crossAttention, .crossAttention, .plain], layersPerBlock: 2,
          attentionHeads: PerBlock(2), crossAttentionWidth: 256),
        autoencoder: AutoencoderConfiguration(
          blockOutChannels: [64, 128, 256, 256], layersPerBlock: 2, normGroups: 32, sampleSize: 256),
        parameters: 101_903_051, width: 4),
      device: .init(
        memory: 24 << 30, baseline: 297 << 20, operationsPerSecond: 150e9, secondsPerOperation: 6.6e-7))
  }

  @Test(
    "memory is that of a U-Net of 78 million parameters within 9 %, the seconds of a step within a fifth",
    arguments: [
      Measured(side: 256, mebibytes: 806, secondsPerStep: 0.47),
      Measured(side: 256, isCheckpointed: true, mebibytes: 738, secondsPerStep: 0.62),
      Measured(side: 256, batch: 4, mebibytes: 1247, secondsPerStep: 1.48),
      Measured(side: 384, mebibytes: 996, secondsPerStep: 1.27),
      Measured(side: 512, mebibytes: 1287, secondsPerStep: 2.76),
      Measured(side: 512, isCheckpointed: true, mebibytes: 987, secondsPerStep: 3.17),
    ])
  func measured(run: Measured) throws {
    let forecast = try measuredForecast(run, images: 2)
    let memory = Double(forecast.peakMemory) / Double(run.mebibytes << 20)
    let seconds = forecast.secondsPerStep / run.secondsPerStep
    #expect((0.91...1.09).contains(memory), "\(memory) of the memory")
    #expect((0.8...1.2).contains(seconds), "\(seconds) of the time")
  }

  /// By the difference between runs with few images and with more.
  @Test("encoding an image takes as long as it did within a third", arguments: [(256, 0.36), (512, 1.8)])
  func encoding(side: Int, seconds: Double) throws {
    let run = Measured(side: side, mebibytes: 0, secondsPerStep: 0)
    let few = try measuredForecast(run, images: 2), more = try measuredForecast(run, images: 6)
    let forecast = (more.otherSeconds - few.otherSeconds) / 4
    #expect((0.67...1.33).contains(forecast / seconds), "\(forecast) s")
  }

  @Test("checkpointing, a smaller batch and bfloat16 take less memory; checkpointing takes more time")
  func directions() throws {
    let plain = try forecast()
    let checkpointed = try forecast { $0.gradientCheckpointing = true }
    #expect(checkpointed.peakMemory < plain.peakMemory && checkpointed.secondsPerStep > plain.secondsPerStep)
    let four = try forecast { $0.batchSize = 4 }
    #expect(four.peakMemory > plain.peakMemory && four.secondsPerStep > 3 * plain.secondsPerStep)
    #expect(try forecast(width: 2).peakMemory < plain.peakMemory)
    #expect(try forecast { $0.gradientAccumulation = 4 }.peakMemory == plain.peakMemory)
  }

  @Test("what does not fit is warned of, with what would make it fit")
  func remedies() throws {
    #expect(try forecast().warnings.isEmpty)
    let tight = try forecast(memory: 8 << 30) { $0.batchSize = 8 }
    #expect(tight.warnings.count == 1)
    #expect(tight.warnings[0].contains("gradient checkpointing") && tight.warnings[0].contains("would fit"))
    let hopeless = try forecast(memory: 1 << 30)
    #expect(hopeless.warnings[0].contains("nothing but a lower resolution"))
  }
}
