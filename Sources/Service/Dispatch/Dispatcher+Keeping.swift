import LorikeetAPI
import Logging
import Store

/// Tunes that are stopped before their end and kept: a usable LoRA and a point from which another tune can go on.
extension Dispatcher {
  /// Stops a tune and keeps what it has learned. One that runs ends when its backend has handed that over; until then
  /// it counts as running. One that has ended stays as it is.
  package func cancelKeeping(_ id: String) async throws -> Tune {
    while true {
      guard let tune = try await store.job(Tune.self, id) else { throw StoreError.notFound("tune “\(id)”") }
      switch tune.state {
      case .running:
        let stopping = try await store.updateJob(Tune.self, id, ifIn: [.running], attempt: tune.attempt) {
          tune, changes in
          tune.stateReason = "being stopped; what it has learned is kept"
          changes.requestsKeeping = true
          changes.events = [.state]
        }
        guard let stopping else { continue }
        stopOnBackends(id, keep: true)
        signals.notify(id)
        return stopping
      case .pending:
        if let ended = try await endKept(id, in: .pending, attempt: tune.attempt, because: "no backend had it") {
          return ended
        }
      default:
        return tune
      }
    }
  }

  /// Ends a tune that no backend will hand over: what stays is its last training checkpoint, if there is one.
  ///
  /// - Returns: nil when the tune is no longer in that state and at that attempt.
  func endKept(_ id: String, in state: JobState, attempt: Int32, because reason: String) async throws -> Tune? {
    let checkpoint = try await store.assignment(ofJob: id)?.resumeFrom
    let tune = try await store.updateJob(Tune.self, id, ifIn: [state], attempt: attempt) { tune, changes in
      tune.state = .cancelled
      changes.events = [.state]
      guard let checkpoint else {
        tune.stateReason = "cancelled by the user; there was nothing to keep: \(reason)"
        return
      }
      tune.stateReason =
        "cancelled by the user; another tune can go on from step \(checkpoint.step), but there is no LoRA: \(reason)"
      var result = tune.result ?? TuneResult()
      result.keptStep = checkpoint.step
      tune.result = result
      changes.keepsTrainingCheckpoint = true
    }
    if tune != nil {
      signals.notify(id)
      signals.notifyAll()
    }
    return tune
  }

  /// A backend has stopped a tune.
  func take(
    _ cancelled: BackendJobCancelled, _ report: BackendJobReport, _ running: AttachedBackend.Running
  ) async throws {
    guard running.keeps, let kept = cancelled.kept, kept.lora != nil else {
      await stopped(report, running)
      return
    }
    let facts = await inspectLora(kept.lora)
    let base = try await baseCheckpoint(of: report.jobId)
    try await update(Tune.self, report) { tune, changes in
      tune.take(kept, facts, base, &changes)
      tune.state = .cancelled
      changes.events = [.state]
      guard let checkpoint = cancelled.checkpoint else {
        tune.stateReason = "cancelled by the user; the LoRA is kept, but no point to go on from could be stored"
        return
      }
      tune.result?.keptStep = checkpoint.step
      tune.stateReason = "cancelled by the user; what it learned in \(checkpoint.step) steps is kept"
      changes.trainingCheckpoint = checkpoint
      changes.keepsTrainingCheckpoint = true
    }
    logger.info("tune stopped and kept", metadata: ["job": "\(report.jobId)"])
  }
}

extension Dispatcher {
  /// What the checkpoint that a tune is trained on is called now: another one may stand under the name that the tune
  /// was accepted with. nil where it is no longer there.
  func baseCheckpoint(of tune: String) async throws -> String? {
    guard case .tune(let inputs) = try await store.assignment(ofJob: tune)?.assignment.job,
      let checkpoint = inputs.checkpoint
    else { return nil }
    return try await store.asset(checkpoint.assetId)?.name
  }

  /// What a LoRA that a backend made is found to be, looked at as an uploaded one is; nil where that cannot be told.
  func inspectLora(_ blob: BackendBlob?) async -> LoraFacts? {
    guard let digest = blob.flatMap({ Digest(hex: $0.sha256) }) else { return nil }
    do {
      return try await Inspection.run { [blobs = store.blobs] in
        // What fits nothing is the backend's affair: it has applied the file before it called it finished.
        try LoraContent.inspect(blobs.reader(of: digest), allowUnmatched: true)
      }
    } catch {
      logger.warning("a tune's LoRA could not be looked at", metadata: ["error": "\(error)"])
      return nil
    }
  }
}

extension Tune {
  /// Takes in what a tune has made, with the asset that it becomes.
  ///
  /// - Parameter base: the name of what it was trained on; nil: as the tune has it.
  mutating func take(
    _ finished: BackendTuneFinished, _ facts: LoraFacts?, _ base: String?, _ changes: inout JobChanges<Tune>
  ) {
    let asset = Asset(lora: finished, facts, of: self, baseCheckpoint: base ?? baseCheckpoint)
    var result = result ?? TuneResult()
    result.loraAsset = asset.id
    result.finalLoss = finished.finalLoss
    result.rejectedImages += finished.rejectedImages
    result.health = finished.health
    self.result = result
    usage = finished.usage
    changes.assets = [asset]
  }
}
