import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("Prior preservation")
struct PriorPreservationTests {
  /// DreamBooth's objective (arXiv 2208.12242, equation 1): the mean error on the subject's images plus λ times that on
  /// the class's.
  @Test("the loss is the mean error on the subject plus the weighted one on the class", arguments: [0.3, 1, 2])
  func loss(weight: Double) throws {
    let checkpoint = try MicroCheckpoint.make()
    var settings = TrainingSettings(steps: 1, resolution: MicroCheckpoint.side)
    settings.batchSize = 2
    settings.minSNRGamma = nil
    settings.captionDropout = 0
    settings.priorPreservation = .init(classPrompt: "a bird", imageCount: 2, weight: weight)
    let plan = LoRATrainer.Plan(
      settings: settings,
      examples: (0..<2).map {
        TrainingExample(id: "\($0)", source: .image(LintTests.picture($0)), caption: "sks1 \($0)")
      }, triggerWord: "sks1")
    let preparation = DataPreparation(
      checkpoint: checkpoint, plan: plan, captions: plan.examples.map(\.caption), cancellation: CancellationFlag(),
      onEvent: { _ in })
    let randomness = StepRandomness(seed: 1), data = try preparation.run()
    let drawn = try CachedBatches(
      settings: settings, triggerWord: "sks1", data: data, classImages: preparation.classImages(data, randomness),
      randomness: randomness
    ).batch(0)
    #expect(drawn.captions.count == 4 && drawn.captions.suffix(2) == ["a bird", "a bird"])

    let generator = try Generator(seed: 3), timesteps = [20, 400, 700, 950]
    let noise = try Tensor.randn(shape: drawn.latents.shape, generator: generator)
    let conditioning = try CaptionCache(checkpoint, settings).features(drawn.captions, sizes: drawn.sizes)
    let schedule = NoiseSchedule(checkpoint.schedulerConfiguration)
    let batch = DiffusionLoss.Batch(
      latents: drawn.latents, noise: noise, timesteps: timesteps, conditioning: conditioning,
      sampleWeights: drawn.sampleWeights, pixelWeights: drawn.pixelWeights)
    let loss = DiffusionLoss(unet: checkpoint.unet, schedule: schedule, weighting: LossWeighting(settings))
    let found = try noGrad { try loss(batch).item() }

    // By hand: each image alone through the network, and its squares summed here.
    var errors: [Double] = []
    for (row, timestep) in timesteps.enumerated() {
      let alpha = schedule.alphaCumprod(at: timestep)
      let wanted = try noise.narrow(dim: 0, start: row, length: 1)
      let latents = try drawn.latents.narrow(dim: 0, start: row, length: 1)
      let noisy = try latents * alpha.squareRoot() + wanted * (1 - alpha).squareRoot()
      let caption = try CaptionCache(checkpoint, settings).features([drawn.captions[row]], sizes: [drawn.sizes[row]])
      let prediction = try noGrad {
        try checkpoint.unet.forward(noisy, timesteps: Tensor([Float(timestep)]), conditioning: caption).floats()
      }
      let squares = try zip(prediction, wanted.floats()).map { Double($0 - $1) * Double($0 - $1) }
      errors.append(squares.reduce(0, +) / Double(squares.count))
    }
    let expected = (errors[0] + errors[1]) / 2 + weight * (errors[2] + errors[3]) / 2
    #expect(abs(found / expected - 1) < 1e-5, "\(found) instead of \(expected)")
  }
}
