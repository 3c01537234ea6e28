import LorikeetAPI
import Logging
import Store

extension Dispatcher {
  /// Takes one message of an attached backend, in the order they come.
  func receive(_ payload: BackendAttachRequest.Payload, from token: AttachedBackend.Token) async {
    guard backends[token] != nil else { return }
    backends[token]?.isBeingHeard = true
    defer {
      backends[token]?.isBeingHeard = false
      backends[token]?.lastHeard = .now
    }
    switch payload {
    case .hello: break  // refused by the service; nothing to do here
    case .heartbeat(let heartbeat):
      backends[token]?.warmCheckpoints = Set(heartbeat.warmCheckpoints.prefix(64))
    case .inspection(let result): answerInspection(result, from: token)
    case .report(let report):
      await receive(report, from: token)
      for blob in report.blobs { await releaseReported(blob.sha256) }
    }
  }

  private func receive(_ report: BackendJobReport, from token: AttachedBackend.Token) async {
    guard let backend = backends[token] else { return }
    guard let running = backend.jobs[report.jobId], running.attempt == report.attempt else {
      // An attempt that is no longer the job's: whatever it reports, it had better stop.
      if !report.isEnd { backend.sendCancel(job: report.jobId, attempt: report.attempt) }
      return
    }
    do {
      switch running.kind {
      case .tune: try await take(report, running, tuneFrom: token)
      case .generation: try await take(report, running, generationFrom: token)
      }
    } catch {
      // The store failed. The attempt's result is not kept, so the job runs again from where the store knows it.
      logger.error(
        "a report could not be stored", metadata: ["job": "\(report.jobId)", "error": "\(error)"])
      if report.carriesResult {
        finish(report, on: token)
        if !report.isEnd { backend.sendCancel(job: report.jobId, attempt: report.attempt) }
        await giveBack(
          report.jobId,
          JobReturn(kind: running.kind, attempt: running.attempt, reason: "\(error)", isFailure: true))
      }
    }
    if report.isEnd { finish(report, on: token) }
  }

  /// The backend has a free slot again, unless it was given the job's next attempt already.
  private func finish(_ report: BackendJobReport, on token: AttachedBackend.Token) {
    guard backends[token]?.jobs[report.jobId]?.attempt == report.attempt else { return }
    backends[token]?.jobs[report.jobId] = nil
    jobsChanged()
  }

  /// Whether enough time has passed to store progress again.
  private func isProgressDue(_ job: String, on token: AttachedBackend.Token, isComplete: Bool) -> Bool {
    let now = ContinuousClock.now
    guard let running = backends[token]?.jobs[job] else { return false }
    if !isComplete, let last = running.progressAt, now - last < timing.progressInterval { return false }
    backends[token]?.jobs[job]?.progressAt = now
    return true
  }

  /// Changes the job of a report, if the attempt still is the job's own.
  func update<Job: JobResource>(
    _ type: Job.Type, _ report: BackendJobReport, unless isRepeated: (@Sendable (Job.Event) -> Bool)? = nil,
    _ change: @escaping @Sendable (inout Job, inout JobChanges<Job>) -> Void
  ) async throws {
    let job = try await store.updateJob(
      Job.self, report.jobId, ifIn: [.running], attempt: report.attempt, unless: isRepeated, change)
    if job != nil { signals.notify(report.jobId) }
  }

  // MARK: Tunes

  private func take(
    _ report: BackendJobReport, _ running: AttachedBackend.Running, tuneFrom token: AttachedBackend.Token
  ) async throws {
    switch report.payload {
    case .started(let started):
      guard started.resumedFromStep > 0 || started.forecast != nil else { return }
      var forecast = started.forecast
      if let estimated = forecast, let tune = try await store.job(Tune.self, report.jobId) {
        forecast = try await TunePace(store: store).informed(estimated, of: tune)
      }
      try await update(Tune.self, report) { [forecast] tune, changes in
        if started.resumedFromStep > 0 { tune.stateReason = "goes on from step \(started.resumedFromStep)" }
        tune.forecast = forecast
        changes.events = [.state]
      }
    case .tuneProgress(let progress):
      guard isProgressDue(report.jobId, on: token, isComplete: progress.step >= progress.totalSteps) else { return }
      try await update(Tune.self, report) { tune, changes in
        tune.progress = progress
        changes.events = [.other(.progress(progress))]
      }
    case .trainingCheckpoint(let checkpoint):
      try await update(Tune.self, report) { _, changes in
        changes.trainingCheckpoint = checkpoint
        // It got somewhere: earlier losses no longer count.
        changes.failures = .none
      }
    case .tunePreview(let preview):
      // A repeated attempt makes the previews since its checkpoint again, and gives its warnings again.
      try await update(Tune.self, report, unless: { $0.tells(of: preview) }) { tune, changes in
        let asset = Asset(preview: preview, of: tune)
        var result = tune.result ?? TuneResult()
        result.previewAssets.append(asset.id)
        tune.result = result
        var event = TunePreview()
        event.step = preview.step
        event.prompt = preview.prompt
        event.asset = asset.id
        changes.assets = [asset]
        changes.events = [.other(.preview(event))]
      }
    case .warning(let warning):
      let text = String(warning.prefix(bytes: 4_096))
      try await update(Tune.self, report, unless: { $0.payload == .warning(text) }) { _, changes in
        changes.events = [.other(.warning(text))]
      }
    case .tuneFinished(let finished):
      let facts = await inspectLora(finished.lora)
      let base = try await baseCheckpoint(of: report.jobId)
      let stored = try await store.assignment(ofJob: report.jobId)?.resumeFrom?.step
      try await update(Tune.self, report) { tune, changes in
        tune.take(finished, facts, base, &changes)
        if let stored, stored == tune.steps, tune.settings?.schedule == .constant {
          tune.result?.keptStep = stored
          changes.keepsTrainingCheckpoint = true
        }
        if var progress = tune.progress {
          progress.step = progress.totalSteps
          progress.timeLeft = nil
          tune.progress = progress
        }
        tune.state = .succeeded
        tune.stateReason = ""
        changes.events = [.state]
      }
      logger.info("tune succeeded", metadata: ["job": "\(report.jobId)", "attempt": "\(report.attempt)"])
    case .failed(let failed):
      try await fail(Tune.self, report, failed) { tune in
        guard !failed.rejectedImages.isEmpty || failed.health != nil else { return }
        var result = tune.result ?? TuneResult()
        result.rejectedImages += failed.rejectedImages
        result.health = failed.health
        tune.result = result
      }
    case .cancelled(let cancelled): try await take(cancelled, report, running)
    case .generationProgress, .generationPreview, .image, .generationFinished, nil:
      logger.warning("a report that does not fit a tune", metadata: ["job": "\(report.jobId)"])
    }
  }

  // MARK: Generations

  /// Warnings that a generation keeps: what a backend sends is bounded.
  private static let mostWarnings = 100

  private func take(
    _ report: BackendJobReport, _ running: AttachedBackend.Running, generationFrom token: AttachedBackend.Token
  ) async throws {
    switch report.payload {
    case .started(let started):
      guard let engine = backends[token]?.engine,
        case .generation(let job) = try await store.assignment(ofJob: report.jobId)?.assignment.job
      else { return }
      try await update(Generation.self, report) { generation, _ in
        generation.begin(started, inputs: job, on: engine)
      }
    case .generationProgress(let progress):
      guard isProgressDue(report.jobId, on: token, isComplete: progress.step >= progress.totalSteps) else { return }
      try await update(Generation.self, report) { generation, changes in
        generation.progress = progress
        changes.events = [.other(.progress(progress))]
      }
    case .generationPreview(let preview): signals.publish(preview, job: report.jobId)
    case .image(let image):
      try await update(Generation.self, report) { generation, changes in
        let count = Int(generation.settings?.imageCount ?? 1)
        // A repeated attempt may make an image again that is stored already.
        guard (0..<count).contains(Int(image.index)), !generation.images.contains(where: { $0.index == image.index })
        else { return }
        let asset = Asset(image: image, of: generation)
        var made = GeneratedImage()
        made.index = image.index
        made.asset = asset.id
        made.seed = image.seed
        made.width = image.width
        made.height = image.height
        made.removedForSafety = image.removedForSafety
        made.safetyScore = image.safetyScore
        made.pixelsSha256 = Digest(hex: image.pixelsSha256)?.hex ?? ""
        generation.images = (generation.images + [made]).sorted { $0.index < $1.index }
        changes.assets = [asset]
        changes.events = [.other(.image(made))]
        // It got somewhere: earlier losses no longer count.
        changes.failures = .none
      }
    case .generationFinished:
      let generation = try await store.job(Generation.self, report.jobId)
      let wanted = Int(generation?.settings?.imageCount ?? 1)
      guard let generation, generation.images.count == wanted else {
        let reason = "the backend reported \(generation?.images.count ?? 0) of \(wanted) images"
        await giveBack(
          report.jobId, JobReturn(kind: .generation, attempt: report.attempt, reason: reason, isFailure: true))
        return
      }
      try await update(Generation.self, report) { generation, changes in
        generation.state = .succeeded
        generation.stateReason = ""
        if var progress = generation.progress {
          progress.step = progress.totalSteps
          progress.timeLeft = nil
          generation.progress = progress
        }
        changes.events = [.state]
      }
      logger.info("generation succeeded", metadata: ["job": "\(report.jobId)", "attempt": "\(report.attempt)"])
    case .failed(let failed): try await fail(Generation.self, report, failed) { _ in }
    case .cancelled: await stopped(report, running)
    case .warning(let warning):
      let text = String(warning.prefix(bytes: 1_024))
      // A repeated attempt gives its warnings again.
      guard let told = try await store.job(Generation.self, report.jobId)?.warnings, told.count < Self.mostWarnings,
        !told.contains(text)
      else { return }
      logger.warning("a backend's warning", metadata: ["job": "\(report.jobId)", "warning": "\(text)"])
      try await update(Generation.self, report) { generation, changes in
        generation.warnings.append(text)
        changes.events = [.other(.warning(text))]
      }
    case .tuneProgress, .tunePreview, .trainingCheckpoint, .tuneFinished, nil:
      logger.warning("a report that does not fit a generation", metadata: ["job": "\(report.jobId)"])
    }
  }

  // MARK: Both

  private func fail<Job: JobResource>(
    _ type: Job.Type, _ report: BackendJobReport, _ failed: BackendJobFailed,
    _ note: @escaping @Sendable (inout Job) -> Void
  ) async throws {
    let message = String(failed.message.prefix(bytes: 4_096))
    // A tune that is being stopped and kept ends as one whose backend was lost does: what it had saved stays.
    var isGivenBack = failed.retryable
    if !isGivenBack, Job.kind == .tune { isGivenBack = try await store.keepingIsRequested(ofJob: report.jobId) }
    if isGivenBack {
      let back = JobReturn(kind: Job.kind, attempt: report.attempt, reason: message, isFailure: true)
      await giveBack(report.jobId, back)
      return
    }
    try await update(Job.self, report) { job, changes in
      job.state = .failed
      job.stateReason = message
      note(&job)
      changes.events = [.state]
    }
    logger.warning("job failed", metadata: ["job": "\(report.jobId)", "reason": "\(message)"])
  }

  /// The backend stopped. When no user asked for it, the job goes on elsewhere; when it was to hand over what it has
  /// learned and had nothing, its last training checkpoint is what stays.
  func stopped(_ report: BackendJobReport, _ running: AttachedBackend.Running) async {
    guard running.cancelledAt == nil || running.keeps else { return }
    await giveBack(
      report.jobId,
      JobReturn(kind: running.kind, attempt: report.attempt, reason: "the backend stopped the job", isFailure: false))
  }
}

extension BackendJobReport {
  /// The last report of its attempt.
  var isEnd: Bool {
    switch payload {
    case .tuneFinished, .generationFinished, .failed, .cancelled: true
    default: false
    }
  }

  /// The blobs that it brings.
  var blobs: [BackendBlob] {
    let blobs: [BackendBlob?] =
      switch payload {
      case .trainingCheckpoint(let checkpoint): [checkpoint.state]
      case .tunePreview(let preview): [preview.picture]
      case .tuneFinished(let finished): [finished.lora]
      case .image(let image): [image.picture]
      case .cancelled(let cancelled): [cancelled.kept?.lora, cancelled.checkpoint?.state]
      case .started, .tuneProgress, .warning, .generationProgress, .generationPreview, .generationFinished, .failed,
        nil:
        []
      }
    return blobs.compactMap(\.self)
  }

  /// Losing this report would lose work or the job's end.
  var carriesResult: Bool {
    switch payload {
    case .image: true
    default: isEnd
    }
  }
}

extension TuneEvent {
  /// Whether it shows a preview of the same step and prompt.
  fileprivate func tells(of preview: BackendTunePreviewReport) -> Bool {
    guard case .preview(let shown) = payload else { return false }
    return shown.step == preview.step && shown.prompt == preview.prompt
  }
}
