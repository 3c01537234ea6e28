import Images
import StableDiffusion
import Torch

/// Makes images on one device. Not for two threads at once: a request hangs its LoRAs on the shared model.
package final class SamplingEngine {
  private let models: WarmCheckpoints
  private let imagesPerBatch: Int
  private let threads: Int?

  /// - Parameters:
  ///   - dtype: what the networks compute in; latents are float32 throughout.
  ///   - warmBytes: parameters that are kept loaded between requests.
  ///   - imagesPerBatch: images that go through the U-Net together. With 1 an image's bits depend on nothing but its
  ///     own seed. With more it stays the same picture, but matrix products of another size may round the last bit
  ///     otherwise.
  ///   - threads: for one CPU operation; nil: as suits the model.
  package init(
    device: Device = .cpu, dtype: DType = .float32, warmBytes: Int = 6 << 30, imagesPerBatch: Int = 1,
    threads: Int? = nil
  ) {
    models = WarmCheckpoints(device: device, dtype: dtype, budget: warmBytes)
    self.imagesPerBatch = max(imagesPerBatch, 1)
    self.threads = threads
  }

  /// Digests of the models in memory, the last used one last.
  package var warmCheckpoints: [String] { models.digests }

  /// Makes every image that is not finished yet, in the order of the seeds.
  ///
  /// - Parameters:
  ///   - cancellation: looked at before every step.
  ///   - onEvent: called on this thread; what it throws ends the run.
  /// - Throws: `SamplingError`, `CancellationError`, or what the layers below throw. The model is as before then.
  package func run(
    _ request: SamplingRequest, cancellation: CancellationFlag, onEvent: (SamplingEvent) throws -> Void
  ) throws {
    do {
      try sample(request, cancellation: cancellation, onEvent: onEvent)
    } catch {
      // The next request starts with all the memory there is.
      if Self.isOutOfMemory(error) { models.removeAll() }
      throw error
    }
  }

  /// Loading a model or a LoRA wraps what the tensor library throws in errors of its own.
  static func isOutOfMemory(_ error: any Error) -> Bool {
    switch error {
    case let error as TorchError: error.kind == .outOfMemory
    case CheckpointError.torch(let error): error.kind == .outOfMemory
    case LoRAError.torch(let error), LoRAError.file(.torch(let error)): error.kind == .outOfMemory
    default: false
    }
  }

  private func sample(
    _ asked: SamplingRequest, cancellation: CancellationFlag, onEvent: (SamplingEvent) throws -> Void
  ) throws {
    var request = asked
    try request.checkSupport()
    let sampler = try SamplerCatalog.named(request.sampler)
    try cancellation.check()
    let checkpoint = try models.checkpoint(request.checkpoint)
    try ComputeThreads.use(threads, for: checkpoint)
    let synthesizer = ImageSynthesizer(checkpoint)
    // A checkpoint's own size is held to the same bounds as one that was asked for.
    let (width, height) = (asked.width ?? synthesizer.nativeSide, asked.height ?? synthesizer.nativeSide)
    request.width = width
    request.height = height
    try request.validate(sideMultiple: synthesizer.pixelsPerLatent)

    let adapters = checkpoint.adapterSet
    var attached: [String] = []
    var hashes: [String?] = []
    defer { for name in attached { adapters.detach(name: name) } }
    for (index, lora) in request.loras.enumerated() {
      let file = try LoRAFile(path: lora.file.path)
      let name = "request.\(index)"
      try adapters.attach(file, name: name, weight: lora.weight)
      attached.append(name)
      hashes.append(file.metadata["sshs_model_hash"])
    }
    for (field, text) in [("prompt", request.prompt), ("negative prompt", request.negativePrompt)] {
      let overflow = PromptEncoder(checkpoint).overflow(text)
      if overflow > 0 {
        try onEvent(
          .warning("the last \(overflow) tokens of the \(field) do not fit the text encoder and are not seen"))
      }
    }

    let rescale = request.guidanceRescale ?? synthesizer.nativeGuidanceRescale
    var work = ImageSynthesizer.Request(
      prompt: request.prompt, sampler: sampler, steps: request.steps,
      guidance: Guidance(scale: request.guidanceScale, rescale: rescale), width: width, height: height)
    work.negativePrompt = request.negativePrompt
    work.samplerOptions = request.samplerOptions
    let picture = try StartingPicture(request, width: width, height: height)
    work.start = try picture?.start()
    if let refinement = request.refinement {
      work.refinement = ImageSynthesizer.Refinement(
        checkpoint: try models.checkpoint(refinement.checkpoint), highNoiseFraction: refinement.highNoiseFraction)
    }
    let recipe = try synthesizer.recipe(work)
    let infotext = Infotext(request: request, sampler: sampler, width: width, height: height, loraHashes: hashes)

    let pending = request.seeds.indices.filter { !request.finishedIndices.contains($0) }
    var meter = StepMeter(
      finished: recipe.totalSteps * (request.seeds.count - pending.count), pending: recipe.totalSteps * pending.count)
    let denoising = DenoisingBatch(imagesPerCall: imagesPerBatch)
    for first in stride(from: 0, to: pending.count, by: imagesPerBatch) {
      let indices = Array(pending[first..<min(first + imagesPerBatch, pending.count)])
      let runs = try indices.map { try recipe.run(seed: request.seeds[$0]) }
      while runs.contains(where: { !$0.isFinished }) {
        for run in runs {
          run.keepsClean = request.previewInterval > 0 && (run.step + 1) % request.previewInterval == 0
        }
        try cancellation.check()
        try denoising.step(runs)
        for (index, run) in zip(indices, runs) {
          try onEvent(.progress(meter.advance()))
          guard run.keepsClean, !run.isFinished, let clean = run.clean else { continue }
          let image = PixelImage(width: width, height: height, pixels: try recipe.preview(clean))
          try onEvent(.preview(index: index, step: run.step, png: Images.encode(image, as: .png, text: nil)))
        }
      }
      for (index, run) in zip(indices, runs) {
        let painted = PixelImage(width: width, height: height, pixels: try recipe.picture(run.latents))
        let image = try picture?.finished(painted) ?? painted
        let text = infotext.text(seed: run.seed, longest: request.encoding.longestText)
        let encoded = try Images.encode(image, as: request.encoding, text: text)
        try onEvent(.image(SampledImage(index: index, seed: run.seed, pixels: image, encoded: encoded)))
      }
    }
  }
}

/// Counts denoising steps and their pace. The steps of images that an earlier run finished are done, but say nothing
/// of this run's pace.
private struct StepMeter {
  private let finished: Int
  private let pending: Int
  private var done = 0
  private let begun = ContinuousClock.now

  init(finished: Int, pending: Int) {
    self.finished = finished
    self.pending = pending
  }

  mutating func advance() -> SamplingProgress {
    done += 1
    let elapsed = (ContinuousClock.now - begun).components
    let seconds = max(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, 1e-9)
    let pace = Double(done) / seconds
    return SamplingProgress(
      step: finished + done, totalSteps: finished + pending, stepsPerSecond: pace,
      secondsLeft: Double(pending - done) / pace)
  }
}
