import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Generations", .timeLimit(.minutes(2)))
struct GenerationTests {
  let service: ServiceUnderTest

  init() async throws { service = try await ServiceUnderTest(TestDirectory()) }

  @Test("Generate streams the queue, progress, previews and images, and ends with the summary")
  func wholeLife() async throws {
    var request = GenerateRequest()
    var settings = GenerationSettings()
    settings.prompt = "a cat"
    settings.seeds = [5]
    settings.imageCount = 2
    request.settings = settings
    request.inlineImages = true
    let stream = try await service.generations.generate(request)
    var events = stream.makeAsyncIterator()
    guard case .snapshot(let accepted) = try await events.next()?.payload else {
      throw RPCError(.unknown, "no snapshot")
    }
    #expect(accepted.settings?.seeds == [5, 6])
    #expect(accepted.settings?.steps == 30)
    #expect(accepted.settings?.sampler == .dpmPlusPlus2mKarras)
    #expect(accepted.settings?.checkpoint == "lorikeet-tiny")
    #expect(accepted.settings?.width == nil)
    guard case .queued(let queued) = try await events.next()?.payload else { throw RPCError(.unknown, "not queued") }
    #expect(queued.jobsAhead == 0)

    let backend = try await ScriptedBackend(service, .sampling)
    let assignment = try await backend.assignment()
    guard case .state(let running) = try await events.next()?.payload else { throw RPCError(.unknown, "no state") }
    #expect(running.state == .running)
    var preview = GenerationPreview()
    preview.step = 3
    preview.data = [1, 2, 3]
    try await backend.report(assignment, .generationPreview(preview))
    let shown = try #require(try await events.next())
    #expect(shown.payload == .preview(preview) && shown.sequence == 0)
    var progress = GenerationProgress()
    progress.step = 30
    progress.totalSteps = 60
    try await backend.report(assignment, .generationProgress(progress))
    #expect(try await events.next()?.payload == .progress(progress))
    try await backend.image(assignment, index: 0, seed: 5, salt: 1)
    try await backend.image(assignment, index: 1, seed: 6, salt: 2)
    for index in 0..<2 {
      guard case .image(let image) = try await events.next()?.payload else { throw RPCError(.unknown, "no image") }
      #expect(image.index == index && image.seed == 5 + Int64(index))
      #expect(image.data == Samples.png(salt: UInt8(index + 1)))
    }
    try await backend.report(assignment, .generationFinished(BackendGenerationFinished()))
    guard case .summary(let summary) = try await events.next()?.payload else { throw RPCError(.unknown, "no summary") }
    #expect(summary.state == .succeeded && summary.images.count == 2)
    #expect(try await events.next() == nil)

    var list = ListAssetsRequest()
    list.source = summary.id
    let assets = try await service.assets.listAssets(list).assets
    #expect(assets.map(\.id) == summary.images.reversed().map(\.asset))
    #expect(assets.allSatisfy { $0.kind == .image && $0.files[0].mediaType == "image/png" })
    var delete = DeleteGenerationRequest()
    delete.generation = summary.id
    _ = try await service.generations.deleteGeneration(delete)
    #expect(try await service.assets.listAssets(list).totalSize == 2)
    try await service.stop()
  }

  @Test("when the caller of Generate goes away, the generation is cancelled and the backend told")
  func callerVanishes() async throws {
    var request = GenerateRequest()
    request.settings = GenerationSettings()
    let backend = try await ScriptedBackend(service, .sampling)
    let assignment: BackendAssignment
    do {
      let stream = try await service.generations.generate(request)
      var events = stream.makeAsyncIterator()
      _ = try await events.next()
      assignment = try await backend.assignment()
      stream.cancel()
    }
    let cancel = try await backend.cancellation()
    #expect(cancel.jobId == assignment.jobId)
    #expect(try await service.generation(assignment.jobId).state == .cancelled)
    try await service.stop()
  }

  @Test("a watcher that goes away does not disturb the generation")
  func watcherVanishes() async throws {
    let generation = try await service.createGeneration()
    let backend = try await ScriptedBackend(service, .sampling)
    let assignment = try await backend.assignment()
    var request = WatchGenerationRequest()
    request.generation = generation.id
    let stream = try await service.generations.watchGeneration(request)
    var events = stream.makeAsyncIterator()
    _ = try await events.next()
    stream.cancel()
    try await backend.image(assignment, index: 0)
    try await backend.report(assignment, .generationFinished(BackendGenerationFinished()))
    _ = try await service.waitForGeneration(generation.id, .succeeded)
    try await service.stop()
  }

  @Test("what a backend warns of is kept with the generation, once however often it is said, and sent to watchers")
  func warnings() async throws {
    let generation = try await service.createGeneration()
    let first = try await ScriptedBackend(service, .sampling)
    let begun = try await first.assignment()
    try await first.report(begun, .warning("3 parts of a LoRA fit nothing"))
    try await first.fail(begun, "once more", retryable: true)
    let again = try await first.assignment()
    try await first.report(again, .warning("3 parts of a LoRA fit nothing"))
    try await first.report(again, .warning("the mask is empty" + String(repeating: "!", count: 5_000)))
    // One character, as people count.
    try await first.report(again, .warning("e" + String(repeating: "\u{301}", count: 5_000)))
    for number in 0..<120 { try await first.report(again, .warning("\(number)")) }
    try await first.image(again, index: 0)
    try await first.report(again, .generationFinished(BackendGenerationFinished()))
    let done = try await service.waitForGeneration(generation.id, .succeeded)
    try #require(done.warnings.count == 100)
    #expect(done.warnings[0] == "3 parts of a LoRA fit nothing")
    #expect(done.warnings[1].hasPrefix("the mask is empty") && done.warnings[1].count == 1_024)
    #expect(done.warnings[2].utf8.count == 1_023)
    #expect(done.warnings[99] == "96")
    var sent: [String] = []
    let events = try await service.generations.watchGeneration(
      .with { ($0.generation, $0.afterSequence) = (generation.id, 1) })
    for try await event in events {
      if case .warning(let text) = event.payload { sent.append(text) }
    }
    #expect(sent == done.warnings)
    try await service.stop()
  }

  @Test("a generation whose backend is lost keeps its finished images and is asked only for the others")
  func lostBackend() async throws {
    let generation = try await service.createGeneration { $0.imageCount = 3 }
    let first = try await ScriptedBackend(service, .sampling, id: "first")
    let lost = try await first.assignment()
    try await first.image(lost, index: 1, salt: 1)
    var request = WatchGenerationRequest()
    request.generation = generation.id
    for try await event in try await service.generations.watchGeneration(request) {
      if case .image = event.payload { break }
      if case .snapshot(let now) = event.payload, !now.images.isEmpty { break }
    }
    await first.vanish()
    let second = try await ScriptedBackend(service, .sampling, id: "second")
    let again = try await second.assignment()
    guard case .generation(let job) = again.job else { throw RPCError(.unknown, "not a generation") }
    #expect(job.finishedIndices == [1])
    #expect(job.generation?.settings?.seeds == generation.settings?.seeds)
    for index in [0, 1, 2] as [Int32] { try await second.image(again, index: index, salt: 9) }
    try await second.report(again, .generationFinished(BackendGenerationFinished()))
    let done = try await service.waitForGeneration(generation.id, .succeeded)
    #expect(done.images.map(\.index) == [0, 1, 2])
    var list = ListAssetsRequest()
    list.source = generation.id
    #expect(try await service.assets.listAssets(list).totalSize == 3)
    try await service.stop()
  }

  @Test("a new image is progress: failures before it no longer count")
  func progressBetweenFailures() async throws {
    try await service.stop()
    let service = try await ServiceUnderTest(TestDirectory()) { $0.limits.maxAttempts = 2 }
    let generation = try await service.createGeneration { $0.imageCount = 3 }
    let backend = try await ScriptedBackend(service, .sampling)
    for index in 0..<3 as Range<Int32> {
      let assignment = try await backend.assignment()
      #expect(assignment.attempt == index + 1)
      try await backend.image(assignment, index: index)
      if index < 2 {
        try await backend.fail(assignment, "out of memory", retryable: true)
      } else {
        try await backend.report(assignment, .generationFinished(BackendGenerationFinished()))
      }
    }
    _ = try await service.waitForGeneration(generation.id, .succeeded)
    try await service.stop()
  }

  @Test("a watch sends finished images one by one, and one answer carries only so many bytes of them")
  func inlineImages() async throws {
    try await service.stop()
    let service = try await ServiceUnderTest(TestDirectory()) { $0.limits.maxInlineBytes = 50 }
    let generation = try await service.createGeneration { $0.imageCount = 2 }
    let backend = try await ScriptedBackend(service, .sampling)
    let assignment = try await backend.assignment()
    for index in 0..<2 as Range<Int32> { try await backend.image(assignment, index: index, salt: UInt8(index)) }
    try await backend.report(assignment, .generationFinished(BackendGenerationFinished()))
    _ = try await service.waitForGeneration(generation.id, .succeeded)
    var watch = WatchGenerationRequest()
    watch.generation = generation.id
    watch.inlineImages = true
    var events: [GenerationEvent] = []
    for try await event in try await service.generations.watchGeneration(watch) { events.append(event) }
    guard case .snapshot(let snapshot) = events.first?.payload else { throw RPCError(.unknown, "no snapshot") }
    #expect(snapshot.images.count == 2 && snapshot.images.allSatisfy { $0.data.isEmpty })
    let sent = events.dropFirst().map { event in
      if case .image(let image) = event.payload { image.data } else { [UInt8]() }
    }
    #expect(sent == [Samples.png(salt: 0), Samples.png(salt: 1)])
    var get = GetGenerationRequest()
    get.generation = generation.id
    get.inlineImages = true
    let images = try await service.generations.getGeneration(get).images
    #expect(images.map(\.data) == [Samples.png(salt: 0), []])
    try await service.stop()
  }

  @Test("a second service on the same backends' socket fails, and leaves the first one's alone")
  func sharedSocket() async throws {
    let socket = service.socket
    let failure = await failure {
      _ = try await ServiceUnderTest(TestDirectory()) { $0.backendSocket = socket }
    }
    #expect(failure?.message.contains("another server is listening") == true)
    _ = try await ScriptedBackend(service, .sampling)
    try await service.stop()
  }

  @Test("a backend that claims to be done without all images does the job again")
  func missingImages() async throws {
    _ = try await service.createGeneration { $0.imageCount = 2 }
    let backend = try await ScriptedBackend(service, .sampling)
    let first = try await backend.assignment()
    try await backend.image(first, index: 0)
    try await backend.report(first, .generationFinished(BackendGenerationFinished()))
    let again = try await backend.assignment()
    #expect(again.jobId == first.jobId && again.attempt == 2)
    try await service.stop()
  }

  @Test("a job goes to the backend that has its checkpoint in memory")
  func warmCheckpoint() async throws {
    let cold = try await ScriptedBackend(service, .sampling, id: "cold", slots: 8)
    let warm = try await ScriptedBackend(service, .sampling, id: "warm", slots: 8)
    _ = try await service.createGeneration()
    // Both are idle: the first one attached gets it.
    guard case .generation(let job) = try await cold.assignment().job, let digest = job.checkpoint?.digest else {
      throw RPCError(.unknown, "not a generation")
    }
    var heartbeat = BackendHeartbeat()
    heartbeat.warmCheckpoints = [digest]
    try await warm.send(.heartbeat(heartbeat))
    // Something that is answered, so that the heartbeat has been handled before the next job comes.
    var stale = BackendJobReport()
    stale.jobId = "unknown"
    stale.payload = .started(BackendJobStarted())
    try await warm.send(.report(stale))
    _ = try await warm.cancellation()
    for _ in 0..<3 {
      let generation = try await service.createGeneration()
      #expect(try await warm.assignment().jobId == generation.id)
    }
    try await service.stop()
  }

  @Test("one answer names every wrong field")
  func violations() async throws {
    let failure = await failure {
      _ = try await service.createGeneration { settings in
        settings.prompt = String(repeating: "x", count: 10_001)
        settings.sampler = .unrecognized(99)
        settings.steps = 0
        settings.guidanceScale = .infinity
        settings.width = 63
        settings.height = 8_192
        settings.seeds = [-1, 1 << 32]
        settings.imageCount = 17
        settings.strength = 0
        var lora = LoraWeight()
        lora.asset = "absent"
        lora.weight = 5
        settings.loras = [lora]
        settings.format = .unrecognized(4)
      }
    }
    #expect(failure?.code == .invalidArgument)
    #expect(
      Set(failure?.fieldViolations.map(\.field) ?? []) == [
        "settings.prompt", "settings.sampler", "settings.steps", "settings.guidance_scale", "settings.width",
        "settings.height", "settings.seeds[0]", "settings.seeds[1]", "settings.image_count", "settings.strength",
        "settings.loras[0].weight", "settings.loras[0].asset", "settings.format",
      ])
    #expect(failure?.message.contains("SAMPLER_DDIM") == true)
    try await service.stop()
  }

  @Test("a missing LoRA is NOT_FOUND and says which")
  func missingLora() async throws {
    let failure = await failure {
      _ = try await service.createGeneration { settings in
        var lora = LoraWeight()
        lora.asset = "absent"
        settings.loras = [lora]
      }
    }
    #expect(failure?.code == .notFound)
    #expect(failure?.message.contains("absent") == true)
    try await service.stop()
  }

  @Test("without a checkpoint, the first LoRA's own is taken")
  func checkpointOfLora() async throws {
    try await service.upload("style", Samples.lora, kind: .lora)
    var get = GetAssetRequest()
    get.asset = "style"
    let lora = try await service.assets.getAsset(get)
    #expect(lora.lora?.rank == 4 && lora.lora?.alpha == 2 && lora.family == .stableDiffusion1)
    let generation = try await service.createGeneration { settings in
      var weight = LoraWeight()
      weight.asset = "style"
      settings.loras = [weight]
    }
    #expect(generation.settings?.checkpoint == "lorikeet-tiny")
    #expect(generation.settings?.loras.first?.weight == 1)
    try await service.stop()
  }

  @Test("seeds count up from the last, past 2^32 from zero")
  func seeds() {
    var settings = GenerationSettings()
    settings.seeds = [4_294_967_295]
    settings.imageCount = 3
    #expect(GenerationRules.completed(settings, checkpoint: Asset()).seeds == [4_294_967_295, 0, 1])
    settings.seeds = [1, 9]
    settings.imageCount = nil
    #expect(GenerationRules.completed(settings, checkpoint: Asset()).imageCount == 2)
  }
}
