import LorikeetAPI
import RPC
import Store

/// Trains LoRA adapters: accepts tunes, shows them, stops them. The dispatcher sees to it that they run.
package struct TuneService: TuneServiceProvider {
  private let store: Store
  private let dispatcher: Dispatcher
  private let signals: JobSignals
  private let planner: TunePlanner

  package init(store: Store, dispatcher: Dispatcher, signals: JobSignals, defaultCheckpoint: String) {
    self.store = store
    self.dispatcher = dispatcher
    self.signals = signals
    planner = TunePlanner(store: store, defaultCheckpoint: defaultCheckpoint)
  }

  package func createTune(_ request: CreateTuneRequest, context: ServerContext) async throws -> Tune {
    let key = RequestKey(method: "CreateTune", requestID: request.requestId, request: request.serializedBytes())
    if let key, let earlier = try await store.job(Tune.self, madeBy: key) { return earlier }
    let (tune, isNew) = try await store.createJob(try await planner.plan(request), key: key)
    if isNew { await dispatcher.jobsChanged() }
    return tune
  }

  package func getTune(_ request: GetTuneRequest, context: ServerContext) async throws -> Tune {
    try await find(request.tune)
  }

  package func listTunes(_ request: ListTunesRequest, context: ServerContext) async throws -> ListTunesResponse {
    var violations = Violations()
    let page = PageRequest(request.pageSize, request.pageToken, &violations)
    try violations.check()
    let filter = JobFilter(
      states: request.states.filter { $0 != .unspecified }, nameContains: request.nameContains,
      labelIs: request.triggerWord, checkpoint: request.baseCheckpoint)
    let found = try await store.jobs(Tune.self, filter, page: page)
    var response = ListTunesResponse()
    response.tunes = found.elements
    response.nextPageToken = found.nextToken
    response.totalSize = Int32(clamping: found.totalSize)
    return response
  }

  package func watchTune(
    _ request: WatchTuneRequest, responses: ResponseWriter<WatchTuneResponse>, context: ServerContext
  ) async throws {
    let id = try await find(request.tune).id
    // Subscribed before the snapshot is read: nothing can fall between.
    let subscription = signals.subscribe(id)
    let tune = try await find(id)
    var sequence = request.afterSequence
    var response = WatchTuneResponse()
    if sequence == 0 {
      response.payload = .snapshot(tune)
      try await responses.write(response)
      sequence = tune.lastSequence
    }
    guard (0...tune.lastSequence).contains(sequence) else {
      throw RPCError.invalid("after_sequence", "must be 0 to \(tune.lastSequence), the tune's newest event")
    }
    try await JobWatch<Tune>(store: store, signals: signals).run(id, after: sequence, subscription: subscription) {
      response.payload = .event($0)
      try await responses.write(response)
    } idle: { _ in
    }
  }

  package func cancelTune(_ request: CancelTuneRequest, context: ServerContext) async throws -> Tune {
    let id = try await find(request.tune).id
    return try await dispatcher.cancel(Tune.self, id)
  }

  package func lintTune(_ request: LintTuneRequest, context: ServerContext) async throws -> LintTuneResponse {
    throw RPCError(.unimplemented, "this version does not look at data sets")
  }

  package func forecastTune(_ request: ForecastTuneRequest, context: ServerContext) async throws -> TuneForecast {
    throw RPCError(.unimplemented, "this version does not forecast")
  }

  package func deleteTune(_ request: DeleteTuneRequest, context: ServerContext) async throws -> DeleteTuneResponse {
    let id = try await find(request.tune).id
    try await dispatcher.delete(Tune.self, id)
    return DeleteTuneResponse()
  }

  private func find(_ idOrName: String) async throws -> Tune {
    guard !idOrName.isEmpty else { throw RPCError.invalid("tune", "must be a tune's id or name") }
    guard let tune = try await store.job(Tune.self, idOrName) else { throw StoreError.notFound("tune “\(idOrName)”") }
    return tune
  }
}
