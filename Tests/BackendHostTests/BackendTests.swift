import Foundation
import Images
import LorikeetAPI
import Logging
import MicroCheckpoint
import RPC
import StableDiffusion
import Testing
import Torch

@testable import BackendHost

@Suite("A backend attached to a service", .serialized, .timeLimit(.minutes(5)))
struct BackendTests {
  /// Runs a service and a backend on it for the length of the body.
  private func withBackend(
    _ role: BackendConfiguration.Role, service: ScriptedService = ScriptedService(),
    downloadBytes: Int? = nil,
    _ body: (ScriptedService, ScriptedService.Attachment, Backend) async throws -> Void
  ) async throws {
    let folder = try MicroCheckpoint.temporaryFolder("backend")
    let address = RPCAddress.unix(path: "\(folder)/s")
    let server = RPCServer(
      configuration: RPCServer.Configuration(addresses: [address]), services: [service.definition],
      logger: Logger(label: "service"))
    _ = try await server.start()
    var configuration = BackendConfiguration(
      role: role, service: address, id: "test", device: .cpu, workFolder: "\(folder)/work")
    configuration.threads = 1
    if let downloadBytes { configuration.downloadBytes = downloadBytes }
    let backend = Backend(configuration, logger: Logger(label: "backend"))
    async let running: Void = backend.run()
    let attachment = try #require(await service.nextAttachment())
    try await body(service, attachment, backend)
    backend.shutDown()
    try await running
    await server.shutdown(grace: .zero)
  }

  // MARK: Assignments

  private func file(_ path: String, local: String, _ service: ScriptedService, remote: Bool = false) throws
    -> BackendInputFile
  {
    var file = BackendInputFile()
    file.path = path
    file.blob = service.store([UInt8](try Data(contentsOf: URL(filePath: local))))
    file.localPath = remote ? "/nowhere/\(path)" : local
    return file
  }

  private func checkpoint(_ service: ScriptedService, remote: Bool = false) throws -> BackendInputAsset {
    let folder = try MicroCheckpoint.folder()
    var asset = BackendInputAsset()
    asset.name = "micro"
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    for name in names.sorted() {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
      if !isFolder.boolValue {
        asset.files.append(try file(name, local: "\(folder)/\(name)", service, remote: remote))
      }
    }
    asset.digest = SHA256Hex.of(asset.files.flatMap { Array("\($0.path)\($0.blob?.sha256 ?? "")".utf8) })
    return asset
  }

  private func tune(
    _ service: ScriptedService, steps: Int32, checkpoint: BackendInputAsset, attempt: Int32 = 1,
    change: (inout Tune) -> Void = { _ in }
  ) throws -> BackendAssignment {
    var tune = Tune()
    tune.name = "bird"
    tune.triggerWord = "sks1"
    tune.steps = steps
    tune.seed = 3
    var settings = TrainingSettings()
    settings.rank = 2
    settings.batchSize = 2
    tune.settings = settings
    change(&tune)
    var assignment = BackendTuneAssignment()
    assignment.tune = tune
    assignment.checkpoint = checkpoint
    for (index, color) in [UInt8(30), 120, 220].enumerated() {
      let png = try Images.encode(
        PixelImage(width: 20, height: 16, red: color, green: 255 - color, blue: 90), as: .png, text: nil)
      let path = try MicroCheckpoint.temporaryFolder("image") + "/image"
      try Data(png).write(to: URL(filePath: path))
      var image = BackendInputImage()
      image.assetId = "image\(index)"
      image.caption = "a sks1 thing"
      image.file = try file("image.png", local: path, service)
      assignment.images.append(image)
    }
    return job(.tune(assignment), attempt: attempt)
  }

  private func generation(
    _ checkpoint: BackendInputAsset, seeds: [Int64], change: (inout GenerationSettings) -> Void = { _ in }
  ) -> BackendAssignment {
    var settings = GenerationSettings()
    settings.prompt = "a bird"
    settings.steps = 3
    settings.seeds = seeds
    change(&settings)
    var generation = Generation()
    generation.settings = settings
    var assignment = BackendGenerationAssignment()
    assignment.generation = generation
    assignment.checkpoint = checkpoint
    return job(.generation(assignment))
  }

  private func job(_ job: BackendAssignment.Job, attempt: Int32 = 1) -> BackendAssignment {
    var assignment = BackendAssignment()
    assignment.jobId = "job"
    assignment.attempt = attempt
    assignment.job = job
    return assignment
  }

  private func finished(_ reports: [BackendJobReport]) -> BackendTuneFinished? {
    if case .tuneFinished(let finished)? = reports.last?.payload { finished } else { nil }
  }

  private func tensors(_ bytes: [UInt8]?) throws -> [String: [Float]] {
    let path = try MicroCheckpoint.temporaryFolder("lora") + "/lora.safetensors"
    try Data(try #require(bytes)).write(to: URL(filePath: path))
    let file = try Safetensors(path: path)
    var result: [String: [Float]] = [:]
    for name in file.names { result[name] = try file.tensor(named: name).floats() }
    return result
  }

  // MARK: Claims

  @Test("what rounds otherwise is told apart: images that share a call, and a number of threads that was chosen")
  func identity() {
    var configuration = BackendConfiguration(
      role: .sampling, service: .unix(path: "/nowhere"), id: "test", device: .cpu, workFolder: "/nowhere")
    let plain = EngineIdentity(configuration)
    #expect(plain.precision == "float32")
    configuration.imagesPerBatch = 4
    #expect(EngineIdentity(configuration).precision == "float32, up to 4 images a call")
    let count = ProcessInfo.processInfo.activeProcessorCount
    configuration.threads = count
    let chosen = EngineIdentity(configuration).device
    #expect(plain.device == chosen + (count > 1 ? ", one for small models" : ""))
  }

  @Test("a tune goes from assignment to a stored LoRA, telling of its progress")
  func tune() async throws {
    try await withBackend(.training) { service, attachment, _ in
      #expect(attachment.hello.role == .training)
      #expect(attachment.hello.slots == 1 && attachment.hello.precision == "float32")
      attachment.send(
        .assignment(
          try tune(service, steps: 5, checkpoint: checkpoint(service)) {
            $0.settings?.previewPrompts = ["{trigger} alone"]
            $0.settings?.checkpointInterval = 2
          }))
      let reports = await attachment.reportsToEnd()
      #expect(reports.allSatisfy { $0.jobId == "job" && $0.attempt == 1 })
      guard case .started(let started)? = reports.first?.payload else {
        Issue.record("the first report is \(String(describing: reports.first))")
        return
      }
      #expect(started.resumedFromStep == 0)
      var steps: [Int32] = []
      var saved: [Int32] = []
      var previews = 0
      for report in reports {
        switch report.payload {
        case .tuneProgress(let progress):
          steps.append(progress.step)
          #expect(progress.totalSteps == 5 && progress.loss > 0 && progress.imagesPerSecond > 0)
        case .trainingCheckpoint(let checkpoint):
          saved.append(checkpoint.step)
          #expect(service.bytes(of: checkpoint.state) != nil)
        case .tunePreview(let preview):
          previews += 1
          #expect(preview.prompt == "sks1 alone")
          #expect(try Images.decode(#require(service.bytes(of: preview.picture))).width == MicroCheckpoint.side)
        default: break
        }
      }
      #expect(steps.last == 5)
      // A state that waits is replaced by the next.
      #expect(saved == [2, 4] || saved == [4])
      #expect(previews == 5)
      #expect(started.forecast?.peakMemoryBytes ?? 0 > 0)
      let end = try #require(finished(reports))
      #expect(end.rank == 2 && end.alpha == 2)
      #expect(end.health?.layers ?? 0 > 0 && end.health?.zeroLayers == 0)
      #expect(end.usage?.secondsPerStep ?? 0 > 0 && end.usage?.peakMemoryBytes ?? 0 > 0)
      let lora = try tensors(service.bytes(of: end.lora))
      #expect(lora.count == Int(end.tensorCount))
      #expect(lora.filter { $0.key.hasSuffix("lora_up.weight") }.values.allSatisfy { $0.contains { $0 != 0 } })
    }
  }

  @Test("a tune taken up from its training checkpoint ends with the same LoRA, bit for bit")
  func resume() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let base = try checkpoint(service)
      let assignment = try tune(service, steps: 6, checkpoint: base) { $0.settings?.checkpointInterval = 4 }
      attachment.send(.assignment(assignment))
      let whole = await attachment.reportsToEnd()
      let state = whole.compactMap { report in
        if case .trainingCheckpoint(let checkpoint) = report.payload { checkpoint } else { nil }
      }.first
      guard case .tune(var again) = assignment.job else { return }
      again.resumeFrom = state
      var file = BackendInputFile()
      file.blob = state?.state
      again.resumeFile = file
      attachment.send(.assignment(job(.tune(again), attempt: 2)))
      let resumed = await attachment.reportsToEnd()
      guard case .started(let started)? = resumed.first?.payload else { return }
      #expect(started.resumedFromStep == 4)
      #expect(resumed.allSatisfy { $0.attempt == 2 })
      let first = try tensors(service.bytes(of: #require(finished(whole)).lora))
      #expect(try tensors(service.bytes(of: #require(finished(resumed)).lora)) == first)
    }
  }

  @Test("a cancelled tune ends as cancelled, and the backend takes the next")
  func cancel() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let base = try checkpoint(service)
      attachment.send(.assignment(try tune(service, steps: 100_000, checkpoint: base)))
      let reports = await attachment.reportsToEnd { report in
        guard case .tuneProgress = report.payload else { return }
        var cancel = BackendCancelAssignment()
        cancel.jobId = "job"
        cancel.attempt = 1
        attachment.send(.cancel(cancel))
      }
      guard case .cancelled? = reports.last?.payload else {
        Issue.record("it ended with \(String(describing: reports.last))")
        return
      }
      attachment.send(.assignment(try tune(service, steps: 1, checkpoint: base, attempt: 2)))
      #expect(finished(await attachment.reportsToEnd()) != nil)
    }
  }

  @Test("a tune cancelled with leave to keep hands over its LoRA and a state that another one goes on from")
  func cancelKeeping() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let base = try checkpoint(service)
      let assignment = try tune(service, steps: 8, checkpoint: base) { $0.settings?.checkpointInterval = 100 }
      attachment.send(.assignment(assignment))
      let whole = await attachment.reportsToEnd()
      attachment.send(.assignment(assignment))
      let reports = await attachment.reportsToEnd { report in
        guard case .tuneProgress = report.payload else { return }
        attachment.send(.cancel(.with { ($0.jobId, $0.attempt, $0.keep) = ("job", 1, true) }))
      }
      // A run of so few steps may have ended before the wish came.
      guard case .cancelled(let cancelled)? = reports.last?.payload else {
        #expect(finished(reports) != nil)
        return
      }
      let kept = try #require(cancelled.kept), state = try #require(cancelled.checkpoint)
      #expect(try tensors(service.bytes(of: kept.lora)).count == Int(kept.tensorCount))
      #expect(kept.health?.layers ?? 0 > 0 && kept.usage?.peakMemoryBytes ?? 0 > 0)
      guard case .tune(var rest) = assignment.job else { return }
      rest.tune?.resumeFrom = "other"
      rest.resumeFrom = state
      rest.resumeFile = .with { $0.blob = state.state }
      attachment.send(.assignment(job(.tune(rest), attempt: 2)))
      let first = try tensors(service.bytes(of: #require(finished(whole)).lora))
      #expect(try tensors(service.bytes(of: #require(finished(await attachment.reportsToEnd())).lora)) == first)
    }
  }

  @Test("a state that another tune's user was promised to go on from is not silently left")
  func promisedState() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let assignment = try tune(service, steps: 2, checkpoint: checkpoint(service))
      guard case .tune(var rest) = assignment.job else { return }
      rest.tune?.resumeFrom = "other"
      rest.resumeFile = .with { $0.blob = service.store(Array("no state".utf8)) }
      attachment.send(.assignment(job(.tune(rest))))
      #expect(failure(await attachment.reportsToEnd()) != nil)
    }
  }

  @Test("questions about a data set are answered beside a running tune, without the checkpoint's weights")
  func inspections() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let base = try checkpoint(service)
      attachment.send(.assignment(try tune(service, steps: 100_000, checkpoint: base)))
      guard case .tune(var asked) = try tune(service, steps: 400, checkpoint: checkpoint(service, remote: true)).job
      else { return }
      asked.images[0].caption = ""
      let inspection = BackendInspection.with {
        ($0.id, $0.tune, $0.lint, $0.forecast) = ("7", asked, true, true)
      }
      let answer = try #require(await attachment.inspect(inspection))
      let lint = try #require(answer.lint), forecast = try #require(answer.forecast)
      #expect(Set(lint.findings.map(\.rule)).isSuperset(of: ["uniform", "missing_caption", "few_images"]))
      #expect(lint.usableImages == 3 && lint.captions == ["sks1", "a sks1 thing", "a sks1 thing"])
      #expect(lint.buckets.map(\.images).reduce(0, +) == 3)
      #expect(forecast.peakMemoryBytes > 0 && forecast.deviceMemoryBytes > 0 && forecast.secondsPerStep > 0)
      let weights = base.files.filter { $0.path.hasSuffix(".safetensors") }.compactMap { $0.blob?.sha256 }
      #expect(Set(service.downloads).isDisjoint(with: weights))

      // A forecast needs the photos' number alone: that they are nowhere does not matter to it.
      var unreachable = asked
      for index in unreachable.images.indices { unreachable.images[index].file = nil }
      let counted = await attachment.inspect(.with { ($0.id, $0.tune, $0.forecast) = ("9", unreachable, true) })
      #expect(counted?.forecast?.secondsPerStep ?? 0 > 0)

      asked.tune?.settings?.rank = 0
      let refused = await attachment.inspect(.with { ($0.id, $0.tune, $0.lint) = ("8", asked, true) })
      #expect(refused?.failed?.code == Int32(StatusCode.invalidArgument.rawValue))
    }
  }

  @Test("a look at a data set finds unsafe images with the checker that the tune names, or that its checkpoint brings")
  func unsafeImages() async throws {
    try await withBackend(.training) { service, attachment, _ in
      guard case .tune(var asked) = try tune(service, steps: 400, checkpoint: checkpoint(service, remote: true)).job
      else { return }
      asked.tune?.checkSafety = true
      func look(_ id: String) async throws -> [LintFinding] {
        let answer = await attachment.inspect(.with { ($0.id, $0.tune, $0.lint) = (id, asked, true) })
        return try #require(answer?.lint).findings.filter { $0.rule == "unsafe" }
      }
      // Nothing to look with: a note says so.
      let without = try await look("1")
      #expect(without.map(\.severity) == [.note] && without.first?.assets.isEmpty == true)

      let strict = try MicroCheckpoint.safetyChecker(threshold: -1.5)
      asked.safetyChecker = .with { $0.name = "checker" }
      asked.safetyChecker?.files = [try file("model.safetensors", local: strict, service, remote: true)]
      let found = try await look("2")
      #expect(found.map(\.assets) == [["image0"], ["image1"], ["image2"]])
      #expect(found.allSatisfy { $0.severity == .error && $0.value.map { $0 > 0 } == true })

      // The checkpoint's own is brought, and none of its other weights.
      asked.safetyChecker = nil
      let mild = try MicroCheckpoint.safetyChecker(threshold: 1.5)
      let settings = "\(try MicroCheckpoint.temporaryFolder("settings"))/config.json"
      try Data(MicroCheckpoint.safetySettings.utf8).write(to: URL(filePath: settings))
      let own = [
        try file("safety_checker/model.safetensors", local: mild, service, remote: true),
        try file("safety_checker/config.json", local: settings, service, remote: true),
      ]
      asked.checkpoint?.files += own
      #expect(try await look("3").isEmpty)
      #expect(service.downloads.contains(own[0].blob?.sha256 ?? ""))
      let weights = (asked.checkpoint?.files ?? []).filter {
        $0.path.hasSuffix(".safetensors") && !$0.path.hasPrefix("safety_checker/")
      }
      #expect(weights.count == 3 && Set(service.downloads).isDisjoint(with: weights.compactMap { $0.blob?.sha256 }))
    }
  }

  @Test("a question that is withdrawn is stopped and said to be, and no more than eight are worked on at once")
  func withdrawnInspections() async throws {
    let endless = Array("an image that takes for ever".utf8)
    try await withBackend(.training, service: ScriptedService(stalled: [endless])) { service, attachment, _ in
      guard case .tune(let asked) = try tune(service, steps: 400, checkpoint: checkpoint(service)).job else { return }
      var stuck = asked
      stuck.images[1].file = .with { ($0.path, $0.blob) = ("image.png", service.store(endless)) }
      for id in 1...8 {
        attachment.send(.inspection(.with { ($0.id, $0.tune, $0.lint) = ("\(id)", stuck, true) }))
        #expect(await service.nextStall() != nil)
      }
      let ninth = await attachment.inspect(.with { ($0.id, $0.tune, $0.lint) = ("9", asked, true) })
      #expect(ninth?.failed?.code == Int32(StatusCode.resourceExhausted.rawValue) && ninth?.failed?.retryable == true)

      attachment.send(.cancel(.with { ($0.jobId, $0.attempt) = ("3", 0) }))
      let withdrawn = await attachment.nextInspection()
      #expect(withdrawn?.id == "3" && withdrawn?.failed?.code == Int32(StatusCode.cancelled.rawValue))
      // Its place is free.
      let tenth = await attachment.inspect(.with { ($0.id, $0.tune, $0.lint) = ("10", asked, true) })
      #expect(tenth?.lint?.usableImages == 3)
    }
  }

  @Test("a checkpoint without a VAE is refused when a tune on it is asked about")
  func withoutAutoencoder() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let tensors = try MicroCheckpoint.originalTensors(MicroCheckpoint.makeOriginal(.stableDiffusion1))
      let path = try MicroCheckpoint.temporaryFolder("bare") + "/bare.safetensors"
      try Safetensors.write(tensors.filter { !$0.0.hasPrefix("first_stage_model.") }, to: path)
      var base = BackendInputAsset()
      base.files = [try file("bare.safetensors", local: path, service)]
      base.digest = SHA256Hex.of("bare".utf8)
      guard case .tune(let asked) = try tune(service, steps: 400, checkpoint: base).job else { return }
      let answer = await attachment.inspect(.with { ($0.id, $0.tune, $0.forecast) = ("1", asked, true) })
      #expect(answer?.failed?.code == Int32(StatusCode.invalidArgument.rawValue))
      #expect(answer?.failed?.message.contains("has no VAE") == true)
    }
  }

  @Test("a backend that is drained sends what was learned, leaves the job open, and ends")
  func drain() async throws {
    try await withBackend(.training) { service, attachment, backend in
      attachment.send(.assignment(try tune(service, steps: 100_000, checkpoint: checkpoint(service))))
      let reports = await attachment.reportsToEnd { report in
        if case .tuneProgress = report.payload { backend.shutDown() }
      }
      guard case .trainingCheckpoint(let checkpoint)? = reports.last?.payload else {
        Issue.record("it ended with \(String(describing: reports.last))")
        return
      }
      #expect(checkpoint.step > 0)
      #expect(service.bytes(of: checkpoint.state) != nil)
    }
  }

  @Test("an assignment that was on its way when the drain began is not taken up")
  func assignmentAfterDrain() async throws {
    try await withBackend(.sampling) { service, attachment, _ in
      let assignment = generation(try checkpoint(service, remote: true), seeds: [1])
      attachment.send(.drain(BackendDrain()))
      attachment.send(.assignment(assignment))
      #expect(await attachment.reportsToEnd().isEmpty)
      #expect(service.downloads.isEmpty)
    }
  }

  @Test("a generation's images are stored and reported one by one; inputs come by download when the disk is not shared")
  func generation() async throws {
    try await withBackend(.sampling) { service, attachment, _ in
      #expect(attachment.hello.role == .sampling)
      let base = try checkpoint(service, remote: true)
      attachment.send(
        .assignment(
          generation(base, seeds: [7, 8]) {
            $0.previewInterval = 2
            $0.format = .webp
          }))
      let reports = await attachment.reportsToEnd()
      guard case .generationFinished? = reports.last?.payload else {
        Issue.record("it ended with \(String(describing: reports.last))")
        return
      }
      var seeds: [Int64] = []
      for case .image(let image) in reports.compactMap(\.payload) {
        #expect(image.index == Int32(seeds.count))
        seeds.append(image.seed)
        let bytes = try #require(service.bytes(of: image.picture))
        #expect(try Images.probe(bytes).format == .webp)
        #expect(image.width == Int32(MicroCheckpoint.side))
      }
      #expect(seeds == [7, 8])
      #expect(Set(service.downloads) == Set(base.files.compactMap { $0.blob?.sha256 }))
    }
  }

  @Test("downloads of a running job stay beyond the budget; the next job's take their place")
  func downloadBudget() async throws {
    try await withBackend(.sampling, downloadBytes: 1) { service, attachment, _ in
      let local = try checkpoint(service), remote = try checkpoint(service, remote: true)
      let blobs = Set(remote.files.compactMap { $0.blob?.sha256 })
      func sample(_ assignment: BackendAssignment) async throws {
        attachment.send(.assignment(assignment))
        let last = await attachment.reportsToEnd().last?.payload
        guard case .generationFinished? = last else {
          Issue.record("it ended with \(String(describing: last))")
          return
        }
      }
      try await sample(generation(remote, seeds: [1]))
      #expect(service.downloads.count == blobs.count)
      try await sample(generation(remote, seeds: [2]))
      #expect(service.downloads.count == blobs.count)

      let png = try Images.encode(PixelImage(width: 16, height: 16, red: 9, green: 9, blue: 9), as: .png, text: nil)
      var start = BackendInputFile()
      start.path = "start.png"
      start.blob = service.store(png)
      var image = BackendInputAsset()
      image.files = [start]
      var fromImage = generation(local, seeds: [3])
      guard case .generation(var inner)? = fromImage.job else { return }
      inner.initImage = image
      fromImage.job = .generation(inner)
      try await sample(fromImage)
      try await sample(generation(remote, seeds: [4]))
      #expect(service.downloads.count == 2 * blobs.count + 1)
    }
  }

  @Test("generations are worked on at once: a short one ends before a long one that came first, which can be cancelled")
  func atOnce() async throws {
    try await withBackend(.sampling) { service, attachment, _ in
      #expect(attachment.hello.slots == 4)
      let checkpoint = try checkpoint(service)
      var long = generation(checkpoint, seeds: Array(repeating: 1, count: 200)) { $0.steps = 100 }
      var short = generation(checkpoint, seeds: [2])
      (long.jobId, short.jobId) = ("long", "short")
      attachment.send(.assignment(long))
      attachment.send(.assignment(short))
      let reports = await attachment.reportsToEnd()
      #expect(reports.last?.jobId == "short" && reports.last?.payload == .generationFinished(.init()))
      attachment.send(.cancel(.with { ($0.jobId, $0.attempt) = ("long", 1) }))
      let end = await attachment.reportsToEnd().last
      #expect(end?.jobId == "long" && end?.payload == .cancelled(.init()))
    }
  }

  @Test("a generation begins by telling what decides over its pixels, and ends each image with their digest")
  func identity() async throws {
    try await withBackend(.sampling) { service, attachment, _ in
      attachment.send(.assignment(generation(try checkpoint(service), seeds: [1])))
      let reports = await attachment.reportsToEnd()
      guard case .started(let started)? = reports.first?.payload, let settings = started.settings else {
        Issue.record("it began with \(String(describing: reports.first))")
        return
      }
      #expect(started.device.hasPrefix("cpu ") && started.device.hasSuffix("1 thread"))
      #expect(started.device == attachment.hello.device && started.precision == "float32")
      #expect(started.engineVersion == attachment.hello.version && started.engineVersion.contains("libtorch"))
      #expect(settings.width == Int32(MicroCheckpoint.side) && settings.guidanceRescale == 0)
      #expect(settings.prompt == "a bird" && settings.steps == 3)
      // Nothing that the request left open is left open: not the layer that is read, nor how noise is spread.
      #expect(settings.clipSkip == 1 && settings.sigmaSchedule == .karras && settings.timestepSpacing == .unspecified)
      for case .image(let image) in reports.compactMap(\.payload) {
        let bytes = try #require(service.bytes(of: image.picture))
        #expect(image.pixelsSha256 == SHA256Hex.of(try Images.decode(bytes, limits: .defaults).pixels))
      }
    }
  }

  @Test("a download whose digest differs fails the job as data loss that may be tried again")
  func corruption() async throws {
    try await withBackend(.sampling, service: ScriptedService(corruptsDownloads: true)) { service, attachment, _ in
      attachment.send(.assignment(generation(try checkpoint(service, remote: true), seeds: [1])))
      let failed = try #require(failure(await attachment.reportsToEnd()))
      #expect(failed.code == Int32(StatusCode.dataLoss.rawValue))
      #expect(failed.retryable)
    }
  }

  @Test("a preview and a training checkpoint that cannot be stored are warned of, and the tune goes on")
  func refusedPreview() async throws {
    // In order: a preview and a state of the first step, a preview of the second, the LoRA.
    try await withBackend(.training, service: ScriptedService(refusedUploads: [0, 1])) { service, attachment, _ in
      attachment.send(
        .assignment(
          try tune(service, steps: 2, checkpoint: checkpoint(service)) {
            $0.settings?.previewPrompts = ["{trigger} alone"]
            $0.settings?.previewInterval = 1
            $0.settings?.checkpointInterval = 1
          }))
      let reports = await attachment.reportsToEnd()
      #expect(finished(reports) != nil)
      var warnings: [String] = []
      for case .warning(let text) in reports.compactMap(\.payload) { warnings.append(text) }
      #expect(warnings.count { $0.contains("a preview could not be stored") } == 1)
      #expect(warnings.count { $0.contains("a training checkpoint could not be stored") } == 1)
    }
  }

  @Test("a LoRA that cannot be stored fails the tune, which may be tried again")
  func refusedResult() async throws {
    try await withBackend(.training, service: ScriptedService(refusedUploads: [0])) { service, attachment, _ in
      attachment.send(.assignment(try tune(service, steps: 1, checkpoint: checkpoint(service))))
      let failed = try #require(failure(await attachment.reportsToEnd()))
      #expect(failed.retryable)
      #expect(failed.message.contains("the disk is full"))
    }
  }

  @Test("settings out of range fail as invalid arguments, with the field's name")
  func invalidSettings() async throws {
    try await withBackend(.training) { service, attachment, _ in
      attachment.send(
        .assignment(try tune(service, steps: 1, checkpoint: checkpoint(service)) { $0.settings?.rank = 0 }))
      let failed = try #require(failure(await attachment.reportsToEnd()))
      #expect(failed.code == Int32(StatusCode.invalidArgument.rawValue))
      #expect(failed.message.contains("rank"))
      #expect(!failed.retryable)
    }
  }

  @Test("an image that is none fails the tune with the image's id")
  func rejectedImage() async throws {
    try await withBackend(.training) { service, attachment, _ in
      var assignment = try tune(service, steps: 1, checkpoint: checkpoint(service))
      guard case .tune(var tune) = assignment.job else { return }
      let path = try MicroCheckpoint.temporaryFolder("image") + "/text"
      try Data("no image".utf8).write(to: URL(filePath: path))
      tune.images[1].file = try file("x.png", local: path, service)
      assignment.job = .tune(tune)
      attachment.send(.assignment(assignment))
      let failed = try #require(failure(await attachment.reportsToEnd()))
      #expect(failed.code == Int32(StatusCode.invalidArgument.rawValue))
      #expect(failed.rejectedImages.map(\.asset) == ["image1"])
    }
  }

  @Test("a backend refuses a job of the other kind, and a checkpoint whose files leave its folder")
  func foreignJobs() async throws {
    try await withBackend(.sampling) { service, attachment, _ in
      var base = try checkpoint(service)
      attachment.send(.assignment(try tune(service, steps: 1, checkpoint: base)))
      #expect(failure(await attachment.reportsToEnd())?.code == Int32(StatusCode.invalidArgument.rawValue))
      base.files[0].path = "../../outside"
      attachment.send(.assignment(generation(base, seeds: [1])))
      let failed = try #require(failure(await attachment.reportsToEnd()))
      #expect(failed.code == Int32(StatusCode.invalidArgument.rawValue))
      #expect(failed.message.contains("../../outside"))
    }
  }

  @Test("when the service closes the stream, the job stops and the backend attaches again")
  func reattach() async throws {
    try await withBackend(.training) { service, attachment, _ in
      let base = try checkpoint(service)
      attachment.send(.assignment(try tune(service, steps: 100_000, checkpoint: base)))
      _ = await attachment.reportsToEnd { report in
        if case .tuneProgress = report.payload { attachment.close() }
      }
      let second = try #require(await service.nextAttachment())
      #expect(second.hello.backendId == "test")
      second.send(.assignment(try tune(service, steps: 1, checkpoint: base, attempt: 2)))
      #expect(finished(await second.reportsToEnd()) != nil)
    }
  }

  @Test("paths of a checkpoint's files stay below its folder")
  func paths() throws {
    #expect(try CheckpointFolders.checked("unet/config.json") == "unet/config.json")
    for path in ["", "/etc/passwd", "a/../b", "..", "a//b", "./a", "a/", "a\u{0}b"] {
      #expect(throws: InputError.self, "\(path)") { try CheckpointFolders.checked(path) }
    }
  }

  @Test("what the backend's disk refuses may be tried again")
  func diskFailure() throws {
    let file = try MicroCheckpoint.temporaryFolder("disk") + "/file"
    try Data("x".utf8).write(to: URL(filePath: file))
    let error = try #require(
      #expect(throws: InputError.self) {
        try InputError.onDisk(file) {
          try FileManager.default.createDirectory(atPath: "\(file)/below", withIntermediateDirectories: true)
        }
      })
    let failed = JobFailure.report(error)
    #expect(failed.code == Int32(StatusCode.internalError.rawValue) && failed.retryable)
    #expect(failed.message.contains(file))
  }

  private func failure(_ reports: [BackendJobReport]) -> BackendJobFailed? {
    if case .failed(let failed)? = reports.last?.payload { failed } else { nil }
  }
}
