import ArgumentParser
import Pretraining
import Torch

struct TrainAutoencoder: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vae", abstract: "Train the autoencoder; continues a checkpoint that the folder holds.")

  @Option(help: "Where checkpoints, the loss log and the finished model go.") var work: String
  @Option(help: "How long to train; the learning rate falls over this time.") var minutes: Double = 25
  @Option(help: "CPU threads.") var threads = 1
  @Option(help: "The learning rate's peak.") var learningRate = 2e-3
  @Flag(help: "Compute in float32 instead of bfloat16.") var float32 = false
  @Option(help: "Names the drawings and the first weights.") var seed: UInt64 = 1

  func run() throws {
    try Torch.setThreads(threads)
    var settings = AutoencoderTrainer.Settings(minutes: minutes)
    settings.peakLearningRate = learningRate
    settings.precision = float32 ? .float32 : .bfloat16
    settings.seed = seed
    try AutoencoderTrainer(settings, folder: work).run()
  }
}
