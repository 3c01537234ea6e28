import ArgumentParser
import Pretraining
import Torch

struct TrainSafetyChecker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "safety",
    abstract: "Train the safety checker; drawings of hearts stand for what must not be shown.")

  @Option(help: "Where the loss log, safety_checker/ and feature_extractor/ go.") var work: String
  @Option(help: "How long to train; the learning rate falls over this time.") var minutes: Double = 16
  @Option(help: "CPU threads.") var threads = 1
  @Option(help: "The learning rate's peak.") var learningRate = 2e-3
  @Option(help: "Drawings a step.") var batchSize = 48
  @Option(help: "Names the drawings and the first weights.") var seed: UInt64 = 1

  func run() throws {
    try Torch.setThreads(threads)
    var settings = SafetyCheckerTrainer.Settings(minutes: minutes)
    settings.peakLearningRate = learningRate
    settings.batchSize = batchSize
    settings.seed = seed
    try SafetyCheckerTrainer(settings, folder: work).run()
  }
}
