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
  @Flag(
    inversion: .prefixedNo, help: "Train images near their own shape instead of cutting squares. Default: --buckets.")
  var buckets: Bool?
  @Option(help: "The rank of the adapter's matrices, 1 to 256. Default: 16.")
  var rank: Int32?
  @Option(help: "The update is scaled by alpha / rank. Default: the rank.")
  var alpha: Double?
  @Option(
    help: Words.help("Which layers get an adapter", TargetLayers.self), completion: Words.completion(TargetLayers.self),
    transform: Words.parse)
  var layers: TargetLayers?
  @Flag(help: "Train the text encoder too.")
  var trainTextEncoder = false
  @OptionGroup(title: "Optimiser") var optimisation: OptimiserOptions
  @OptionGroup(title: "Loss and data") var loss: LossOptions
  @Option(
    help: ArgumentHelp(
      "A prompt to sample during training, {trigger} for the trigger word; may be repeated.", valueName: "prompt"))
  var previewPrompt: [String] = []
  @Option(help: ArgumentHelp("Steps between previews. Default: a quarter of the steps.", valueName: "steps"))
  var previewInterval: Int32?
  @Option(help: ArgumentHelp("Steps between training checkpoints.", valueName: "steps"))
  var checkpointInterval: Int32?

  func validate() throws {
    guard (previewInterval ?? 0) == 0 || !previewPrompt.isEmpty else {
      throw ValidationError("--preview-interval needs --preview-prompt.")
    }
  }

  /// The settings when no option is given.
  static let unset = TrainingSettings()

  func apply(to tune: inout Tune) {
    (tune.steps, tune.seed, tune.resolution, tune.continueOnRejection) = (steps, seed, resolution, continueOnRejection)
    tune.settings = .with {
      ($0.rank, $0.alpha, $0.targetLayers) = (rank, alpha, layers ?? .unspecified)
      ($0.trainTextEncoder, $0.aspectRatioBuckets) = (trainTextEncoder, buckets)
      ($0.previewPrompts, $0.previewInterval, $0.checkpointInterval) = (
        previewPrompt, previewInterval, checkpointInterval
      )
      optimisation.apply(to: &$0)
      loss.apply(to: &$0)
    }
  }
}

/// What moves the adapter, and how fast.
struct OptimiserOptions: ParsableArguments {
  @Option(
    help: Words.help("What moves the parameters", Optimizer.self), completion: Words.completion(Optimizer.self),
    transform: Words.parse)
  var optimizer: Optimizer?
  @Option(
    help: ArgumentHelp("Peak learning rate. Default: 1e-4, scaled for small models and optimisers.", valueName: "rate"))
  var learningRate: Double?
  @Option(help: ArgumentHelp("The text encoder's peak learning rate. Default: half the U-Net's.", valueName: "rate"))
  var textEncoderLearningRate: Double?
  @Option(
    help: Words.help("How the rate changes", LearningRateSchedule.self),
    completion: Words.completion(LearningRateSchedule.self), transform: Words.parse)
  var schedule: LearningRateSchedule?
  @Option(help: ArgumentHelp("Cosine with restarts: how often it starts. Default: 1.", valueName: "n"))
  var scheduleCycles: Int32?
  @Option(help: ArgumentHelp("Steps over which the rate rises. Default: 5 % of the steps.", valueName: "steps"))
  var warmupSteps: Int32?
  @Option(help: "Images a step, 1 to 64. Default: 1, more for small models.")
  var batchSize: Int32?
  @Option(help: ArgumentHelp("Batches whose gradients are added up for one step. Default: 1.", valueName: "n"))
  var gradientAccumulation: Int32?
  @Flag(help: "Compute activations again on the way back: less memory, more time.")
  var gradientCheckpointing = false
  @Option(
    help: Words.help("What the networks compute in", TrainingPrecision.self),
    completion: Words.completion(TrainingPrecision.self), transform: Words.parse)
  var precision: TrainingPrecision?
  @Option(help: "The optimiser's weight decay. Default: 0.01.")
  var weightDecay: Double?
  @Option(help: ArgumentHelp("Clip gradients to this norm; 0 turns it off. Default: 1.", valueName: "norm"))
  var maxGradientNorm: Double?
  @Option(
    help: ArgumentHelp(
      "Make a moving average of the adapter the result: how much of it each step keeps. Default: 0, none.",
      valueName: "share"))
  var emaDecay: Double?

  func apply(to settings: inout TrainingSettings) {
    (settings.optimizer, settings.learningRate) = (optimizer ?? .unspecified, learningRate)
    settings.textEncoderLearningRate = textEncoderLearningRate
    (settings.schedule, settings.scheduleCycles) = (schedule ?? .unspecified, scheduleCycles)
    (settings.warmupSteps, settings.batchSize) = (warmupSteps, batchSize)
    (settings.gradientAccumulation, settings.gradientCheckpointing) = (gradientAccumulation, gradientCheckpointing)
    (settings.precision, settings.weightDecay) = (precision ?? .unspecified, weightDecay)
    (settings.maxGradientNorm, settings.emaDecay) = (maxGradientNorm, emaDecay)
  }
}

/// What is learned from which part of the data, and how much it counts.
struct LossOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Min-SNR weighting; 0 turns it off. Default: 5.", valueName: "gamma"))
  var minSnrGamma: Double?
  @Flag(help: "Weigh timesteps by the root of their noise, in place of min-SNR.")
  var debiasedEstimation = false
  @Option(help: ArgumentHelp("Offset noise, 0 to 1. Default: 0.", valueName: "share"))
  var noiseOffset: Double?
  @Option(help: ArgumentHelp("With masks: how much the black part counts, 0 to 1. Default: 0.", valueName: "share"))
  var unmaskedWeight: Double?
  @Option(help: ArgumentHelp("The share of captions left out, 0 to 1. Default: 0.05.", valueName: "share"))
  var captionDropout: Double?
  @Flag(help: "Shuffle the comma-separated parts of captions at each use.")
  var shuffleCaptions = false
  @Option(help: ArgumentHelp("With --shuffle-captions: parts at the start that stay. Default: 0.", valueName: "n"))
  var keepTokens: Int32 = 0
  @Flag(help: "Mirror half of the images at random.")
  var flip = false
  @Option(
    help: ArgumentHelp(
      "Keep the class as it was, by images of it that the checkpoint makes first, such as of “a cat”.",
      valueName: "prompt"))
  var classPrompt: String?
  @Option(help: ArgumentHelp("Class images. Default: as many as photos, at least 8.", valueName: "n"))
  var classImages: Int32?
  @Option(help: ArgumentHelp("How much class images count in the loss. Default: 1.", valueName: "weight"))
  var classWeight: Double?

  func validate() throws {
    guard classPrompt != nil || (classImages == nil && classWeight == nil) else {
      throw ValidationError("--class-images and --class-weight need --class-prompt.")
    }
  }

  func apply(to settings: inout TrainingSettings) {
    (settings.minSnrGamma, settings.debiasedEstimation) = (minSnrGamma, debiasedEstimation)
    (settings.noiseOffset, settings.unmaskedWeight) = (noiseOffset, unmaskedWeight)
    (settings.captionDropout, settings.shuffleCaptions) = (captionDropout, shuffleCaptions)
    (settings.keepTokens, settings.randomFlip) = (keepTokens, flip)
    guard let classPrompt else { return }
    settings.priorPreservation = .with {
      ($0.classPrompt, $0.imageCount, $0.weight) = (classPrompt, classImages, classWeight)
    }
  }
}
