import Foundation
import Images
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("Training")
struct TrainingTests: ShortRuns {
  @Test("every up matrix has moved after training, and the checkpoint itself has not")
  func learns() throws {
    let checkpoint = try MicroCheckpoint.make()
    let weights = try MicroCheckpoint.parameters(of: checkpoint)
    let outcome = try train(checkpoint, plan(steps: 3))
    let trained = try tensors(outcome.lora)
    let ups = trained.filter { $0.key.hasSuffix("lora_up.weight") }
    #expect(!ups.isEmpty)
    for (name, values) in ups { #expect(values.contains { $0 != 0 }, "\(name) is all zeros") }
    #expect(trained.count == outcome.tensorCount)
    #expect(trained.filter { $0.key.hasSuffix(".alpha") }.values.allSatisfy { $0 == [4] })
    #expect(try MicroCheckpoint.parameters(of: checkpoint) == weights)
    #expect(checkpoint.unet.store.layers.allSatisfy { $0.adapters.isEmpty })
  }

  @Test("the loss falls on images that can be memorised")
  func lossFalls() throws {
    let checkpoint = try MicroCheckpoint.make()
    let recorder = Recorder()
    try train(
      checkpoint,
      plan(steps: 250) {
        $0.learningRate = 1e-2
        $0.batchSize = 4
        $0.minSNRGamma = nil
        $0.captionDropout = 0
        $0.warmupSteps = 5
      }, recorder)
    let losses = recorder.progress.map(\.loss)
    let first = losses.prefix(40).reduce(0, +) / 40, last = losses.suffix(40).reduce(0, +) / 40
    #expect(last < 0.9 * first, "from \(first) to \(last)")
  }

  @Test("a run stopped at any step and taken up again gives the same LoRA, bit for bit", arguments: [false, true])
  func resume(trainsTextEncoder: Bool) throws {
    func change(_ settings: inout TrainingSettings) {
      settings.textEncoderLearningRate = trainsTextEncoder ? 1e-3 : nil
      settings.noiseOffset = 0.1
      settings.captionDropout = 0.3
      settings.randomFlip = true
      settings.warmupSteps = 2
      settings.checkpointInterval = 3
    }
    let whole = try tensors(train(MicroCheckpoint.make(), plan(steps: 8, change: change)).lora)
    for stop in [1, 3, 5, 7] {
      var broken = plan(steps: 8, change: change)
      broken.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
      let flag = CancellationFlag()
      #expect(throws: CancellationError.self) {
        try train(MicroCheckpoint.make(), broken, cancellation: flag) { event in
          if case .progress(let progress) = event, progress.step == stop { flag.cancel() }
        }
      }
      broken.resumePath = broken.statePath
      let recorder = Recorder()
      // A checkpoint loaded anew, as in another process.
      let resumed = try tensors(train(MicroCheckpoint.make(), broken, recorder).lora)
      #expect(recorder.progress.first?.step == stop + 1)
      #expect(resumed == whole, "stopped after step \(stop)")
    }
  }

  @Test("another seed gives another LoRA; the same seed the same")
  func seeds() throws {
    let first = try tensors(train(MicroCheckpoint.make(), plan(steps: 2)).lora)
    #expect(try tensors(train(MicroCheckpoint.make(), plan(steps: 2)).lora) == first)
    #expect(try tensors(train(MicroCheckpoint.make(), plan(steps: 2) { $0.seed = 12 }).lora) != first)
  }

  @Test("a state of another run is not taken up: the run starts over and says so")
  func foreignState() throws {
    var first = plan(steps: 4) { $0.checkpointInterval = 2 }
    first.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    try train(MicroCheckpoint.make(), first)
    var second = plan(steps: 4) { $0.learningRate = 1e-3 }
    second.resumePath = first.statePath
    let recorder = Recorder()
    try train(MicroCheckpoint.make(), second, recorder)
    #expect(recorder.progress.first?.step == 1)
    #expect(recorder.warnings.contains { $0.contains("starts from its first step") })
  }

  @Test("a state whose optimiser tensors do not fit is not taken up", arguments: ["average", "step"])
  func misshapenState(part: String) throws {
    var first = plan(steps: 4) { $0.checkpointInterval = 2 }
    let folder = try MicroCheckpoint.temporaryFolder("state")
    first.statePath = "\(folder)/state.safetensors"
    try train(MicroCheckpoint.make(), first)
    let file = try Safetensors(path: "\(folder)/state.safetensors")
    let spoilt = try #require(file.names.first { $0.hasSuffix(".down.\(part)") })
    let tensors = try file.names.map { name in
      (name, name == spoilt ? try Tensor.zeros(shape: [3, 3, 3]) : try file.tensor(named: name))
    }
    try Safetensors.write(tensors, metadata: file.metadata, to: "\(folder)/spoilt.safetensors")
    first.resumePath = "\(folder)/spoilt.safetensors"
    let recorder = Recorder()
    try train(MicroCheckpoint.make(), first, recorder)
    #expect(recorder.progress.first?.step == 1)
    #expect(
      recorder.warnings.contains { $0.contains("of shape [3, 3, 3]") && $0.contains("starts from its first step") })
  }

  @Test("a last step that leaves no finite matrices fails the tune as diverged")
  func divergenceInLastStep() throws {
    let error = #expect(throws: TrainingError.self) {
      try train(
        MicroCheckpoint.make(),
        plan(steps: 1) {
          $0.alpha = 65_536
          $0.learningRate = 1
          $0.rank = 1
          $0.maxGradientNorm = nil
          $0.warmupSteps = 0
        })
    }
    guard case .unsound(let health) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(health.nonFiniteLayers > 0)
  }

  @Test("cancelling stops within one step and keeps what was learned")
  func cancellation() throws {
    var cancelled = plan(steps: 500)
    cancelled.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    let flag = CancellationFlag(), recorder = Recorder()
    let checkpoint = try MicroCheckpoint.make()
    #expect(throws: CancellationError.self) {
      try train(checkpoint, cancelled, recorder, cancellation: flag) { event in
        if case .progress(let progress) = event, progress.step == 4 { flag.cancel() }
      }
    }
    #expect(recorder.progress.last?.step == 4)
    #expect(recorder.savedSteps == [4])
    #expect(checkpoint.unet.store.layers.allSatisfy { $0.adapters.isEmpty })
  }

  @Test("a training checkpoint that cannot be written is warned of, and the run goes on to the same LoRA")
  func unwritableState() throws {
    func change(_ settings: inout TrainingSettings) { settings.checkpointInterval = 1 }
    var stateless = plan(steps: 3, change: change)
    stateless.statePath = try MicroCheckpoint.temporaryFolder("state") + "/missing/state.safetensors"
    let recorder = Recorder()
    let lora = try tensors(train(MicroCheckpoint.make(), stateless, recorder).lora)
    #expect(lora == (try tensors(train(MicroCheckpoint.make(), plan(steps: 3, change: change)).lora)))
    #expect(recorder.savedSteps.isEmpty)
    #expect(recorder.warnings.count { $0.contains("could not be written") } == 2)
  }

  @Test("the text encoder is adapted only when it is trained, at its own rate")
  func textEncoder() throws {
    let without = try tensors(train(MicroCheckpoint.make(), plan(steps: 2)).lora)
    #expect(!without.keys.contains { $0.hasPrefix("lora_te_") })
    let with = try tensors(train(MicroCheckpoint.make(), plan(steps: 2) { $0.textEncoderLearningRate = 1e-3 }).lora)
    let ups = with.filter { $0.key.hasPrefix("lora_te_") && $0.key.hasSuffix("lora_up.weight") }
    #expect(ups.count == 12)
    #expect(ups.values.allSatisfy { $0.contains { $0 != 0 } })
  }

  @Test("attention alone leaves the feed-forward layers and projections out")
  func targets() throws {
    let trained = try tensors(train(MicroCheckpoint.make(), plan(steps: 1) { $0.targets = .attention }).lora)
    #expect(trained.keys.allSatisfy { $0.contains("_attn1_") || $0.contains("_attn2_") })
    #expect(!trained.isEmpty)
  }

  @Test("a velocity model trains too")
  func velocity() throws {
    var configuration = SchedulerConfiguration()
    configuration.predictionType = .velocity
    let base = try MicroCheckpoint.make()
    let checkpoint = try StableDiffusionCheckpoint(
      textTowers: base.textTowers, unet: base.unet, autoencoder: base.autoencoder,
      schedulerConfiguration: configuration)
    let recorder = Recorder()
    try train(checkpoint, plan(steps: 3), recorder)
    #expect(recorder.progress.count == 3)
  }

  @Test("previews are made at the interval and at the end, and change nothing of what is learned")
  func previews() throws {
    let recorder = Recorder()
    let plain = try tensors(train(MicroCheckpoint.make(), plan(steps: 5)).lora)
    let previewed = try tensors(
      train(
        MicroCheckpoint.make(),
        plan(steps: 5) {
          $0.previewPrompts = ["{trigger} on red"]
          $0.previewInterval = 2
        }, recorder
      ).lora)
    #expect(previewed == plain)
    var seen: [Int] = []
    for case .preview(let step, let prompt, let image) in recorder.events {
      seen.append(step)
      #expect(prompt == "sks1 on red")
      #expect(image.width == MicroCheckpoint.side && image.height == MicroCheckpoint.side)
    }
    #expect(seen == [2, 4, 5])
  }

  @Test(
    "a run stopped amid a step's previews keeps the step, and the run that goes on makes them all", arguments: [2, 4])
  func previewsAfterResume(stop: Int) throws {
    func change(_ settings: inout TrainingSettings) {
      settings.previewPrompts = ["{trigger} on red", "{trigger} on green"]
      settings.previewInterval = 2
      settings.checkpointInterval = 2
    }
    let whole = try tensors(train(MicroCheckpoint.make(), plan(steps: 4, change: change)).lora)
    var broken = plan(steps: 4, change: change)
    broken.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    let flag = CancellationFlag(), first = Recorder()
    #expect(throws: CancellationError.self) {
      try train(MicroCheckpoint.make(), broken, first, cancellation: flag) { event in
        if case .preview(stop, _, _) = event { flag.cancel() }
      }
    }
    #expect(first.previews.last == "\(stop) sks1 on red")
    #expect(first.savedSteps.last == stop)
    broken.resumePath = broken.statePath
    let second = Recorder()
    #expect(try tensors(train(MicroCheckpoint.make(), broken, second).lora) == whole)
    #expect(second.progress.first?.step == (stop == 4 ? nil : stop + 1))
    let expected = stride(from: stop, through: 4, by: 2).flatMap { ["\($0) sks1 on red", "\($0) sks1 on green"] }
    #expect(second.previews == expected)
  }

  @Test("a step's previews come before its state, so that no run goes on behind previews that were never made")
  func previewsBeforeState() throws {
    var previewed = plan(steps: 3) {
      $0.previewPrompts = ["{trigger} on red"]
      $0.previewInterval = 2
      $0.checkpointInterval = 2
    }
    previewed.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    let recorder = Recorder()
    try train(MicroCheckpoint.make(), previewed, recorder)
    let order = recorder.events.compactMap { event in
      switch event {
      case .preview(let step, _, _): "preview \(step)"
      case .checkpoint(let step, _): "state \(step)"
      default: nil
      }
    }
    #expect(order == ["preview 2", "state 2", "preview 3"])
  }

  @Test("a loss that is not a number ends the run with a typed error")
  func divergence() throws {
    let checkpoint = try MicroCheckpoint.make()
    let weight = try #require(checkpoint.unet.parameters.first).tensor
    try noGrad { () throws(TorchError) in _ = try weight.fill_(.nan) }
    let error = #expect(throws: TrainingError.self) { try train(checkpoint, plan(steps: 3)) }
    guard case .diverged(step: 1, let loss) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(loss.isNaN)
  }

  @Test("a caption without the trigger word gets it, with a warning")
  func triggerWord() throws {
    #expect(Captions.withTrigger("a red bird", trigger: "sks1") == ("sks1, a red bird", true))
    #expect(Captions.withTrigger("a SKS1 bird", trigger: "sks1") == ("a SKS1 bird", false))
    #expect(Captions.withTrigger("asks1b", trigger: "sks1") == ("sks1, asks1b", true))
    #expect(Captions.withTrigger("  ", trigger: "sks1") == ("sks1", true))
    #expect(Captions.withTrigger(" a bird ", trigger: "") == ("a bird", false))
    var changed = plan(steps: 1)
    changed.examples[1].caption = "green"
    let recorder = Recorder()
    try train(MicroCheckpoint.make(), changed, recorder)
    #expect(recorder.warnings.contains { $0.hasPrefix("1 of 3 captions lack the trigger word") })
  }

  @Test("an image that is none is named; with leave to go on, the rest is trained on")
  func rejection() throws {
    var rejecting = plan(steps: 1)
    let path = try MicroCheckpoint.temporaryFolder("images") + "/not-an-image.png"
    try Data("hello".utf8).write(to: URL(filePath: path))
    rejecting.examples.append(TrainingExample(id: "text", source: .file(path: path), caption: "sks1"))
    let error = #expect(throws: TrainingError.self) { try train(MicroCheckpoint.make(), rejecting) }
    guard case .imagesRejected(let rejections) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(rejections.map(\.image) == ["text"])
    rejecting.continuesOnRejection = true
    let outcome = try train(MicroCheckpoint.make(), rejecting)
    #expect(outcome.rejections.map(\.image) == ["text"])
    rejecting.examples.removeFirst(3)
    #expect(throws: TrainingError.self) { try train(MicroCheckpoint.make(), rejecting) }
  }

  @Test("every setting out of range is named at once")
  func settings() throws {
    let wrong = plan(steps: 0) {
      $0.rank = 0
      $0.learningRate = .nan
      $0.resolution = 17
      $0.batchSize = 65
      $0.captionDropout = 1.5
    }
    let error = #expect(throws: TrainingError.self) { try train(MicroCheckpoint.make(), wrong) }
    guard case .invalidSettings(let faults) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(
      Set(faults.map(\.field))
        == ["steps", "rank", "learning_rate", "resolution", "batch_size", "caption_dropout"])
  }

  @Test("an inpainting model is refused, for its network wants more than latents")
  func inpaintingModel() throws {
    let error = #expect(throws: TrainingError.self) {
      try train(MicroCheckpoint.make(takesMask: true), plan(steps: 1))
    }
    guard case .invalidSettings(let faults) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(faults.map(\.field) == ["base_checkpoint"])
  }

  @Test("a checkpoint whose sides step by more than the largest resolution refuses every one")
  func hugeStep() throws {
    for resolution in [512, 4096] {
      let error = #expect(throws: TrainingError.self) {
        try TrainingSettings(steps: 1, resolution: resolution).validate(sideMultiple: 4096)
      }
      guard case .invalidSettings(let faults) = error else {
        Issue.record("threw \(String(describing: error))")
        return
      }
      #expect(faults.map(\.field) == ["resolution"])
    }
  }

  @Test("learning rates warm up, then follow their schedule to the end")
  func schedules() {
    var settings = TrainingSettings(steps: 110, resolution: 64)
    settings.warmupSteps = 10
    for schedule in [TrainingSettings.Schedule.constant, .linear, .cosine] {
      settings.schedule = schedule
      #expect(settings.rateFactor(at: 0) == 0)
      #expect(settings.rateFactor(at: 4) < settings.rateFactor(at: 9))
      #expect(settings.rateFactor(at: 10) == 1)
    }
    settings.schedule = .linear
    #expect(abs(settings.rateFactor(at: 60) - 0.5) < 1e-12)
    settings.schedule = .cosine
    #expect(abs(settings.rateFactor(at: 60) - 0.5) < 1e-12)
    #expect(settings.rateFactor(at: 109) < 0.01)
  }

  @Test("every epoch shows each image once, in an order of its own")
  func epochs() throws {
    let randomness = StepRandomness(seed: 5)
    var seen: [Int] = []
    for step in 0..<15 { seen += try randomness.batch(step: step, size: 2, count: 10) }
    for epoch in 0..<3 { #expect(Set(seen[epoch * 10..<(epoch + 1) * 10]) == Set(0..<10)) }
    #expect(seen[0..<10] != seen[10..<20])
  }
}
