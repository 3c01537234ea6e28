import ArgumentParser
import LorikeetAPI

/// How to train. Everything has a default on the server, which also checks the values: it knows the checkpoint.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Optimiser steps. Default: 90 for each image, at least 400 and at most 1,200.")
  var steps: Int32?
  @Option(help: "The seed of all randomness.")
  var seed: Int64?
  @Option(help: ArgumentHelp("The square size to train at. Default: the checkpoint's own.", valueName: "pixels"))
  var resolution: Int32?
  @Flag(help: "Go on without the images that cannot be used.")
  var continueOnRejection = false
  @Option(help: "The rank of the adapter's matrices, 1 to 256. Default: 16.")
  var rank: Int32?
  @Option(help: "The update is scaled by alpha / rank. Default: the rank.")
  var alpha: Double?
  @Option(help: ArgumentHelp("Peak learning rate. Default: 1e-4, scaled for small models.", valueName: "rate"))
  var learningRate: Double?
  @Option(
    help: Words.help("How the rate changes", LearningRateSchedule.self),
    completion: Words.completion(LearningRateSchedule.self), transform: Words.parse)
  var schedule: LearningRateSchedule?
  @Option(help: ArgumentHelp("Steps over which the rate rises. Default: 5 % of the steps.", valueName: "steps"))
  var warmupSteps: Int32?
  @Option(help: "Images a step, 1 to 64. Default: 1, more for small models.")
  var batchSize: Int32?
  @Option(
    help: Words.help("Which layers get an adapter", TargetLayers.self), completion: Words.completion(TargetLayers.self),
    transform: Words.parse)
  var layers: TargetLayers?
  @Flag(help: "Train the text encoder too.")
  var trainTextEncoder = false
  @Option(help: ArgumentHelp("The text encoder's peak learning rate. Default: half the U-Net's.", valueName: "rate"))
  var textEncoderLearningRate: Double?
  @Option(help: ArgumentHelp("Min-SNR weighting; 0 turns it off. Default: 5.", valueName: "gamma"))
  var minSnrGamma: Double?
  @Option(help: ArgumentHelp("Offset noise, 0 to 1. Default: 0.", valueName: "share"))
  var noiseOffset: Double?
  @Option(help: ArgumentHelp("The share of captions left out, 0 to 1. Default: 0.05.", valueName: "share"))
  var captionDropout: Double?
  @Flag(help: "Mirror half of the images at random.")
  var flip = false
  @Option(help: "AdamW's weight decay. Default: 0.01.")
  var weightDecay: Double?
  @Option(help: ArgumentHelp("Clip gradients to this norm; 0 turns it off. Default: 1.", valueName: "norm"))
  var maxGradientNorm: Double?
  @Option(
    help: ArgumentHelp(
      "A prompt to sample during training, {trigger} for the trigger word; may be repeated.", valueName: "prompt"))
  var previewPrompt: [String] = []
  @Option(help: ArgumentHelp("Steps between previews. Default: a quarter of the steps.", valueName: "steps"))
  var previewInterval: Int32?
  @Option(help: ArgumentHelp("Steps between training checkpoints.", valueName: "steps"))
  var checkpointInterval: Int32?

  func apply(to tune: inout Tune) {
    (tune.steps, tune.seed, tune.resolution, tune.continueOnRejection) = (steps, seed, resolution, continueOnRejection)
    tune.settings = .with {
      ($0.rank, $0.alpha, $0.learningRate, $0.schedule) = (rank, alpha, learningRate, schedule ?? .unspecified)
      ($0.warmupSteps, $0.batchSize, $0.targetLayers) = (warmupSteps, batchSize, layers ?? .unspecified)
      ($0.trainTextEncoder, $0.textEncoderLearningRate) = (trainTextEncoder, textEncoderLearningRate)
      ($0.minSnrGamma, $0.noiseOffset, $0.captionDropout) = (minSnrGamma, noiseOffset, captionDropout)
      ($0.randomFlip, $0.weightDecay, $0.maxGradientNorm) = (flip, weightDecay, maxGradientNorm)
      ($0.previewPrompts, $0.previewInterval, $0.checkpointInterval) = (
        previewPrompt, previewInterval, checkpointInterval
      )
    }
  }
}
