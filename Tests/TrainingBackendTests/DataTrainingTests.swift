import Foundation
import Images
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("Training on all kinds of data")
struct DataTrainingTests {
  /// Images of three shapes, one with a mask, in every setting that concerns data.
  private func plan(
    steps: Int, _ change: (inout TrainingSettings) -> Void = { _ in }
  ) -> LoRATrainer.Plan {
    var settings = TrainingSettings(steps: steps, resolution: MicroCheckpoint.side)
    settings.rank = 2
    settings.learningRate = 2e-3
    settings.batchSize = 2
    settings.seed = 11
    settings.aspectRatioBuckets = true
    settings.shuffleCaptions = true
    settings.captionDropout = 0.3
    settings.randomFlip = true
    settings.unmaskedWeight = 0.1
    settings.priorPreservation = .init(classPrompt: "a bird", imageCount: 3, weight: 0.5)
    change(&settings)
    var mask = PixelImage(width: 40, height: 20, red: 0, green: 0, blue: 0)
    mask.paste(PixelImage(width: 20, height: 20, red: 255, green: 255, blue: 255), left: 0, top: 0)
    let shapes = [(40, 20), (20, 40), (20, 20), (42, 20), (22, 22)]
    return LoRATrainer.Plan(
      settings: settings,
      examples: shapes.enumerated().map { index, shape in
        TrainingExample(
          id: "image\(index)", source: .image(LintTests.picture(index, width: shape.0, height: shape.1)),
          caption: "sks1, thing \(index), seen, from afar", mask: index == 0 ? .image(mask) : nil)
      }, triggerWord: "sks1")
  }

  private func run(
    _ plan: LoRATrainer.Plan, cancellation: CancellationFlag = CancellationFlag(),
    onEvent: @escaping (TrainingEvent) throws -> Void = { _ in }
  ) throws -> LoRATrainer.Outcome {
    try LoRATrainer(MicroCheckpoint.make(), plan, cancellation: cancellation, onEvent: onEvent).run()
  }

  /// Everything behind the header, which holds times of day.
  private func tensors(_ lora: [UInt8]) -> ArraySlice<UInt8> {
    lora.dropFirst(8 + (0..<8).reduce(0) { $0 | Int(lora[$1]) << (8 * $1) })
  }

  private func prepared(_ plan: LoRATrainer.Plan) throws -> (PreparedData, CachedBatches) {
    let preparation = DataPreparation(
      checkpoint: try MicroCheckpoint.make(), plan: plan, captions: plan.examples.map(\.caption),
      cancellation: CancellationFlag(), onEvent: { _ in })
    let data = try preparation.run(), randomness = StepRandomness(seed: plan.settings.seed)
    return (
      data,
      CachedBatches(
        settings: plan.settings, triggerWord: plan.triggerWord, data: data,
        classImages: try preparation.classImages(data, randomness), randomness: randomness)
    )
  }

  @Test("batches have the shape of their bucket, masks where an image has one, and class images behind the others")
  func batches() throws {
    let (data, batches) = try prepared(plan(steps: 1))
    #expect(data.sizes.map(\.images).reduce(0, +) == 5 && data.sizes.count == 3)
    var shapes: Set<[Int]> = []
    var masked = 0
    for number in 0..<15 {
      let batch = try batches.batch(number)
      #expect(batch.latents.shape[0] == 4 && batch.captions.count == 4 && batch.sizes.count == 4)
      #expect(batch.captions[2...] == ["a bird", "a bird"])
      #expect(batch.sampleWeights == [2, 2, 1, 1])
      let size = try #require(batch.sizes.first)
      #expect(batch.latents.shape[2] == size.targetHeight / 2 && batch.latents.shape[3] == size.targetWidth / 2)
      shapes.insert(batch.latents.shape)
      if let weights = batch.pixelWeights {
        masked += 1
        #expect(weights.shape == [4, 1, batch.latents.shape[2], batch.latents.shape[3]])
        #expect(try weights.narrow(dim: 0, start: 2, length: 2).min().item() == 1)
        #expect(abs(try weights.min().item() - 0.1) < 1e-6)
      }
    }
    #expect(shapes.count == 3 && masked > 0 && masked < 15)
  }

  @Test("a run on such data that was stopped and taken up again gives the same LoRA, bit for bit")
  func resume() throws {
    let whole = try tensors(run(plan(steps: 6)).lora)
    for stop in [2, 5] {
      var broken = plan(steps: 6)
      broken.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
      let flag = CancellationFlag()
      #expect(throws: CancellationError.self) {
        _ = try run(broken, cancellation: flag) { event in
          if case .progress(let progress) = event, progress.step == stop { flag.cancel() }
        }
      }
      broken.resumePath = broken.statePath
      // A run that started over would give the same LoRA.
      broken.requiresResume = true
      var first: Int?
      let outcome = try run(broken) { event in
        if case .progress(let progress) = event, first == nil { first = progress.step }
      }
      #expect(tensors(outcome.lora) == whole, "stopped after step \(stop)")
      #expect(first == stop + 1)
    }
  }

  @Test("a state of a run with other masks, another trigger word, order or fewer images is not taken up")
  func foreignData() throws {
    var first = plan(steps: 4) { $0.checkpointInterval = 2 }
    first.statePath = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    _ = try run(first)
    first.resumePath = first.statePath
    first.requiresResume = true
    var changed = first
    changed.examples[0].mask = nil
    #expect(throws: TrainingError.self) { _ = try run(changed) }
    changed = first
    changed.examples.reverse()
    #expect(throws: TrainingError.self) { _ = try run(changed) }
    changed = first
    // A word of every caption: these stay as they are.
    changed.triggerWord = "seen"
    #expect(throws: TrainingError.self) { _ = try run(changed) }
    changed = first
    changed.continuesOnRejection = true
    changed.examples[4].source = .file(path: "/nowhere/at.all")
    #expect(throws: TrainingError.self) { _ = try run(changed) }
    _ = try run(first)
  }

  @Test("a prompt that cannot be read fails the run before anything is prepared")
  func badPrompts() throws {
    var told = 0
    #expect(throws: PromptError.self) {
      let previewed = plan(steps: 4) {
        $0.previewPrompts = ["a (bird:99)"]
        $0.previewInterval = 4
      }
      _ = try run(previewed) { _ in told += 1 }
    }
    #expect(throws: PromptError.self) {
      _ = try run(plan(steps: 4) { $0.priorPreservation?.classPrompt = "a (bird:99)" }) { _ in told += 1 }
    }
    #expect(told == 0)
  }

  @Test("each of the data's settings changes what is learned")
  func effects() throws {
    let base = try tensors(run(plan(steps: 3)).lora)
    let changes: [(String, (inout TrainingSettings) -> Void)] = [
      ("buckets", { $0.aspectRatioBuckets = false }), ("shuffling", { $0.shuffleCaptions = false }),
      ("flips", { $0.randomFlip = false }), ("masks", { $0.unmaskedWeight = 1 }),
      ("class images", { $0.priorPreservation = nil }),
      ("class weight", { $0.priorPreservation?.weight = 2 }),
    ]
    for (name, change) in changes {
      #expect(try tensors(run(plan(steps: 3, change)).lora) != base, "\(name)")
    }
  }

  @Test("class images are told of, and the wish to stop ends their making")
  func classImagesAreCancellable() throws {
    let flag = CancellationFlag()
    var made: [Int] = []
    #expect(throws: CancellationError.self) {
      _ = try run(plan(steps: 3), cancellation: flag) { event in
        guard case .preparing(let count, 3) = event else { return }
        made.append(count)
        flag.cancel()
      }
    }
    #expect(made == [1])
  }

  @Test("a mask that leaves nothing rejects its image")
  func blackMask() throws {
    var plan = plan(steps: 1) { $0.unmaskedWeight = 0 }
    plan.examples[1].mask = .image(PixelImage(width: 20, height: 40, red: 0, green: 0, blue: 0))
    let error = #expect(throws: TrainingError.self) { _ = try run(plan) }
    guard case .imagesRejected(let rejections) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(rejections.map(\.image) == ["image1"])
    #expect(rejections[0].reason.contains("white"))
  }

  @Test("a tune that learned nothing is not sound, and one that was kept is the user's to judge")
  func nothingLearned() throws {
    let error = #expect(throws: TrainingError.self) { _ = try run(plan(steps: 2) { $0.learningRate = 1e-12 }) }
    guard case .unsound(let health) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(health.zeroLayers == health.layers && health.layers > 0)
    let flag = CancellationFlag()
    let kept = try run(plan(steps: 5) { $0.learningRate = 1e-12 }, cancellation: flag) { event in
      if case .progress(let progress) = event, progress.step == 2 { flag.cancel(keepingWork: true) }
    }
    #expect(kept.kept?.step == 2 && !kept.health.faults.isEmpty)
  }
}
