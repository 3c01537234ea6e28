import Images
import LorikeetAPI
import Protobuf
import SamplingBackend
import StableDiffusion

/// Runs one generation: brings the inputs here, samples, and says what happens.
struct GenerationJob: Sendable {
  let assignment: BackendGenerationAssignment
  let device: ComputeDevice
  let exchange: BlobExchange
  let folders: CheckpointFolders
  let imageLimits: ImageLimits

  func run(_ job: RunningJob, reports: JobReports) async throws {
    guard let settings = assignment.generation?.settings else {
      throw InputError.invalid("the assignment holds no generation")
    }
    let request = try await request(settings)

    let device = device
    try await device.sample(request, cancellation: job.flag) { event in
      if case .started(let resolved) = event {
        reports.send(.started(device.identity.started(settings, resolved)))
      } else {
        Self.report(event, reports)
      }
    }
  }

  /// The settings with every input brought here.
  private func request(_ settings: GenerationSettings) async throws -> SamplingRequest {
    var request = SamplingRequest(
      checkpoint: try await checkpoint(assignment.checkpoint), seeds: settings.seeds.map { UInt64(clamping: $0) })
    try Self.setPrompts(of: &request, settings)
    request.clipSkip = settings.clipSkip.map { Int($0) }
    request.sampler = try Self.samplerName(settings.sampler)
    request.samplerOptions = try Self.samplerOptions(settings)
    request.steps = settings.steps.map { Int($0) } ?? 30
    request.guidanceScale = settings.guidanceScale ?? 7.5
    request.guidanceRescale = settings.guidanceRescale
    request.width = settings.width.map { Int($0) }
    request.height = settings.height.map { Int($0) }
    request.strength = settings.strength ?? 0.8
    request.encoding = Self.encoding(settings.format)
    request.previewInterval = Int(settings.previewInterval)
    request.finishedIndices = Set(assignment.finishedIndices.map { Int($0) })
    request.imageLimits = imageLimits
    for lora in assignment.loras {
      request.loras.append(
        LoRAReference(
          try await file(lora.asset, "a LoRA"), weight: lora.weight, allowsUnmatched: lora.allowUnmatched))
    }
    for embedding in assignment.embeddings {
      request.embeddings.append(
        EmbeddingReference(try await file(embedding.asset, "a textual inversion"), trigger: embedding.trigger))
    }
    if let vae = assignment.vae { request.vae = try await file(vae, "a VAE") }
    request.startImage = try await image(assignment.initImage)
    if let inpainting = settings.inpainting {
      request.inpainting = try await self.inpainting(inpainting)
    }
    if let refiner = assignment.refiner {
      var refinement = SamplingRequest.Refinement(try await checkpoint(refiner))
      refinement.highNoiseFraction = settings.refinement?.highNoiseFraction ?? refinement.highNoiseFraction
      request.refinement = refinement
    }
    if settings.checkSafety {
      request.safety = SamplingRequest.Safety()
      if let checker = assignment.safetyChecker { request.safety?.checker = try await file(checker, "a safety checker") }
    }
    return request
  }

  private func inpainting(_ settings: LorikeetAPI.Inpainting) async throws -> SamplingRequest.Inpainting {
    var inpainting = SamplingRequest.Inpainting()
    inpainting.mask = try await image(assignment.maskImage)
    inpainting.blur = settings.maskBlur.map { Int($0) } ?? inpainting.blur
    inpainting.isFullResolution = settings.fullResolution
    inpainting.padding = settings.padding.map { Int($0) } ?? inpainting.padding
    if let room = settings.outpainting {
      inpainting.margins = .init(
        left: Int(room.left), right: Int(room.right), top: Int(room.top), bottom: Int(room.bottom))
    }
    return inpainting
  }

  private func checkpoint(_ asset: BackendInputAsset?) async throws -> CheckpointReference {
    CheckpointReference(
      digest: asset?.digest ?? "", name: asset?.name ?? "", folder: try await folders.path(of: asset))
  }

  private func file(_ asset: BackendInputAsset?, _ kind: String) async throws -> FileReference {
    guard let asset, asset.files.count == 1 else { throw InputError.invalid("\(kind) is one file") }
    return FileReference(
      digest: asset.digest, name: asset.name, path: try await exchange.path(of: asset.files.first))
  }

  private func image(_ asset: BackendInputAsset?) async throws -> SamplingRequest.ImageSource? {
    guard let asset else { return nil }
    return .file(path: try await exchange.path(of: asset.files.first))
  }

  private static func report(_ event: SamplingEvent, _ reports: JobReports) {
    switch event {
    case .started: break
    case .warning(let text):
      reports.send(.warning(text))
    case .progress(let progress):
      var message = GenerationProgress()
      message.step = Int32(progress.step)
      message.totalSteps = Int32(progress.totalSteps)
      message.stepsPerSecond = progress.stepsPerSecond
      message.timeLeft = GoogleProtobufDuration(.seconds(progress.secondsLeft))
      reports.sendProgress(isLast: progress.step == progress.totalSteps, .generationProgress(message))
    case .preview(let index, let step, let png):
      // A larger picture would not fit a message; the finished image comes as a blob.
      guard png.count <= 3 << 20 else { return }
      var preview = GenerationPreview()
      preview.index = Int32(index)
      preview.step = Int32(step)
      preview.data = png
      reports.send(.generationPreview(preview), slot: .preview(index: index))
    case .image(let image):
      reports.send(.bytes(image.encoded)) { blob in
        var report = BackendImageReport()
        report.index = Int32(image.index)
        report.seed = Int64(clamping: image.seed)
        report.picture = blob
        report.width = Int32(image.pixels.width)
        report.height = Int32(image.pixels.height)
        report.removedForSafety = image.isRemovedForSafety
        report.safetyScore = image.safetyScore
        report.pixelsSha256 = image.digest
        return .image(report)
      }
    }
  }

  private static func encoding(_ format: LorikeetAPI.ImageFormat) -> ImageEncoding {
    switch format {
    case .unspecified, .png, .unrecognized: .png
    case .jpeg: .jpeg(quality: 95)
    case .webp: .webp(quality: 95)
    }
  }
}
