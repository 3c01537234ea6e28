import LorikeetAPI
import Logging
import Store

/// Jobs that one kind of engine alone may run, since they are to make the same pixels again.
extension Dispatcher {
  /// Tells the users of those that wait whether such an engine is attached: without one they would wait for ever, and
  /// nobody would see why.
  ///
  /// Beside everything else, for there may be thousands of them: no backend waits until they are told. What changes
  /// meanwhile is looked at afterwards, so that the last that is said is true.
  func explainPinned() {
    mustExplain = true
    // All go when the service does; it will tell anew when it is back.
    guard !isExplaining, !isDraining else { return }
    isExplaining = true
    Task { await explainAll() }
  }

  /// A new job waits for this engine. What it says of itself is looked at only if the backend that suited it has gone
  /// since: otherwise it is true.
  func pinned(to engine: EngineIdentity?) {
    if let engine, !engines(for: .generation).contains(engine) { explainPinned() }
  }

  private func explainAll() async {
    defer { isExplaining = false }
    while mustExplain, !isDraining {
      mustExplain = false
      let attached = engines(for: .generation)
      do {
        let told = try await store.explainPinned(Generation.self) { engine, reason in
          engine.waitingReason(isAttached: attached.contains(engine), after: reason)
        }
        for id in told { signals.notify(id) }
      } catch {
        logger.error("waiting replays could not be told what they wait for", metadata: ["error": "\(error)"])
        // Tried again at the next tick.
        mustExplain = true
        return
      }
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

  /// What such a job is to say that says something else now; nil: that may stay. While the engine is there the job says
  /// what it likes, why its last attempt ended for instance, but not that none is attached.
  fileprivate func waitingReason(isAttached: Bool, after present: String) -> WaitingReason? {
    let plain = waitingReason(isAttached: true), absent = waitingReason(isAttached: false)
    let isTrue = isAttached ? present != absent : present == absent
    guard !isTrue else { return nil }
    return WaitingReason(
      text: isAttached ? plain : absent, replacesNewestEvent: present == plain || present == absent)
  }
}
