import Foundation
import Images
import MicroCheckpoint
import StableDiffusion
import Torch

@testable import TrainingBackend

/// What a run told, in order.
final class Recorder {
  var events: [TrainingEvent] = []

  var progress: [TrainingProgress] {
    events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
  }
  var warnings: [String] { events.compactMap { if case .warning(let text) = $0 { text } else { nil } } }
  var previews: [String] {
    events.compactMap { if case .preview(let step, let prompt, _) = $0 { "\(step) \(prompt)" } else { nil } }
  }
  var savedSteps: [Int] { events.compactMap { if case .checkpoint(let step, _) = $0 { step } else { nil } } }
}

/// A suite of runs of a few steps on three images of one colour each.
protocol ShortRuns {}

extension ShortRuns {
  func image(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> TrainingExample.Source {
    .image(PixelImage(width: 24, height: 20, red: red, green: green, blue: blue))
  }

  func plan(steps: Int, change: (inout TrainingSettings) -> Void = { _ in }) -> LoRATrainer.Plan {
    var settings = TrainingSettings(steps: steps, resolution: MicroCheckpoint.side)
    settings.rank = 4
    settings.learningRate = 2e-3
    settings.batchSize = 2
    settings.seed = 11
    change(&settings)
    return LoRATrainer.Plan(
      settings: settings,
      examples: [
        TrainingExample(id: "red", source: image(220, 30, 40), caption: "sks1 red"),
        TrainingExample(id: "green", source: image(20, 200, 60), caption: "a sks1, green"),
        TrainingExample(id: "blue", source: image(40, 50, 230), caption: "blue sks1"),
      ],
      triggerWord: "sks1")
  }

  @discardableResult
  func train(
    _ checkpoint: StableDiffusionCheckpoint, _ plan: LoRATrainer.Plan, _ recorder: Recorder = Recorder(),
    cancellation: CancellationFlag = CancellationFlag(), onEvent: (TrainingEvent) throws -> Void = { _ in }
  ) throws -> LoRATrainer.Outcome {
    try withoutActuallyEscaping(onEvent) { onEvent in
      try LoRATrainer(checkpoint, plan, cancellation: cancellation) { event in
        recorder.events.append(event)
        try onEvent(event)
      }.run()
    }
  }

  func tensors(_ lora: [UInt8]) throws -> [String: [Float]] {
    let path = try MicroCheckpoint.temporaryFolder("trained") + "/lora.safetensors"
    try Data(lora).write(to: URL(filePath: path))
    let file = try Safetensors(path: path)
    var result: [String: [Float]] = [:]
    for name in file.names { result[name] = try file.tensor(named: name).floats() }
    return result
  }
}
