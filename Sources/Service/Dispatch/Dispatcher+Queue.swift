import Foundation
import LorikeetAPI
import Logging
import Store

extension Dispatcher {
  /// There may be work, or room for it.
  package func jobsChanged() {
    mustDispatch = true
    guard !isDispatching, !isDraining else { return }
    isDispatching = true
    Task { await dispatchAll() }
  }

  private func dispatchAll() async {
    while mustDispatch, !isDraining {
      mustDispatch = false
      for kind in JobKind.allCases {
        do {
          try await dispatch(kind)
        } catch {
          logger.error("the queue could not be read", metadata: ["error": "\(error)"])
          wake(at: Date(timeIntervalSinceNow: 1))
        }
      }
    }
    isDispatching = false
  }

  private func dispatch(_ kind: JobKind) async throws {
    while !isDraining {
      let free = backends.values.filter { $0.kind == kind && $0.hasRoom }
      guard !free.isEmpty else { return }
      let queue = try await store.queue(kind, engines: Set(free.map(\.engine)), limit: 1)
      guard let job = queue.first else { return }
      // Looked up again after the await: a backend may have come or gone.
      guard let token = choose(kind, job) else { return }
      switch kind {
      case .tune: try await handOut(Tune.self, job, to: token)
      case .generation: try await handOut(Generation.self, job, to: token)
      }
    }
  }

  /// A backend with room; first one that has the checkpoint in memory, then the least busy one.
  private func choose(_ kind: JobKind, _ job: QueuedJob) -> AttachedBackend.Token? {
    func rank(_ backend: AttachedBackend) -> (Int, Int, AttachedBackend.Token) {
      (backend.warmCheckpoints.contains(job.checkpointDigest) ? 0 : 1, backend.jobs.count, backend.token)
    }
    let suited = backends.values.filter {
      $0.kind == kind && $0.hasRoom && (job.engine == nil || job.engine == $0.engine)
    }
    return suited.min { rank($0) < rank($1) }?.token
  }

  private func handOut<Job: JobResource>(
    _ type: Job.Type, _ queued: QueuedJob, to token: AttachedBackend.Token
  ) async throws {
    let attempt = queued.attempt + 1
    // The slot is taken before anything is awaited, so that nothing else takes it.
    backends[token]?.jobs[queued.id] = .init(attempt: attempt, kind: Job.kind)
    let stored: StoredAssignment?
    let job: Job?
    do {
      stored = try await store.assignment(ofJob: queued.id)
      job = try await store.updateJob(Job.self, queued.id, ifIn: [.pending], attempt: queued.attempt) { job, changes in
        job.state = .running
        job.stateReason = ""
        job.attempt = attempt
        changes.events = [.state]
      }
    } catch {
      backends[token]?.jobs[queued.id] = nil
      throw error
    }
    guard let stored, let job else {
      // Cancelled or deleted in the meantime.
      backends[token]?.jobs[queued.id] = nil
      return
    }
    signals.notify(job.id)
    signals.notifyAll()
    guard let backend = backends[token], let running = backend.jobs[job.id] else {
      // Lost in the meantime; `detach` came too early to find the job running.
      await giveBack(
        job.id,
        JobReturn(kind: Job.kind, attempt: attempt, reason: "the backend was lost before it began", isFailure: false))
      return
    }
    let assignment = AssignmentBuilder(blobs: store.blobs).build(stored, for: job)
    backend.send(.assignment(assignment))
    if running.cancelledAt != nil { backend.sendCancel(job: job.id, attempt: attempt, keep: running.keeps) }
    logger.info(
      "job handed out", metadata: ["job": "\(job.id)", "attempt": "\(attempt)", "backend": "\(backend.id)"])
  }
}
