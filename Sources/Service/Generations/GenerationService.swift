import LorikeetAPI
import ModelFiles
import Protobuf
import RPC
import Store

/// Makes images: accepts generations, shows them, stops them. The dispatcher sees to it that they run.
package struct GenerationService: GenerationServiceProvider {
  private let store: Store
  private let dispatcher: Dispatcher
  private let signals: JobSignals
  private let limits: ServiceLimits
  private let planner: GenerationPlanner
  private let followers = FollowerCount()

  package init(
    store: Store, dispatcher: Dispatcher, signals: JobSignals, limits: ServiceLimits, defaultCheckpoint: String
  ) {
    self.store = store
    self.dispatcher = dispatcher
    self.signals = signals
    self.limits = limits
    planner = GenerationPlanner(store: store, defaultCheckpoint: defaultCheckpoint)
  }

  package func generate(
    _ request: GenerateRequest, responses: ResponseWriter<GenerationEvent>, context: ServerContext
  ) async throws {
    let id = try await accept(
      request.settings, requestID: request.requestId, method: "Generate", request: request.serializedBytes()
    ).id
    followers.join(id)
    do {
      try await follow(id, after: 0, inlineImages: request.inlineImages, responses)
    } catch {
      // The caller is gone. Not so when the server is going away, or when a second caller follows the same generation.
      if followers.leave(id), Task.isCancelled, !signals.isClosed {
        _ = try? await dispatcher.cancel(Generation.self, id, reason: "the caller went away")
      }
      throw error
    }
    followers.leave(id)
  }

  package func createGeneration(
    _ request: CreateGenerationRequest, context: ServerContext
  ) async throws -> Generation {
    try await accept(
      request.settings, requestID: request.requestId, method: "CreateGeneration", request: request.serializedBytes())
  }

  private func accept(
    _ settings: GenerationSettings?, requestID: String, method: String, request: [UInt8]
  ) async throws -> Generation {
    let key = RequestKey(method: method, requestID: requestID, request: request)
    if let key, let earlier = try await store.job(Generation.self, madeBy: key) { return earlier }
    let (generation, isNew) = try await store.createJob(
      try await planner.plan(settings, requestID: requestID), key: key)
    if isNew { await dispatcher.jobsChanged() }
    return generation
  }

  package func getGeneration(_ request: GetGenerationRequest, context: ServerContext) async throws -> Generation {
    let generation = try await find(request.generation)
    return request.inlineImages ? try await withSomeData(generation) : generation
  }

  package func watchGeneration(
    _ request: WatchGenerationRequest, responses: ResponseWriter<GenerationEvent>, context: ServerContext
  ) async throws {
    let id = try await find(request.generation).id
    try await follow(id, after: request.afterSequence, inlineImages: request.inlineImages, responses)
  }

  package func listGenerations(
    _ request: ListGenerationsRequest, context: ServerContext
  ) async throws -> ListGenerationsResponse {
    var violations = Violations()
    let page = PageRequest(request.pageSize, request.pageToken, &violations)
    try violations.check()
    let filter = JobFilter(
      states: request.states.filter { $0 != .unspecified }, labelContains: request.promptContains)
    let found = try await store.jobs(Generation.self, filter, page: page)
    var response = ListGenerationsResponse()
    response.generations = found.elements
    response.nextPageToken = found.nextToken
    response.totalSize = Int32(clamping: found.totalSize)
    return response
  }

  package func cancelGeneration(
    _ request: CancelGenerationRequest, context: ServerContext
  ) async throws -> Generation {
    let id = try await find(request.generation).id
    return try await dispatcher.cancel(Generation.self, id)
  }

  package func replayGeneration(
    _ request: ReplayGenerationRequest, context: ServerContext
  ) async throws -> Generation {
    let key = RequestKey(
      method: "ReplayGeneration", requestID: request.requestId, request: request.serializedBytes())
    if let key, let earlier = try await store.job(Generation.self, madeBy: key) { return earlier }
    let manifest: GenerationManifest
    switch request.source {
    case .generation(let id):
      guard let made = try await find(id).manifest else {
        throw RPCError(.failedPrecondition, "generation “\(id)” has no manifest: it has not begun")
      }
      manifest = made
    case .manifest(let given): manifest = given
    case nil: throw RPCError.invalid("generation", "must be a generation's id, or a manifest must be there")
    }
    let replay = ReplayPlanner(store: store, planner: planner, engines: await dispatcher.engines(for: .generation))
    let job = try await replay.plan(manifest, request)
    let (generation, isNew) = try await store.createJob(job, key: key)
    if isNew {
      await dispatcher.jobsChanged()
      await dispatcher.pinned(to: job.engine)
    }
    return generation
  }

  package func listStylePresets(
    _ request: ListStylePresetsRequest, context: ServerContext
  ) async throws -> ListStylePresetsResponse {
    var response = ListStylePresetsResponse()
    response.presets = StylePresets.all.map { style in
      var preset = LorikeetAPI.StylePreset()
      (preset.name, preset.prompt, preset.negativePrompt) = (style.name, style.prompt, style.negativePrompt)
      return preset
    }
    return response
  }

  package func deleteGeneration(
    _ request: DeleteGenerationRequest, context: ServerContext
  ) async throws -> DeleteGenerationResponse {
    let id = try await find(request.generation).id
    try await dispatcher.delete(Generation.self, id)
    return DeleteGenerationResponse()
  }

  /// The stream that `Generate` and `WatchGeneration` share.
  private func follow(
    _ id: String, after sequence: Int64, inlineImages: Bool, _ responses: ResponseWriter<GenerationEvent>
  ) async throws {
    // Subscribed before the snapshot is read: nothing can fall between.
    let subscription = signals.subscribe(id)
    let generation = try await find(id)
    var sequence = sequence
    if sequence == 0 {
      var event = GenerationEvent()
      event.sequence = generation.lastSequence
      event.time = .now
      event.payload = .snapshot(generation)
      try await responses.write(event)
      sequence = generation.lastSequence
      // Each in a message of its own: the snapshot stays small however many are finished.
      for image in inlineImages ? generation.images : [] {
        try await responses.write(.unstored(.image(try await withData(image))))
      }
    }
    guard (0...generation.lastSequence).contains(sequence) else {
      throw RPCError.invalid("after_sequence", "must be 0 to \(generation.lastSequence), the newest event")
    }
    var jobsAhead = -1
    let watch = JobWatch<Generation>(store: store, signals: signals)
    try await watch.run(id, after: sequence, subscription: subscription) { event in
      var event = event
      if inlineImages, case .image(let image) = event.payload { event.payload = .image(try await withData(image)) }
      try await responses.write(event)
    } idle: { subscription in
      if let preview = subscription.takePreview() {
        try await responses.write(.unstored(.preview(preview)))
      }
      guard let waiting = try await store.job(Generation.self, id), waiting.state == .pending else { return }
      let ahead = try await store.jobsAhead(of: waiting)
      guard ahead != jobsAhead else { return }
      jobsAhead = ahead
      var queued = GenerationQueued()
      queued.jobsAhead = Int32(clamping: ahead)
      try await responses.write(.unstored(.queued(queued)))
    }
  }

  /// The generation with as many of its images' bytes as one message may carry; the others are to be downloaded.
  private func withSomeData(_ generation: Generation) async throws -> Generation {
    var generation = generation
    var room = limits.maxInlineBytes
    for index in generation.images.indices {
      generation.images[index] = try await withData(generation.images[index], limit: room)
      room -= Int64(generation.images[index].data.count)
    }
    return generation
  }

  /// The image with its bytes; without, where its asset was deleted or is larger than the limit.
  private func withData(_ image: GeneratedImage, limit: Int64? = nil) async throws -> GeneratedImage {
    var image = image
    let limit = limit ?? limits.maxInlineBytes
    guard let file = try await store.asset(image.asset)?.files.first, let digest = Digest(hex: file.sha256),
      file.sizeBytes <= limit
    else { return image }
    image.data = try await store.blobs.bytes(of: digest, limit: Int(limit))
    return image
  }

  private func find(_ id: String) async throws -> Generation {
    guard !id.isEmpty else { throw RPCError.invalid("generation", "must be a generation's id") }
    guard let generation = try await store.job(Generation.self, id) else {
      throw StoreError.notFound("generation “\(id)”")
    }
    return generation
  }
}

extension GenerationEvent {
  /// An event that is not kept: sequence 0.
  static func unstored(_ payload: Payload) -> GenerationEvent {
    var event = GenerationEvent()
    event.time = .now
    event.payload = payload
    return event
  }
}
