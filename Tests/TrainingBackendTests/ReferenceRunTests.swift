import Foundation
import MicroCheckpoint
import ModelFiles
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

/// A training run that diffusers, PEFT and PyTorch made (`Tests/Goldens/make_training_goldens.py`).
private struct ReferenceRun {
  static let steps = 20

  let file: Safetensors
  let checkpoint: StableDiffusionCheckpoint

  init(xl: Bool) throws {
    let folder = URL(filePath: #filePath).appending(path: "../../Goldens").standardized
    file = try Safetensors(path: folder.appending(path: "training-\(xl ? "xl" : "sd1").safetensors").path)
    let base = try xl ? MicroCheckpoint.makeXL() : MicroCheckpoint.make()
    var scheduler = base.schedulerConfiguration
    scheduler.predictionType = xl ? .velocity : .epsilon
    checkpoint = try StableDiffusionCheckpoint(
      textTowers: base.textTowers, unet: base.unet, autoencoder: base.autoencoder, schedulerConfiguration: scheduler)
    try load(.unet, checkpoint.unet)
    for tower in checkpoint.textTowers { try load(tower.component, tower.model) }
  }

  /// As diffusers names the folder of a component.
  static func name(_ component: LoRAComponent) -> String {
    switch component {
    case .unet: "unet"
    case .textEncoder: "text_encoder"
    case .textEncoder2: "text_encoder_2"
    }
  }

  private func load(_ component: LoRAComponent, _ model: any Model) throws {
    for (path, tensor) in model.parameters {
      let stored = try file.tensor(named: "\(Self.name(component)).\(path)")
      try #require(stored.shape == tensor.shape, "\(component) \(path)")
      _ = try noGrad { () throws(TorchError) in try tensor.copy_(stored) }
    }
  }

  var settings: TrainingSettings {
    var settings = TrainingSettings(steps: Self.steps, resolution: MicroCheckpoint.side)
    settings.rank = 4
    settings.alpha = 2
    settings.learningRate = 2e-3
    settings.textEncoderLearningRate = 1e-3
    settings.schedule = .cosine
    settings.warmupSteps = 3
    settings.batchSize = 2
    settings.minSNRGamma = 5
    settings.weightDecay = 0.01
    settings.maxGradientNorm = 1
    return settings
  }

  /// - Parameter rows: of the step's two images.
  func batch(_ step: Int, rows: Range<Int> = 0..<2) throws -> DiffusionLoss.Batch {
    func some(_ tensor: Tensor) throws -> Tensor {
      try tensor.narrow(dim: 0, start: rows.lowerBound, length: rows.count)
    }
    func at(_ name: String) throws -> Tensor { try some(file.tensor(named: name).select(dim: 0, index: step)) }
    let tokens = try at("tokens").to(dtype: .int64)
    let outputs = try checkpoint.textTowers.map { try $0.model.forward(tokens) }
    var conditioning: Conditioning
    if checkpoint.family.isXL {
      conditioning = Conditioning(
        context: try Tensor.cat(outputs.map(\.penultimateHiddenState), dim: -1), pooled: outputs[1].pooled,
        timeIDs: try some(file.tensor(named: "sizes")))
    } else {
      conditioning = Conditioning(context: outputs[0].lastHiddenState)
    }
    return DiffusionLoss.Batch(
      latents: try at("latents").to(dtype: .float32), noise: try at("noise").to(dtype: .float32),
      timesteps: try at("timesteps").int64s().map { Int($0) }, conditioning: conditioning)
  }

  /// The run's adapters, by the goldens' names.
  func adapters(_ adapters: TrainableAdapters) -> [(name: String, down: Tensor, up: Tensor)] {
    adapters.members.map { member in
      ("\(Self.name(member.key.component)).\(member.layer.path)", member.adapter.down, member.adapter.up)
    }
  }
}

@Suite("A run beside PyTorch's")
struct ReferenceRunTests {
  /// No batch is drawn: the test hands them over.
  private struct NoBatches: BatchSource {
    func batch(_ number: Int) throws -> TrainingBatch { throw CancellationError() }
  }

  private func train(
    _ run: ReferenceRun, _ settings: TrainingSettings
  ) throws -> (losses: [Double], adapters: TrainableAdapters) {
    let adapters = try TrainableAdapters(run.checkpoint, settings, generator: Generator(seed: 1))
    for (name, down, _) in run.adapters(adapters) {
      _ = try noGrad { try down.copy_(run.file.tensor(named: "start.\(name).down").reshape(down.shape)) }
    }
    adapters.attach()
    defer { adapters.detach() }
    run.checkpoint.unet.activations = settings.gradientCheckpointing ? .recomputed : .kept
    let loop = TrainingLoop(
      checkpoint: run.checkpoint, settings: settings, batches: NoBatches(), adapters: adapters,
      randomness: StepRandomness(seed: 1))
    var scaler: LossScaler?
    var losses: [Double] = []
    for step in 0..<settings.steps {
      losses.append(
        try loop.step(step, scaler: &scaler) { part in
          try run.batch(step, rows: settings.gradientAccumulation == 1 ? 0..<2 : part..<part + 1)
        })
    }
    return (losses, adapters)
  }

  @Test(
    "twenty losses and the final adapters are those of diffusers, PEFT and PyTorch, also image by image",
    arguments: [false, true], [1, 2])
  func reference(xl: Bool, accumulation: Int) throws {
    let run = try ReferenceRun(xl: xl)
    var settings = run.settings
    settings.gradientAccumulation = accumulation
    settings.batchSize = 2 / accumulation
    let (losses, adapters) = try train(run, settings)
    let wanted = try run.file.tensor(named: "losses").doubles()
    #expect(losses.count == ReferenceRun.steps && wanted.count == losses.count)
    let apart = zip(losses, wanted).map { abs($0 - $1) / $1 }.max() ?? .infinity
    #expect(apart < 1e-6, "losses are \(apart) apart")

    var worst = 0.0
    for (name, down, up) in run.adapters(adapters) {
      for (matrix, tensor) in [("down", down), ("up", up)] {
        let end = try run.file.tensor(named: "end.\(name).\(matrix)").reshape(tensor.shape)
        let difference = try (tensor.detach() - end).norm().item() / end.norm().item()
        worst = max(worst, difference)
      }
    }
    // Every adapter of the reference has its like here.
    #expect(run.file.names.count { $0.hasPrefix("end.") } == 2 * adapters.members.count)
    #expect(worst < 1e-5, "matrices are \(worst) apart")
  }

  @Test("recomputing activations changes no bit of the losses and of the adapters", arguments: [false, true])
  func recomputation(xl: Bool) throws {
    func train(_ recomputes: Bool) throws -> ([Double], [[UInt8]]) {
      let run = try ReferenceRun(xl: xl)
      var settings = run.settings
      settings.gradientCheckpointing = recomputes
      let (losses, adapters) = try self.train(run, settings)
      return (losses, try adapters.members.flatMap { [try $0.adapter.down.bytes(), try $0.adapter.up.bytes()] })
    }
    let kept = try train(false), recomputed = try train(true)
    #expect(kept.0 == recomputed.0)
    #expect(kept.1 == recomputed.1)
  }

  @Test("recomputed activations take less memory at once than kept ones", arguments: [false, true])
  func memory(xl: Bool) throws {
    let run = try ReferenceRun(xl: xl)
    let unet = run.checkpoint.unet
    let adapters = try TrainableAdapters(run.checkpoint, run.settings, generator: Generator(seed: 1))
    adapters.attach()
    defer { adapters.detach() }
    let generator = try Generator(seed: 2)
    let latents = try Tensor.randn(shape: [2, 4, 32, 32], generator: generator)
    let conditioning = try run.batch(0).conditioning.detached()
    func peak(_ activations: Activations) throws -> Int {
      unet.activations = activations
      return try Torch.peakAllocation {
        let prediction = try unet.forward(latents, timesteps: Tensor([500] as [Float]), conditioning: conditioning)
        try prediction.pow(2).mean().backward()
      }
    }
    let kept = try peak(.kept), recomputed = try peak(.recomputed)
    #expect(kept > 1 << 20)
    #expect(Double(recomputed) < 0.6 * Double(kept), "\(recomputed) bytes beside \(kept)")
  }
}
