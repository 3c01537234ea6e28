import Foundation
import LorikeetAPI
import Logging
import RPC
import Store

/// Hands jobs to attached backends, and takes them back when a backend is lost.
///
/// What is true of a job stands in the store; here is only who works on it now. Every change of a job is guarded by its
/// state and attempt, so that a report which comes too late, or twice, changes nothing.
package actor Dispatcher {
  let store: Store
  let signals: JobSignals
  let limits: ServiceLimits
  let timing: DispatchTiming
  let logger: Logger
  /// Ends the process of a supervised backend that does not react.
  private let endBackend: @Sendable (String) -> Void

  var backends: [AttachedBackend.Token: AttachedBackend] = [:]
  private var nextToken: AttachedBackend.Token = 1
  var isDraining = false
  var isDispatching = false
  var mustDispatch = false
  var isExplaining = false
  /// What waiting jobs say of the engine that they wait for may be true no longer.
  var mustExplain = false
  /// When the next job that waits for its retry may run.
  var wakeAt: Date?
  /// Jobs whose return to the queue could not be stored, a full disk for instance: tried again at every tick.
  var unstoredReturns: [String: JobReturn] = [:]
  /// Questions that attached backends have not answered yet.
  var inspections: [String: PendingInspection] = [:]
  var nextInspection: UInt64 = 0
  /// Blobs that backends wrote and no report has named yet.
  private var unreportedBlobs: [(hold: BlobHold, until: ContinuousClock.Instant)] = []

  package init(
    store: Store, signals: JobSignals, limits: ServiceLimits, timing: DispatchTiming = DispatchTiming(),
    logger: Logger, endBackend: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.store = store
    self.signals = signals
    self.limits = limits
    self.timing = timing
    self.logger = logger
    self.endBackend = endBackend
  }

  /// Puts jobs that were running when the service last ended back into the queue. Call it before backends attach.
  package func recover() async throws {
    for kind in JobKind.allCases {
      for job in try await store.runningJobs(kind) {
        logger.info("job goes back to the queue", metadata: ["job": "\(job.id)", "attempt": "\(job.attempt)"])
        await giveBack(
          job.id, JobReturn(kind: kind, attempt: job.attempt, reason: "the service was restarted", isFailure: false))
      }
    }
    if let next = try await store.nextAvailability() { wake(at: next) }
    explainPinned()
  }

  /// Looks after leases, retries and leftovers until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      await tick()
      try? await Task.sleep(for: timing.tick)
    }
  }

  // MARK: Backends

  /// Takes a backend in.
  /// - Returns: what its stream's messages are to be handed in with.
  /// - Throws: `INVALID_ARGUMENT` for a hello with wrong fields.
  func attach(
    _ hello: BackendHello, outbound: AsyncStream<BackendAttachResponse>.Continuation
  ) async throws(RPCError) -> AttachedBackend.Token {
    var violations = Violations()
    violations.require((1...128).contains(hello.backendId.utf8.count), "hello.backend_id", "must be 1–128 bytes")
    let kind: JobKind? =
      switch hello.role {
      case .training: .tune
      case .sampling: .generation
      case .unspecified, .unrecognized: nil
      }
    violations.require(kind != nil, "hello.role", "must be ROLE_TRAINING or ROLE_SAMPLING")
    violations.requireRange(hello.slots, in: 1...1_024, "hello.slots")
    try violations.check()
    guard let kind, !isDraining else {
      throw RPCError(.unavailable, "the service is shutting down; attach again later")
    }

    // The newer attachment wins: the older one's process is dead, or its connection is.
    for older in backends.values where older.id == hello.backendId {
      await detach(older.token, reason: "backend \(older.id) attached anew")
    }
    let backend = AttachedBackend(
      token: nextToken, id: hello.backendId, kind: kind, slots: Int(hello.slots), device: hello.device,
      engine: EngineIdentity(hello), outbound: outbound, lastHeard: .now)
    nextToken += 1
    backends[backend.token] = backend
    var welcome = BackendWelcome()
    welcome.heartbeatIntervalMs = Int32(clamping: timing.heartbeatInterval.milliseconds)
    welcome.leaseMs = Int32(clamping: timing.lease.milliseconds)
    welcome.maxImagePixels = limits.maxImagePixels
    backend.send(.welcome(welcome))
    logger.info(
      "backend attached",
      metadata: ["backend": "\(backend.id)", "role": "\(kind)", "device": "\(hello.device)", "slots": "\(hello.slots)"])
    jobsChanged()
    explainPinned()
    return backend.token
  }

  /// Lets a backend go: its stream ends, its jobs go back to the queue.
  func detach(_ token: AttachedBackend.Token, reason: String) async {
    guard let backend = backends.removeValue(forKey: token) else { return }
    backend.outbound.finish()
    logger.log(
      level: backend.jobs.isEmpty || isDraining ? .info : .warning, "backend detached",
      metadata: ["backend": "\(backend.id)", "reason": "\(reason)", "jobs": "\(backend.jobs.count)"])
    failInspections(on: token)
    for (id, running) in backend.jobs where running.cancelledAt == nil || running.keeps {
      await giveBack(
        id, JobReturn(kind: running.kind, attempt: running.attempt, reason: reason, isFailure: !isDraining))
    }
    jobsChanged()
    explainPinned()
  }

  /// Whether a backend of this kind is attached.
  package func hasBackend(for kind: JobKind) -> Bool {
    backends.values.contains { $0.kind == kind && !$0.isDraining }
  }

  /// What the attached backends of this kind compute with.
  func engines(for kind: JobKind) -> Set<EngineIdentity> {
    Set(backends.values.filter { $0.kind == kind && !$0.isDraining }.map(\.engine))
  }

  /// Keeps a blob until a report names it.
  func keepUntilReported(_ hold: BlobHold) {
    unreportedBlobs.append((hold, .now + timing.unreportedBlobLife))
  }

  /// Lets go of a blob that a report has named: it stands in the metadata now, or else goes, as the report came too
  /// late or told nothing new.
  func releaseReported(_ sha256: String) async {
    guard let index = unreportedBlobs.firstIndex(where: { $0.hold.digest.hex == sha256 }) else { return }
    await store.discard(unreportedBlobs.remove(at: index).hold)
  }

  /// Begins to shut down: nothing new is handed out, and every backend is asked to stop.
  package func drain() {
    isDraining = true
    for token in backends.keys {
      backends[token]?.isDraining = true
      backends[token]?.send(.drain(BackendDrain()))
    }
  }

  // MARK: Users

  /// Stops a job. One that has ended stays as it is.
  package func cancel<Job: JobResource>(
    _ type: Job.Type, _ id: String, reason: String = "cancelled by the user"
  ) async throws -> Job {
    let cancelled = try await store.updateJob(Job.self, id, ifIn: [.pending, .running], attempt: nil) { job, changes in
      job.state = .cancelled
      job.stateReason = reason
      changes.events = [.state]
    }
    if let cancelled {
      stopOnBackends(id)
      signals.notify(id)
      signals.notifyAll()
      return cancelled
    }
    guard let job = try await store.job(Job.self, id) else { throw StoreError.notFound("\(Job.kind) “\(id)”") }
    return job
  }

  /// Deletes a job, after stopping it.
  package func delete<Job: JobResource>(_ type: Job.Type, _ id: String) async throws {
    _ = try await cancel(Job.self, id, reason: "deleted by the user")
    _ = try await store.deleteJob(Job.self, id)
    signals.notify(id)
  }

  func stopOnBackends(_ id: String, keep: Bool = false) {
    for token in backends.keys {
      guard var running = backends[token]?.jobs[id], running.cancelledAt == nil else { continue }
      running.cancelledAt = .now
      running.keeps = keep
      backends[token]?.jobs[id] = running
      backends[token]?.sendCancel(job: id, attempt: running.attempt, keep: keep)
    }
  }

  // MARK: Time

  /// Ends what has lasted too long, and begins what has waited long enough.
  func tick() async {
    for token in Array(backends.keys) {
      // Looked up, and the time taken, for each one: letting another one go may have lasted.
      guard let backend = backends[token], !backend.isBeingHeard else { continue }
      let now = SuspendingClock.now
      if now - backend.lastHeard > timing.lease {
        await detach(backend.token, reason: "backend \(backend.id) was silent for \(timing.lease)")
        endBackend(backend.id)
      } else if backend.jobs.values.contains(where: { isOverdue($0, now) }) {
        await detach(backend.token, reason: "backend \(backend.id) did not stop a cancelled job")
        endBackend(backend.id)
      }
    }
    for (id, back) in unstoredReturns { await giveBack(id, back) }
    if mustExplain { explainPinned() }
    let now = ContinuousClock.now
    let expired = unreportedBlobs.filter { $0.until < now }
    unreportedBlobs.removeAll { $0.until < now }
    for (hold, _) in expired { await store.discard(hold) }
    if let wake = wakeAt, wake <= Date() { await wakeUp() }
  }

  private func isOverdue(_ running: AttachedBackend.Running, _ now: SuspendingClock.Instant) -> Bool {
    guard let cancelledAt = running.cancelledAt else { return false }
    return now - cancelledAt > (running.keeps ? timing.keepGrace : timing.cancelGrace)
  }

  /// Hands out what waited for its time, and sets the next one.
  private func wakeUp() async {
    // Forgotten first: a nearer time that is set while the store is asked must not be overwritten.
    wakeAt = nil
    do {
      if let next = try await store.nextAvailability() { wake(at: next) }
    } catch {
      logger.error("the queue could not be read", metadata: ["error": "\(error)"])
      wake(at: Date(timeIntervalSinceNow: 1))
    }
    jobsChanged()
  }

  /// Looks into the queue at this time at the latest.
  func wake(at date: Date) {
    wakeAt = min(wakeAt ?? date, date)
  }
}

extension Duration {
  var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
