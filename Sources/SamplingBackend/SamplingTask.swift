import Images
import StableDiffusion
import Torch

/// One request on its way through the engine: what it was asked, what it holds, and the images it has begun.
final class SamplingTask {
  let cancellation: CancellationFlag
  private let asked: SamplingRequest
  private let onEvent: (SamplingEvent) throws -> Void
  private let onEnd: (Result<Void, any Error>) -> Void
  /// Looked at once: while a request waits it is asked before every step, and files do not change.
  private var needs: Needs?
  private var work: Work?

  /// What can be told of a request before anything is loaded.
  private struct Needs {
    /// With its size.
    let request: SamplingRequest
    let width: Int
    let height: Int
    /// All that it loads, with what that takes, but for its VAE.
    let parts: [(key: ModelMemory.Key, bytes: Int)]
    let vae: OwnVAE?
    let activations: Int
    let copies: [ModelMemory.Key: Int]
  }

  /// The VAE that a request names, as a part of its own.
  private struct OwnVAE {
    let digest: String
    let key: ModelMemory.Key
    let bytes: Int
    let checkpoint: ModelMemory.Key
    /// Whether the checkpoint's file has none: when it is loaded, this one stands in it.
    let isLent: Bool
  }

  /// What there is of a request once its models are loaded.
  private struct Work {
    let model: LoadedCheckpoint
    /// The second model, for the last part of the steps.
    let refiner: LoadedCheckpoint?
    let adapters: RequestAdapters
    let reservation: ModelMemory.Reservation
    let request: SamplingRequest
    let recipe: ImageRecipe
    /// In pixels: what the model paints.
    let width: Int
    let height: Int
    let picture: StartingPicture?
    let infotext: Infotext
    let safetyChecker: SafetyChecker?
    var meter: StepMeter
    /// Places among the seeds of the images that are not begun.
    var pending: ArraySlice<Int>
    var images: [Image] = []
  }

  /// An image that is begun and not finished.
  struct Image {
    let index: Int
    let run: ImageRun
  }

  init(
    _ request: SamplingRequest, cancellation: CancellationFlag, onEvent: @escaping (SamplingEvent) throws -> Void,
    onEnd: @escaping (Result<Void, any Error>) -> Void
  ) {
    asked = request
    self.cancellation = cancellation
    self.onEvent = onEvent
    self.onEnd = onEnd
  }

  /// Loads what the request needs and encodes its prompts.
  ///
  /// - Returns: false while others use the memory that it needs.
  func prepare(
    _ memory: ModelMemory, device: Device, dtype: DType, threads: Int?, rows: Int, merges: Bool, vocabulary: String?
  ) throws -> Bool {
    let sampler = try SamplerCatalog.named(asked.sampler)
    let needs = try self.needs ?? outlined(memory, dtype: dtype, rows: rows, merges: merges)
    self.needs = needs
    guard let reservation = try reserve(needs, memory) else { return false }
    let request = needs.request, width = needs.width, height = needs.height
    var isKept = false
    defer { if !isKept { memory.release(reservation) } }

    func load(_ reference: CheckpointReference) throws -> LoadedCheckpoint {
      try reservation.value(.checkpoint(reference.digest)) {
        let loaded = try LoadedCheckpoint(
          reference, autoencoder: asked.vae, dtype: dtype, device: device, vocabulary: vocabulary)
        return (loaded, bytes: ModelSize.loaded(loaded.checkpoint))
      }
    }
    let model = try load(asked.checkpoint)
    let refiner = try asked.refinement.map { try load($0.checkpoint) }
    try ComputeThreads.use(threads, for: model.checkpoint)
    let synthesizer = ImageSynthesizer(try withAutoencoder(of: model, reservation))
    var loras: [(lora: LoadedLoRA, weight: Double)] = []
    for lora in request.loras {
      let loaded = try reservation.value(Self.key(lora, of: request)) {
        let file = try LoRAFile(path: lora.file.path, allowingUnknown: lora.allowsUnmatched)
        let prepared = try model.prepare(file, allowingUnmatched: lora.allowsUnmatched)
        let loaded = LoadedLoRA(prepared, hash: file.metadata["sshs_model_hash"])
        return (loaded, bytes: prepared.byteCount)
      }
      loras.append((loaded, lora.weight))
      let report = loaded.prepared.report
      if !lora.allowsUnmatched { try Self.refuseUnmatched(report, of: lora) }
      let left = report.unmatched.count + report.unknown.count
      if left > 0 {
        try onEvent(
          .warning("\(left) parts of a LoRA fit nothing and are left out; \(report.matched.count) layers are adapted"))
      }
    }
    let adapters = RequestAdapters(loras)
    // The text encoders' adapters act now, those of the U-Net at every step.
    try model.use([.init(adapters: adapters, rows: nil)], merges: merges)
    defer { if !isKept { model.release(adapters) } }
    if let refiner, refiner !== model { try refiner.use([], merges: merges) }

    let rescale = request.guidanceRescale ?? synthesizer.nativeGuidanceRescale
    var recipe = ImageSynthesizer.Request(
      prompt: request.prompt, sampler: sampler, steps: request.steps,
      guidance: Guidance(scale: request.guidanceScale, rescale: rescale), width: width, height: height)
    recipe.negativePrompt = request.negativePrompt
    (recipe.prompt2, recipe.negativePrompt2) = (request.prompt2, request.negativePrompt2)
    recipe.clipSkip = request.clipSkip
    recipe.embeddings = try request.embeddings.map {
      PromptEmbedding(trigger: $0.trigger, vectors: try TextualInversion(path: $0.file.path).vectors)
    }
    recipe.samplerOptions = request.samplerOptions
    let picture = try StartingPicture(request, width: width, height: height)
    if let warning = picture?.warning { try onEvent(.warning(warning)) }
    recipe.start = try picture?.start()
    if let refinement = request.refinement, let refiner {
      recipe.refinement = ImageSynthesizer.Refinement(
        checkpoint: refiner.checkpoint, highNoiseFraction: refinement.highNoiseFraction)
    }
    let made = try synthesizer.recipe(recipe)
    let pending = request.seeds.indices.filter { !request.finishedIndices.contains($0) }
    let done = made.totalSteps * (request.seeds.count - pending.count)
    let infotext = Infotext(
      request: request, sampler: sampler, width: width, height: height, loraHashes: adapters.hashes)
    let resolved = ResolvedSettings(
      request, width: width, height: height, guidanceRescale: rescale, sampler: sampler,
      checkpoints: [model.checkpoint] + (refiner.map { [$0.checkpoint] } ?? []))
    try onEvent(.started(resolved))
    work = Work(
      model: model, refiner: refiner, adapters: adapters, reservation: reservation, request: request, recipe: made,
      width: width, height: height, picture: picture, infotext: infotext,
      safetyChecker: try safetyChecker(reservation, device: device),
      meter: StepMeter(finished: done, pending: made.totalSteps * pending.count), pending: pending[...])
    isKept = true
    return true
  }

  /// A LoRA in memory may have been loaded for a request that accepted what fits nothing: to one that does not it is
  /// refused as if it were loaded now.
  private static func refuseUnmatched(_ report: AdapterSet.Report, of lora: LoRAReference) throws(LoRAError) {
    let path = lora.file.path
    guard report.unknown.isEmpty else { throw .unknownTensors(path: path, names: report.unknown) }
    guard report.unmatched.isEmpty else {
      throw .unmatchedLayers(
        path: path, layers: report.unmatched.map { "\($0)" }, matched: report.matched.count)
    }
  }

  /// The images under way, of which there are as many as the engine takes at once, as long as there are.
  func images(atOnce count: Int) throws -> [Image] {
    guard var work else { return [] }
    while work.images.count < count, let index = work.pending.popFirst() {
      work.images.append(Image(index: index, run: try work.recipe.run(seed: work.request.seeds[index])))
    }
    self.work = work
    return work.images
  }

  /// Its images that take part in the step to come keep what a preview needs.
  func willStep(_ images: [Image]) {
    let interval = work?.safetyChecker == nil ? work?.request.previewInterval ?? 0 : 0
    for image in images { image.run.keepsClean = interval > 0 && (image.run.step + 1) % interval == 0 }
  }

  /// The network that the image needs next, as it is loaded.
  func model(of run: ImageRun) -> LoadedCheckpoint? {
    guard let work else { return nil }
    return run.unet === work.refiner?.checkpoint.unet ? work.refiner : work.model
  }

  /// What acts on that network: adapters are made for the first one.
  func adapters(for run: ImageRun) -> RequestAdapters? {
    work.flatMap { run.unet === $0.model.checkpoint.unet && !$0.adapters.members.isEmpty ? $0.adapters : nil }
  }

  /// Sets the threads that its model computes on.
  func useThreads(_ threads: Int?) throws {
    if let work { try ComputeThreads.use(threads, for: work.model.checkpoint) }
  }

  /// Tells of a step that these images have taken, and finishes those that it was the last of.
  ///
  /// - Returns: whether all of the request's images are made.
  func didStep(_ images: [Image], _ memory: ModelMemory) throws -> Bool {
    guard var work else { return true }
    for image in images {
      try onEvent(.progress(work.meter.advance()))
      if image.run.isFinished {
        try finish(image, work, memory)
      } else if image.run.keepsClean, let clean = image.run.clean {
        let preview = PixelImage(width: work.width, height: work.height, pixels: try work.recipe.preview(clean))
        try onEvent(
          .preview(index: image.index, step: image.run.step, png: Images.encode(preview, as: .png, text: nil)))
      }
    }
    work.images.removeAll { $0.run.isFinished }
    self.work = work
    return work.images.isEmpty && work.pending.isEmpty
  }

  private func finish(_ image: Image, _ work: Work, _ memory: ModelMemory) throws {
    let pixels = try SamplingEngine.withRoom(memory) { try work.recipe.picture(image.run.latents) }
    let painted = PixelImage(width: work.width, height: work.height, pixels: pixels)
    var picture = try work.picture?.finished(painted) ?? painted
    let verdict = try work.safetyChecker?.check(picture.pixels, width: picture.width, height: picture.height)
    if verdict?.isUnsafe == true {
      picture = PixelImage(width: picture.width, height: picture.height, red: 0, green: 0, blue: 0)
    }
    let encoding = work.request.encoding
    let text = work.infotext.text(seed: image.run.seed, longest: encoding.longestText)
    var made = SampledImage(
      index: image.index, seed: image.run.seed, pixels: picture,
      encoded: try Images.encode(picture, as: encoding, text: text), digest: SHA256Hex.of(picture.pixels))
    made.isRemovedForSafety = verdict?.isUnsafe ?? false
    made.safetyScore = verdict?.score
    try onEvent(.image(made))
  }

  /// The request is over. What it loaded stays in memory for the next one.
  func end(_ result: Result<Void, any Error>, _ memory: ModelMemory) {
    if let work {
      work.model.release(work.adapters)
      memory.release(work.reservation)
    }
    work = nil
    onEnd(result)
  }

  // MARK: Models

  /// - Throws: for a request that is out of range, and for files that cannot be read.
  private func outlined(_ memory: ModelMemory, dtype: DType, rows: Int, merges: Bool) throws -> Needs {
    let facts = try CheckpointOutline(asked.checkpoint, lent: asked.vae, memory, dtype: dtype)
    // A checkpoint's own size is held to the same bounds as one that was asked for.
    var request = asked
    let (width, height) = (asked.width ?? facts.nativeSide, asked.height ?? facts.nativeSide)
    (request.width, request.height) = (width, height)
    try request.validate(sideMultiple: facts.sideMultiple)
    let activations = ModelSize.activations(
      facts.unet, facts.autoencoder, width: width, height: height, rows: rows, dtype: dtype)
    var copies: [ModelMemory.Key: Int] = [:]
    if merges, !asked.loras.isEmpty {
      let weights = try ModelSize.adaptedWeights(asked.loras.map(\.file.path), dtype: dtype)
      copies[.checkpoint(asked.checkpoint.digest)] = min(weights, facts.bytes)
    }
    return Needs(
      request: request, width: width, height: height, parts: try parts(memory, facts, dtype: dtype),
      vae: try ownVAE(facts, dtype: dtype), activations: activations, copies: copies)
  }

  /// Takes the room for what it needs.
  ///
  /// - Returns: nil while others use it.
  private func reserve(_ needs: Needs, _ memory: ModelMemory) throws -> ModelMemory.Reservation? {
    func attempt() throws(SamplingError) -> ModelMemory.Reservation? {
      var parts = needs.parts
      // Whether the VAE is a part of its own may change while the request waits.
      if let vae = needs.vae, !Self.standsInCheckpoint(vae, memory) { parts.append((vae.key, vae.bytes)) }
      return try memory.reserve(parts, activations: needs.activations, copies: needs.copies)
    }
    do {
      return try attempt()
    } catch {
      // With the VAE of whoever loaded the checkpoint there is no room beside this one; alone in it, there may be.
      guard let vae = needs.vae, vae.isLent, !Self.standsInCheckpoint(vae, memory) else { throw error }
      guard memory.remove(vae.checkpoint) else { return nil }
    }
    return try attempt()
  }

  /// Whether the VAE that the checkpoint is loaded with, or would be, is this one.
  private static func standsInCheckpoint(_ vae: OwnVAE, _ memory: ModelMemory) -> Bool {
    guard let model: LoadedCheckpoint = memory.loaded(vae.checkpoint) else { return vae.isLent }
    return model.lentAutoencoder?.digest == vae.digest
  }

  private func ownVAE(_ facts: CheckpointOutline, dtype: DType) throws(CheckpointError) -> OwnVAE? {
    guard let vae = asked.vae else { return nil }
    let bytes = try ModelSize.autoencoder(vae.path, isWidened: facts.autoencoder.forceUpcast, dtype: dtype)
    return OwnVAE(
      digest: vae.digest, key: Self.vaeKey(vae, asked), bytes: bytes, checkpoint: .checkpoint(asked.checkpoint.digest),
      isLent: !facts.hasAutoencoder)
  }

  private func parts(
    _ memory: ModelMemory, _ facts: CheckpointOutline, dtype: DType
  ) throws -> [(key: ModelMemory.Key, bytes: Int)] {
    guard facts.hasAutoencoder || asked.vae != nil else {
      throw SamplingError.noAutoencoder(checkpoint: asked.checkpoint.name)
    }
    var parts: [(key: ModelMemory.Key, bytes: Int)] = [(.checkpoint(asked.checkpoint.digest), facts.bytes)]
    if let refiner = asked.refinement?.checkpoint {
      let facts = try CheckpointOutline(refiner, lent: asked.vae, memory, dtype: dtype)
      guard facts.hasAutoencoder || asked.vae != nil else {
        throw SamplingError.noAutoencoder(checkpoint: refiner.name)
      }
      parts.append((.checkpoint(refiner.digest), facts.bytes))
    }
    for lora in asked.loras {
      do {
        parts.append((Self.key(lora, of: asked), try ModelSize.file(lora.file.path, dtype: dtype)))
      } catch {
        throw LoRAError.file(error)
      }
    }
    if let safety = asked.safety {
      let own = "\(asked.checkpoint.folder)/\(SafetyChecker.folderName)"
      let bytes =
        try safety.checker.map { (file) throws(CheckpointError) in try ModelSize.file(file.path, dtype: .float32) }
        ?? ModelSize.component(own, width: DType.float32.byteSize)
      guard bytes > 0 else { throw SamplingError.noSafetyChecker(checkpoint: asked.checkpoint.name) }
      parts.append((Self.safetyKey(asked), bytes))
    }
    return parts
  }

  /// The checkpoint, with another autoencoder where the request names one.
  private func withAutoencoder(
    of model: LoadedCheckpoint, _ reservation: ModelMemory.Reservation
  ) throws -> StableDiffusionCheckpoint {
    let checkpoint = model.checkpoint
    guard let vae = asked.vae, vae.digest != model.lentAutoencoder?.digest else { return checkpoint }
    let own = checkpoint.autoencoder
    let other = try reservation.value(Self.vaeKey(vae, asked)) {
      let loaded = try AutoencoderKL(
        path: vae.path, replacing: own.configuration, dtype: own.dtype, device: own.device)
      return (loaded, bytes: ModelSize.loaded(loaded))
    }
    return try checkpoint.replacing(other)
  }

  /// What scales a VAE's latents is the checkpoint's.
  private static func vaeKey(_ vae: FileReference, _ request: SamplingRequest) -> ModelMemory.Key {
    .vae(vae.digest, checkpoint: request.checkpoint.digest)
  }

  private static func key(_ lora: LoRAReference, of request: SamplingRequest) -> ModelMemory.Key {
    .lora(lora.file.digest, checkpoint: request.checkpoint.digest)
  }

  private static func safetyKey(_ request: SamplingRequest) -> ModelMemory.Key {
    .safetyChecker(request.safety?.checker?.digest ?? request.checkpoint.digest)
  }

  /// What results are looked at with; nil when nobody asked for it.
  private func safetyChecker(_ reservation: ModelMemory.Reservation, device: Device) throws -> SafetyChecker? {
    guard let safety = asked.safety else { return nil }
    return try reservation.value(Self.safetyKey(asked)) {
      // In float32, whatever the engine computes in: scores are rounded to a thousandth.
      let checker =
        if let own = safety.checker { try SafetyChecker(path: own.path, device: device) } else {
          try SafetyChecker(checkpointFolder: asked.checkpoint.folder, device: device)
        }
      guard let checker else { throw SamplingError.noSafetyChecker(checkpoint: asked.checkpoint.name) }
      return (checker, bytes: checker.parameterCount * checker.dtype.byteSize)
    }
  }
}
