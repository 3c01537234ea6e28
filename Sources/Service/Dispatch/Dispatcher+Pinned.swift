import LorikeetAPI
import Logging
import Store

/// Jobs that one kind of engine alone may run, since they are to make the same pixels again.
extension Dispatcher {
  /// Tells the users of those that wait whether such an engine is attached: without one they would wait for ever, and
  /// nobody would see why.
  func explainPinned() async {
    // All go when the service does; it will tell anew when it is back.
    guard !isDraining else { return }
    do {
      for queued in try await store.pinnedJobs(.generation) {
        guard let engine = queued.engine, let job = try await store.job(Generation.self, queued.id) else { continue }
        let reason = engine.waitingReason(isAttached: engines(for: .generation).contains(engine))
        guard job.stateReason != reason else { continue }
        let told = try await store.updateJob(Generation.self, queued.id, ifIn: [.pending], attempt: queued.attempt) {
          job, changes in
          job.stateReason = reason
          changes.events = [.state]
        }
        if told != nil { signals.notify(queued.id) }
      }
    } catch {
      logger.error("waiting replays could not be told what they wait for", metadata: ["error": "\(error)"])
    }
  }
}

extension EngineIdentity {
  /// What a job waits for that only this engine may run.
  func waitingReason(isAttached: Bool) -> String {
    let wait = "waits for a backend with \(version) on \(device) in \(precision)"
    if isAttached { return wait }
    return wait + ": none is attached now, and others may make other pixels; attach one, or cancel this and replay it "
      + "with allow_differences"
  }
}
