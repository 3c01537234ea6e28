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
    var request = SamplingRequest(
      checkpoint: CheckpointReference(
        digest: assignment.checkpoint?.digest ?? "", name: assignment.checkpoint?.name ?? "",
        folder: try await folders.path(of: assignment.checkpoint)),
      seeds: settings.seeds.map { UInt64(clamping: $0) })
    request.prompt = settings.prompt
    request.negativePrompt = settings.negativePrompt
    request.sampler = try Self.samplerName(settings.sampler)
    request.steps = settings.steps.map { Int($0) } ?? 30
    request.guidanceScale = settings.guidanceScale ?? 7.5
    request.width = settings.width.map { Int($0) }
    request.height = settings.height.map { Int($0) }
    request.strength = settings.strength ?? 0.8
    request.encoding = Self.encoding(settings.format)
    request.previewInterval = Int(settings.previewInterval)
    request.finishedIndices = Set(assignment.finishedIndices.map { Int($0) })
    request.imageLimits = imageLimits
    for lora in assignment.loras {
      guard let asset = lora.asset, asset.files.count == 1 else {
        throw InputError.invalid("a LoRA is one file")
      }
      request.loras.append(
        LoRAReference(name: asset.name, path: try await exchange.path(of: asset.files.first), weight: lora.weight))
    }
    if let image = assignment.initImage {
      request.startImage = .file(path: try await exchange.path(of: image.files.first))
    }

    reports.send(.started(BackendJobStarted()))
    try await device.sample(request, cancellation: job.flag) { event in Self.report(event, reports) }
    reports.send(.generationFinished(BackendGenerationFinished()))
  }

  private static func report(_ event: SamplingEvent, _ reports: JobReports) {
    switch event {
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
        return .image(report)
      }
    }
  }

  private static func samplerName(_ sampler: LorikeetAPI.Sampler) throws(InputError) -> String {
    switch sampler {
    case .unspecified, .dpmPlusPlus2mKarras: "dpmpp_2m_karras"
    case .ddim: "ddim"
    case .euler: "euler"
    case .eulerKarras: "euler_karras"
    case .eulerAncestral: "euler_ancestral"
    case .dpmPlusPlus2m: "dpmpp_2m"
    case .pndm, .lms, .ddpm, .heun, .dpmPlusPlus2mSde, .dpmPlusPlusSde, .dpmSingle, .dpm2, .dpm2Ancestral, .uniPc,
      .lcm:
      throw .invalid("this backend does not have the sampler \(sampler)")
    case .unrecognized(let number): throw .invalid("this backend does not know sampler \(number); update it")
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
