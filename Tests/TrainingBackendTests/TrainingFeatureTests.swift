import Foundation
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("Training with every feature")
struct TrainingFeatureTests: ShortRuns {
  /// A run with as many features on as go together.
  struct Combination: CustomTestStringConvertible, Sendable {
    let optimizer: TrainingSettings.OptimizerKind
    var xl = false
    var dtype = DType.float32
    var testDescription: String { "\(optimizer.rawValue), \(xl ? "XL" : "1.5"), \(dtype)" }

    func make() throws -> StableDiffusionCheckpoint {
      try xl ? MicroCheckpoint.makeXL(dtype: dtype) : MicroCheckpoint.make(dtype: dtype)
    }

    func change(_ settings: inout TrainingSettings) {
      settings.optimizer = optimizer
      settings.learningRate = optimizer.suitedRate(adamW: 2e-3)
      settings.textEncoderLearningRate = optimizer.suitedRate(adamW: 1e-3)
      // Large enough for some of its moments to be quantised.
      if optimizer == .adamW8Bit { settings.rank = 128 }
      settings.schedule = .cosineWithRestarts
      settings.scheduleCycles = 2
      settings.warmupSteps = 1
      settings.gradientAccumulation = 2
      settings.gradientCheckpointing = true
      settings.emaDecay = 0.9
      settings.noiseOffset = 0.1
      settings.captionDropout = 0.3
      settings.randomFlip = true
      settings.debiasedEstimation = xl
    }
  }

  static let combinations =
    TrainingSettings.OptimizerKind.allCases.map { Combination(optimizer: $0) }
    + [
      Combination(optimizer: .prodigy, xl: true), Combination(optimizer: .adamW, xl: true, dtype: .bfloat16),
      Combination(optimizer: .adamW, dtype: .bfloat16), Combination(optimizer: .lion, dtype: .float16),
    ]

  @Test(
    "a kept run taken up again gives the file of the run that never stopped, bit for bit", arguments: combinations)
  func resume(_ combination: Combination) throws {
    let whole = try train(combination.make(), plan(steps: 4, change: combination.change))
    #expect(whole.kept == nil)
    let stop = 2
    var broken = plan(steps: 4, change: combination.change)
    broken.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    let flag = CancellationFlag()
    let half = try train(combination.make(), broken, cancellation: flag) { event in
      if case .progress(let progress) = event, progress.step == stop { flag.cancel(keepingWork: true) }
    }
    #expect(half.kept == LoRATrainer.Kept(step: stop, statePath: broken.statePath))
    #expect(try tensors(half.lora).count == tensors(whole.lora).count)
    broken.resumePath = half.kept?.statePath
    broken.requiresResume = true
    var first: Int?
    let resumed = try train(combination.make(), broken) { event in
      if case .started(let step) = event { first = step }
    }
    #expect(first == stop)
    #expect(try tensors(resumed.lora) == tensors(whole.lora))
  }

  @Test("what is kept of a cancelled run is the LoRA of a run that ends there")
  func keptLoRA() throws {
    func change(_ settings: inout TrainingSettings) {
      settings.schedule = .constant
      settings.emaDecay = 0.9
    }
    let flag = CancellationFlag()
    let kept = try train(MicroCheckpoint.make(), plan(steps: 50, change: change), cancellation: flag) { event in
      if case .progress(let progress) = event, progress.step == 3 { flag.cancel(keepingWork: true) }
    }
    // Nowhere to write a state to.
    #expect(kept.kept == LoRATrainer.Kept(step: 3, statePath: nil))
    let short = try train(MicroCheckpoint.make(), plan(steps: 3, change: change))
    #expect(try tensors(kept.lora) == tensors(short.lora))
  }

  @Test("with a constant rate the last step is kept for a run that goes on for longer, with another it is not")
  func lastState() throws {
    for schedule in TrainingSettings.Schedule.allCases {
      var whole = plan(steps: 2) { $0.schedule = schedule }
      whole.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
      var saved: [Int] = []
      try train(MicroCheckpoint.make(), whole) { event in
        if case .checkpoint(let step, _) = event { saved.append(step) }
      }
      #expect(saved == (schedule == .constant ? [2] : []), "\(schedule)")
    }
  }

  @Test("with a constant rate a run that has ended goes on for longer; with another it may not")
  func longer() throws {
    for schedule in [TrainingSettings.Schedule.constant, .cosine] {
      var short = plan(steps: 2) {
        $0.schedule = schedule
        $0.checkpointInterval = 1
      }
      short.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
      try train(MicroCheckpoint.make(), short)
      var long = plan(steps: 4) { $0.schedule = schedule }
      long.resumePath = short.statePath
      long.requiresResume = true
      if schedule == .constant {
        let resumed = try train(MicroCheckpoint.make(), long)
        let whole = try train(MicroCheckpoint.make(), plan(steps: 4) { $0.schedule = schedule })
        #expect(try tensors(resumed.lora) == tensors(whole.lora))
      } else {
        #expect(throws: TrainingError.self) { try train(MicroCheckpoint.make(), long) }
      }
    }
  }

  @Test("a run that is cancelled to be kept before its first step has nothing to keep")
  func nothingToKeep() throws {
    let flag = CancellationFlag()
    #expect(throws: CancellationError.self) {
      try train(MicroCheckpoint.make(), plan(steps: 3), cancellation: flag) { event in
        if case .started = event { flag.cancel(keepingWork: true) }
      }
    }
  }

  @Test("XL's text encoders are both trained, but for the layer that nothing looks at")
  func xlTextEncoders() throws {
    let trained = try tensors(
      train(MicroCheckpoint.makeXL(), plan(steps: 3) { $0.textEncoderLearningRate = 1e-3 }).lora)
    let ups = trained.filter { $0.key.hasSuffix("lora_up.weight") }
    #expect(ups.count { $0.key.hasPrefix("lora_te1_") } == 6)
    #expect(ups.count { $0.key.hasPrefix("lora_te2_") } == 12)
    for (name, values) in ups { #expect(values.contains { $0 != 0 }, "\(name) is all zeros") }
  }

  @Test("previews of an XL checkpoint are made with the adapter as it is, and with what would be the result")
  func xlPreviews() throws {
    func previews(_ decay: Double?) throws -> [[UInt8]] {
      var pixels: [[UInt8]] = []
      let plan = plan(steps: 3) {
        $0.learningRate = 1e-1
        $0.schedule = .constant
        $0.emaDecay = decay
        $0.previewPrompts = ["{trigger} on red"]
        $0.previewInterval = 1
      }
      try train(MicroCheckpoint.makeXL(), plan) { event in
        if case .preview(_, _, let image) = event { pixels.append(image.pixels) }
      }
      return pixels
    }
    let plain = try previews(nil), averaged = try previews(0.999)
    #expect(plain.count == 3 && plain[0].count == 3 * MicroCheckpoint.side * MicroCheckpoint.side)
    #expect(plain[0] != plain[2])
    // A moving average begins as the adapter itself.
    #expect(averaged[0] == plain[0])
    #expect(averaged[2] != plain[2])
  }

  @Test("the moving average is the result, and lags behind the adapters")
  func movingAverage() throws {
    let plain = try tensors(train(MicroCheckpoint.make(), plan(steps: 4) { $0.schedule = .constant }).lora)
    let averaged = try tensors(
      train(
        MicroCheckpoint.make(),
        plan(steps: 4) {
          $0.schedule = .constant
          $0.emaDecay = 0.999
        }
      ).lora)
    let ups = plain.keys.filter { $0.hasSuffix("lora_up.weight") }
    func size(_ tensors: [String: [Float]]) -> Float {
      ups.flatMap { tensors[$0] ?? [] }.reduce(0) { $0 + $1 * $1 }
    }
    #expect(averaged != plain)
    #expect(size(averaged) > 0 && size(averaged) < size(plain))
  }

  @Test("a checkpoint loaded in another type than asked for is refused")
  func precision() throws {
    let error = #expect(throws: TrainingError.self) {
      try train(MicroCheckpoint.make(), plan(steps: 1) { $0.precision = .bfloat16 })
    }
    guard case .invalidSettings(let faults) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(faults.map(\.field) == ["precision"])
    try train(MicroCheckpoint.make(dtype: .bfloat16), plan(steps: 1) { $0.precision = .bfloat16 })
  }
}

@Suite("Loss")
struct LossTests {
  @Test("an overflow halves the loss scale; two thousand sound steps double it")
  func scaling() {
    var scaler = LossScaler()
    scaler.update(overflowed: true)
    #expect(scaler.scale == 32_768)
    for _ in 0..<1999 { scaler.update(overflowed: false) }
    #expect(scaler.scale == 32_768)
    scaler.update(overflowed: true)
    #expect(scaler.scale == 16_384)
    for _ in 0..<2000 { scaler.update(overflowed: false) }
    #expect(scaler.scale == 32_768)
    for _ in 0..<100_000 { scaler.update(overflowed: false) }
    #expect(scaler.scale == 0x1p32)
  }

  @Test("a step whose gradients overflow moves nothing and lowers the scale")
  func overflow() throws {
    let checkpoint = try MicroCheckpoint.make(dtype: .float16)
    var settings = TrainingSettings(steps: 4, resolution: MicroCheckpoint.side)
    settings.schedule = .constant
    let adapters = try TrainableAdapters(checkpoint, settings, generator: Generator(seed: 1))
    adapters.attach()
    defer { adapters.detach() }
    struct Batches: BatchSource {
      func batch(_ number: Int) throws -> TrainingBatch {
        let side = MicroCheckpoint.side
        return TrainingBatch(
          latents: try Tensor.randn(shape: [1, 4, side / 2, side / 2], generator: Generator(seed: 3)),
          captions: ["sks1"], sizes: [MicroConditioning(width: side, height: side)])
      }
    }
    let loop = TrainingLoop(
      checkpoint: checkpoint, settings: settings, batches: Batches(), adapters: adapters,
      randomness: StepRandomness(seed: 2))
    func ups() throws -> [[Float]] { try adapters.members.map { try $0.adapter.up.floats() } }
    // So much that a float16 gradient cannot hold it.
    var scaler: LossScaler? = try JSONDecoder().decode(
      LossScaler.self, from: Data(#"{"scale": 1e9, "steadySteps": 0}"#.utf8))
    _ = try loop.step(0, scaler: &scaler)
    #expect(scaler?.scale == 5e8)
    #expect(try ups().allSatisfy { $0.allSatisfy { $0 == 0 } })
    scaler = LossScaler()
    _ = try loop.step(1, scaler: &scaler)
    #expect(try ups().contains { $0.contains { $0 != 0 } })
    #expect(scaler?.scale == 65_536)
  }

  @Test("weights of timesteps are finite for every signal-to-noise ratio there is")
  func weighting() {
    for weighting in [LossWeighting.uniform, .minSNR(gamma: 5), .debiased] {
      for prediction in [PredictionType.epsilon, .velocity] {
        for snr in [0, 1e-12, 0.0047, 1, 5, 1e6, .infinity] {
          let weight = weighting.weight(snr: snr, prediction)
          #expect(weight.isFinite && weight >= 0, "\(weighting) \(prediction) at \(snr)")
        }
      }
    }
    #expect(LossWeighting.minSNR(gamma: 5).weight(snr: 20, .epsilon) == 0.25)
    #expect(LossWeighting.minSNR(gamma: 5).weight(snr: 2, .epsilon) == 1)
    #expect(LossWeighting.minSNR(gamma: 5).weight(snr: 0, .epsilon) == 1)
    #expect(LossWeighting.minSNR(gamma: 5).weight(snr: 4, .velocity) == 0.8)
    #expect(LossWeighting.debiased.weight(snr: 4, .epsilon) == 0.5)
    #expect(LossWeighting.debiased.weight(snr: 4, .velocity) == 0.2)
  }

  @Test("a schedule that ends in pure noise has a finite loss at its end, whatever is predicted")
  func zeroTerminal() throws {
    let checkpoint = try MicroCheckpoint.make()
    let generator = try Generator(seed: 6)
    let batch = DiffusionLoss.Batch(
      latents: try Tensor.randn(shape: [2, 4, 8, 8], generator: generator),
      noise: try Tensor.randn(shape: [2, 4, 8, 8], generator: generator), timesteps: [999, 998],
      conditioning: Conditioning(context: try Tensor.randn(shape: [2, 5, 16], generator: generator)))
    for prediction in [PredictionType.epsilon, .velocity] {
      var configuration = SchedulerConfiguration(rescalesBetasToZeroSNR: true)
      configuration.predictionType = prediction
      let schedule = NoiseSchedule(configuration)
      for weighting in [LossWeighting.uniform, .minSNR(gamma: 5), .debiased] {
        let loss = DiffusionLoss(unet: checkpoint.unet, schedule: schedule, weighting: weighting)
        let value = try noGrad { try loss(batch).item() }
        #expect(value.isFinite && value > 0, "\(prediction), \(weighting)")
      }
    }
  }

  @Test("images and places count as much as they are weighed")
  func weights() throws {
    let checkpoint = try MicroCheckpoint.make()
    let loss = DiffusionLoss(
      unet: checkpoint.unet, schedule: NoiseSchedule(checkpoint.schedulerConfiguration), weighting: .uniform)
    let generator = try Generator(seed: 4)
    let latents = try Tensor.randn(shape: [2, 4, 8, 8], generator: generator)
    let noise = try Tensor.randn(shape: [2, 4, 8, 8], generator: generator)
    let context = try Tensor.randn(shape: [2, 5, 16], generator: generator)
    func value(_ samples: [Double]? = nil, _ places: Tensor? = nil) throws -> Double {
      try noGrad {
        try loss(
          DiffusionLoss.Batch(
            latents: latents, noise: noise, timesteps: [100, 700], conditioning: Conditioning(context: context),
            sampleWeights: samples, pixelWeights: places)
        ).item()
      }
    }
    let first = try value([1, 0]), second = try value([0, 1]), both = try value()
    #expect(abs(first + second - both) < 1e-6 * both)
    #expect(abs(try value([1, 3]) - (first + 3 * second)) < 1e-5 * both)
    let left = try Tensor.cat([Tensor.ones(shape: [2, 1, 8, 4]), Tensor.zeros(shape: [2, 1, 8, 4])], dim: 3)
    let halves = try value(nil, left) + value(nil, 1 - left)
    #expect(abs(halves - both) < 1e-6 * both)
    #expect(try value(nil, left) < both)
  }
}
