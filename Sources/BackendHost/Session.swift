import Foundation
import Images
import LorikeetAPI
import Logging
import RPC
import Synchronization

/// One attachment to the service, from `hello` to the stream's end.
final class Session: Sendable {
  private let configuration: BackendConfiguration
  private let device: ComputeDevice
  private let inspector: Inspector
  private let exchange: BlobExchange
  private let logger: Logger
  private let jobs = Mutex((open: [RunningJob](), isDraining: false))
  private let inspections = RunningInspections()
  private let imageLimits = Mutex(ImageLimits.defaults)
  private let draining = AsyncStream<Void>.makeStream()

  init(
    _ configuration: BackendConfiguration, device: ComputeDevice, inspector: Inspector,
    service: BackendServiceClient, logger: Logger
  ) {
    self.configuration = configuration
    self.device = device
    self.inspector = inspector
    self.logger = logger
    exchange = BlobExchange(
      service: service, folder: "\(configuration.workFolder)/blobs", budget: configuration.downloadBytes)
  }

  /// Asks the session to stop its jobs, keep what they learned, and end.
  func drain() {
    jobs.withLock { $0.isDraining = true }
    draining.continuation.yield()
    draining.continuation.finish()
  }

  /// Serves until the stream ends, or the session is drained from either side.
  ///
  /// - Parameter onAttached: called when the service has welcomed the backend.
  /// - Throws: `RPCError` of the stream.
  func run(onAttached: () -> Void) async throws {
    let call = try await exchange.service.attach()
    try await call.requests.write(.with { $0.payload = .hello(hello) })
    var responses = call.responses.makeAsyncIterator()
    guard case .welcome(let welcome)? = try await responses.next()?.payload else {
      throw RPCError(.failedPrecondition, "the service did not welcome this backend")
    }
    if welcome.maxImagePixels > 0 {
      imageLimits.withLock { $0.maxPixels = Int(welcome.maxImagePixels) }
    }
    onAttached()
    logger.info("attached", metadata: ["service": "\(configuration.service)"])

    let interval = Duration.milliseconds(max(Int64(welcome.heartbeatIntervalMs), 100))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.beat(call.requests, every: interval) }
      group.addTask {
        for await _ in self.draining.stream { break }
        if Task.isCancelled { return }
        try await self.end(call)
      }
      defer {
        for job in jobs.withLock({ $0.open }) { job.stop(.lost) }
        group.cancelAll()
      }
      while let message = try await responses.next() {
        switch message.payload {
        case .assignment(let assignment):
          let job = RunningJob(id: assignment.jobId, attempt: assignment.attempt)
          let begins = jobs.withLock { jobs in
            if !jobs.isDraining { jobs.open.append(job) }
            return !jobs.isDraining
          }
          // It was on its way when the end began. Nothing of it is done here: the service hands it out anew.
          guard begins else { continue }
          group.addTask { await self.run(job, assignment, call.requests) }
        case .cancel(let cancel) where cancel.attempt == 0:
          // Jobs are tried from 1 on.
          inspections.cancel(cancel.jobId)
        case .cancel(let cancel):
          let wanted = jobs.withLock { $0.open.filter { $0.id == cancel.jobId && $0.attempt == cancel.attempt } }
          for job in wanted { job.stop(.cancelled, keepingWork: cancel.keep) }
        case .drain:
          drain()
        case .inspection(let inspection):
          let answer = inspections.begin(inspection.id) { await self.answer(inspection) }
          group.addTask {
            let result = await answer()
            try await call.requests.write(.with { $0.payload = .inspection(result) })
          }
        case .welcome, nil:
          break
        }
      }
    }
  }

  private var hello: BackendHello {
    .with {
      $0.backendId = configuration.id
      $0.role = configuration.role == .training ? .training : .sampling
      $0.device = device.identity.deviceName
      $0.slots = configuration.role == .sampling ? Int32(clamping: configuration.samplingSlots) : 1
      $0.version = device.identity.version
      $0.precision = device.identity.precision
      $0.processId = Int64(getpid())
    }
  }

  private func beat(_ writer: RequestWriter<BackendAttachRequest>, every interval: Duration) async throws {
    while !Task.isCancelled {
      try await Task.sleep(for: interval)
      var heartbeat = BackendHeartbeat()
      heartbeat.warmCheckpoints = device.warmCheckpoints
      try await writer.write(.with { $0.payload = .heartbeat(heartbeat) })
    }
  }

  /// Lets the jobs save and send what they have, then says goodbye.
  private func end(_ call: BidirectionalCall<BackendAttachRequest, BackendAttachResponse>) async throws {
    let open = jobs.withLock { $0.open }
    for job in open { job.stop(.drained) }
    for job in open { await job.waitForEnd() }
    try await call.requests.finish()
  }

  // MARK: Inspections

  /// Answers beside the jobs; what cannot be answered is said.
  private func answer(_ inspection: BackendInspection) async -> BackendInspectionResult {
    let limits = imageLimits.withLock { $0 }
    // The inspection's own: another one may lay the same content out while this one reads it.
    let folder = "\(configuration.workFolder)/inspections/\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      return try await exchange.holdingDownloads { exchange in
        let job = InspectionJob(
          inspection: inspection, inspector: inspector, exchange: exchange,
          folders: CheckpointFolders(exchange: exchange, folder: folder), imageLimits: limits)
        return try await job.run()
      }
    } catch {
      logger.notice("inspection failed", metadata: ["error": "\(error)"])
      // What a cancelled download ends with is the connection's word for it.
      return .failed(inspection.id, JobFailure.report(Task.isCancelled ? CancellationError() : error))
    }
  }

  // MARK: Jobs

  private func run(
    _ job: RunningJob, _ assignment: BackendAssignment, _ writer: RequestWriter<BackendAttachRequest>
  ) async {
    var jobLogger = logger
    jobLogger[metadataKey: "job"] = "\(job.id)"
    let logger = jobLogger
    logger.info("job begun", metadata: ["attempt": "\(job.attempt)"])
    defer {
      jobs.withLock { $0.open.removeAll { $0 === job } }
      job.hasEnded()
    }
    let reports = JobReports()
    defer { reports.discardRest() }
    let limits = imageLimits.withLock { $0 }
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await self.compute(job, assignment, limits, reports)
        } catch is CancellationError {
          if job.stopReason == .cancelled { reports.send(.cancelled(BackendJobCancelled())) }
        } catch {
          logger.warning("job failed", metadata: ["error": "\(error)"])
          reports.send(.failed(JobFailure.report(error)))
        }
        reports.finish()
      }
      await deliver(reports, of: job, to: writer, logger)
    }
    logger.info("job ended", metadata: ["stopped": "\(job.stopReason.map { "\($0)" } ?? "no")"])
  }

  private func compute(
    _ job: RunningJob, _ assignment: BackendAssignment, _ limits: ImageLimits, _ reports: JobReports
  ) async throws {
    try await exchange.holdingDownloads { try await compute(job, assignment, limits, reports, exchange: $0) }
    // Said when its downloads are let go: the next job may need their room.
    if case .generation = assignment.job { reports.send(.generationFinished(BackendGenerationFinished())) }
  }

  private func compute(
    _ job: RunningJob, _ assignment: BackendAssignment, _ limits: ImageLimits, _ reports: JobReports,
    exchange: BlobExchange
  ) async throws {
    // The job's own: another one may lay the same content out under other names.
    let folder = "\(configuration.workFolder)/checkpoints/\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let folders = CheckpointFolders(exchange: exchange, folder: folder)
    switch (assignment.job, configuration.role) {
    case (.tune(let tune), .training):
      try await TuneJob(
        assignment: tune, device: device, exchange: exchange, folders: folders, workFolder: configuration.workFolder,
        imageLimits: limits
      ).run(job, reports: reports)
    case (.generation(let generation), .sampling):
      try await GenerationJob(
        assignment: generation, device: device, exchange: exchange, folders: folders, imageLimits: limits
      ).run(job, reports: reports)
    default:
      throw InputError.invalid("a \(configuration.role.rawValue) backend was handed a job of another kind")
    }
  }

  /// Sends a job's messages in their order. When one cannot be sent, nothing after it is: the service would take the
  /// later for the whole.
  private func deliver(
    _ reports: JobReports, of job: RunningJob, to writer: RequestWriter<BackendAttachRequest>,
    _ logger: Logger
  ) async {
    var failure: (any Error)?
    while let message = await reports.next() {
      defer { message.discard() }
      guard failure == nil, job.stopReason != .lost else { continue }
      do {
        try await writer.write(report(of: job, try await payload(message, logger)))
      } catch {
        logger.warning("report not delivered", metadata: ["error": "\(error)"])
        failure = error
        job.flag.cancel()
      }
    }
    if let failure, job.stopReason != .lost {
      // The stream may well be alive: the service learns that this attempt is over.
      try? await writer.write(report(of: job, .failed(JobFailure.report(failure))))
    }
  }

  private func payload(_ message: JobMessage, _ logger: Logger) async throws -> BackendJobReport.Payload {
    switch message.content {
    case .report(let payload):
      return payload
    case .upload(let upload, let make):
      do {
        switch upload {
        case .bytes(let bytes): return make(try await exchange.upload(bytes))
        case .file(let path): return make(try await exchange.upload(file: path))
        }
      } catch {
        guard let loss = message.dispensable, !Task.isCancelled else { throw error }
        logger.warning("not stored", metadata: ["what": "\(loss)", "error": "\(error)"])
        return .warning("\(loss) could not be stored: \(error)")
      }
    }
  }

  private func report(of job: RunningJob, _ payload: BackendJobReport.Payload) -> BackendAttachRequest {
    var report = BackendJobReport()
    report.jobId = job.id
    report.attempt = job.attempt
    report.payload = payload
    return .with { $0.payload = .report(report) }
  }
}
