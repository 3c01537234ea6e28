import LorikeetAPI
import RPC
import Testing

/// A backend whose every message the test writes: it speaks the real protocol over the real socket.
final class ScriptedBackend: Sendable {
  let service: BackendServiceClient
  private let client: RPCClient
  private let call: BidirectionalCall<BackendAttachRequest, BackendAttachResponse>
  let welcome: BackendWelcome

  init(
    _ service: ServiceUnderTest, _ role: BackendRole, id: String = "scripted", slots: Int32 = 1,
    _ edit: (inout BackendHello) -> Void = { _ in }
  ) async throws {
    client = RPCClient(target: .unix(path: service.socket))
    self.service = BackendServiceClient(client)
    call = try await self.service.attach()
    var hello = BackendHello()
    hello.backendId = id
    hello.role = role
    hello.slots = slots
    hello.device = "scripted"
    edit(&hello)
    var request = BackendAttachRequest()
    request.payload = .hello(hello)
    try await call.requests.write(request)
    var iterator = call.responses.makeAsyncIterator()
    guard case .welcome(let welcome) = try await iterator.next()?.payload else {
      throw RPCError(.failedPrecondition, "no welcome")
    }
    self.welcome = welcome
  }

  func send(_ payload: BackendAttachRequest.Payload) async throws {
    var request = BackendAttachRequest()
    request.payload = payload
    try await call.requests.write(request)
  }

  /// The next message from the service; `nil` when it has closed the stream.
  func next() async throws -> BackendAttachResponse.Payload? {
    var iterator = call.responses.makeAsyncIterator()
    return try await iterator.next()?.payload
  }

  func assignment() async throws -> BackendAssignment {
    guard case .assignment(let assignment) = try await next() else {
      throw RPCError(.failedPrecondition, "the service sent something else than an assignment")
    }
    return assignment
  }

  func cancellation() async throws -> BackendCancelAssignment {
    guard case .cancel(let cancel) = try await next() else {
      throw RPCError(.failedPrecondition, "the service sent something else than a cancellation")
    }
    return cancel
  }

  func inspection() async throws -> BackendInspection {
    guard case .inspection(let inspection) = try await next() else {
      throw RPCError(.failedPrecondition, "the service sent something else than an inspection")
    }
    return inspection
  }

  func answer(
    _ inspection: BackendInspection, _ fill: (inout BackendInspectionResult) -> Void
  ) async throws {
    var result = BackendInspectionResult()
    result.id = inspection.id
    fill(&result)
    try await send(.inspection(result))
  }

  /// Hands over what a tune had learned when it was stopped.
  func handOver(_ assignment: BackendAssignment, step: Int32, state: [UInt8]) async throws {
    var cancelled = BackendJobCancelled()
    var kept = BackendTuneFinished()
    kept.lora = try await write(Samples.lora)
    kept.finalLoss = 0.5
    cancelled.kept = kept
    var checkpoint = BackendTrainingCheckpoint()
    checkpoint.step = step
    checkpoint.state = try await write(state)
    cancelled.checkpoint = checkpoint
    try await report(assignment, .cancelled(cancelled))
  }

  func report(
    _ assignment: BackendAssignment, attempt: Int32? = nil, _ payload: BackendJobReport.Payload
  ) async throws {
    var report = BackendJobReport()
    report.jobId = assignment.jobId
    report.attempt = attempt ?? assignment.attempt
    report.payload = payload
    try await send(.report(report))
  }

  func write(_ bytes: [UInt8]) async throws -> BackendBlob {
    try await service.writeBlob { writer in
      var request = BackendWriteBlobRequest()
      request.chunk = bytes
      try await writer.write(request)
    }
  }

  /// Reports progress of a tune.
  func progress(_ assignment: BackendAssignment, step: Int32, of total: Int32 = 100) async throws {
    var progress = TuneProgress()
    progress.step = step
    progress.totalSteps = total
    progress.loss = 0.5
    try await report(assignment, .tuneProgress(progress))
  }

  /// Stores a training checkpoint.
  func checkpoint(_ assignment: BackendAssignment, step: Int32, _ bytes: [UInt8]) async throws {
    var checkpoint = BackendTrainingCheckpoint()
    checkpoint.step = step
    checkpoint.state = try await write(bytes)
    try await report(assignment, .trainingCheckpoint(checkpoint))
  }

  /// Ends a tune well.
  func finish(
    _ assignment: BackendAssignment, attempt: Int32? = nil, lora: [UInt8] = Samples.lora,
    _ edit: (inout BackendTuneFinished) -> Void = { _ in }
  ) async throws {
    var finished = BackendTuneFinished()
    finished.lora = try await write(lora)
    finished.rank = 4
    finished.alpha = 4
    finished.tensorCount = 3
    finished.finalLoss = 0.25
    edit(&finished)
    try await report(assignment, attempt: attempt, .tuneFinished(finished))
  }

  /// Reports a finished image of a generation.
  func image(_ assignment: BackendAssignment, index: Int32, seed: Int64 = 1, salt: UInt8 = 0) async throws {
    var image = BackendImageReport()
    image.index = index
    image.seed = seed
    image.width = 64
    image.height = 48
    image.picture = try await write(Samples.png(salt: salt))
    image.pixelsSha256 = Samples.sha256([UInt8(truncatingIfNeeded: index)])
    try await report(assignment, .image(image))
  }

  func fail(_ assignment: BackendAssignment, _ message: String, retryable: Bool) async throws {
    var failed = BackendJobFailed()
    failed.code = 13
    failed.message = message
    failed.retryable = retryable
    try await report(assignment, .failed(failed))
  }

  /// Goes away without a word, as a killed process does.
  func vanish() async {
    await client.close()
  }
}
