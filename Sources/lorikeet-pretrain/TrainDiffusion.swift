import ArgumentParser
import Pretraining
import Torch

struct TrainDiffusion: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unet", abstract: "Train the U-Net and the text encoder on a finished autoencoder's latents.")

  @Option(help: "Holds vae/, and takes checkpoints, the loss log, sample grids and the model.") var work: String
  @Option(help: "How long to train; the learning rate falls over this time.") var minutes: Double = 75
  @Option(help: "CPU threads.") var threads = 1
  @Option(help: "The learning rate's peak.") var learningRate = 1e-3
  @Option(help: "Drawings a step.") var batchSize = 32
  @Option(help: "How many drawings to encode and train on.") var drawings = 32_000
  @Option(help: "Channels at each resolution.") var widths: [Int] = [48, 64, 96]
  @Option(help: "Errors weigh gamma / (SNR + gamma).") var gamma = 0.15
  @Option(help: "Minutes between checkpoints and sample grids.") var saveInterval = 8.0
  @Flag(help: "Compute in bfloat16 instead of float32.") var bfloat16 = false
  @Option(help: "Names the drawings and the first weights.") var seed: UInt64 = 1

  func run() throws {
    try Torch.setThreads(threads)
    var settings = DiffusionTrainer.Settings(minutes: minutes)
    settings.peakLearningRate = learningRate
    settings.batchSize = batchSize
    settings.drawings = drawings
    settings.gammaSNR = gamma
    settings.widths = widths
    settings.saveInterval = saveInterval
    settings.precision = bfloat16 ? .bfloat16 : .float32
    settings.seed = seed
    try DiffusionTrainer(settings, folder: work).run()
  }
}
