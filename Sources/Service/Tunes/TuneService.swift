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
    let (tune, isNew) = try await store.createJob(try await planner.job(request), key: key)
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
    return try await request.keep ? dispatcher.cancelKeeping(id) : dispatcher.cancel(Tune.self, id)
  }

  package func lintTune(_ request: LintTuneRequest, context: ServerContext) async throws -> LintTuneResponse {
    let plan = try await planner.plan(request.tune, isToBeCreated: false)
    guard var found = try await inspect(plan, lint: true).lint else {
      throw RPCError(.internalError, "the training backend did not look at the images; update it")
    }
    // Those that the service itself would leave out never reached the backend.
    found.findings = plan.rejected.map { image in
      var finding = LintFinding()
      finding.severity = .error
      finding.rule = "unreadable"
      finding.assets = [image.asset]
      finding.message = image.reason
      return finding
    } + found.findings
    return found
  }

  package func forecastTune(_ request: ForecastTuneRequest, context: ServerContext) async throws -> TuneForecast {
    let plan = try await planner.plan(request.tune, isToBeCreated: false)
    guard let forecast = try await inspect(plan, forecast: true).forecast else {
      throw RPCError(.internalError, "the training backend did not forecast; update it")
    }
    return try await TunePace(store: store).informed(forecast, of: plan.tune)
  }

  package func deleteTune(_ request: DeleteTuneRequest, context: ServerContext) async throws -> DeleteTuneResponse {
    let id = try await find(request.tune).id
    try await dispatcher.delete(Tune.self, id)
    return DeleteTuneResponse()
  }

  private func inspect(
    _ plan: TunePlanner.Plan, lint: Bool = false, forecast: Bool = false
  ) async throws -> BackendInspectionResult {
    let inputs = AssignmentBuilder(blobs: store.blobs).build(plan.inputs, for: plan.tune)
    return try await dispatcher.inspect(inputs, lint: lint, forecast: forecast)
  }

  private func find(_ idOrName: String) async throws -> Tune {
    guard !idOrName.isEmpty else { throw RPCError.invalid("tune", "must be a tune's id or name") }
    guard let tune = try await store.job(Tune.self, idOrName) else { throw StoreError.notFound("tune “\(idOrName)”") }
    return tune
  }
}
