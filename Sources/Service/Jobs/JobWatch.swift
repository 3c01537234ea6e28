import LorikeetAPI
import RPC
import Store

/// Follows one job: every event after a sequence number, in order, each once, until the last.
///
/// The watch subscribes first and reads then: what happens in between is read, or signalled, or both. Events are read
/// from the store in small portions, and of progress only the newest: a slow watcher skips what it is too late for.
struct JobWatch<Job: JobResource> {
  let store: Store
  let signals: JobSignals
  private let portion = 32

  init(store: Store, signals: JobSignals) {
    self.store = store
    self.signals = signals
  }

  /// - Parameters:
  ///   - sequence: the last event that the watcher has. The job's own events follow.
  ///   - subscription: made before `sequence` was read.
  ///   - send: passes an event on.
  ///   - idle: called when there is nothing more to read for now.
  func run(
    _ id: String, after sequence: Int64, subscription: JobSignals.Subscription,
    send: (Job.Event) async throws -> Void, idle: (JobSignals.Subscription) async throws -> Void
  ) async throws {
    var sequence = sequence
    var changes = subscription.changes.makeAsyncIterator()
    while true {
      let events = try await store.events(Job.self, ofJob: id, after: sequence, limit: portion, coalescing: true)
      for event in events {
        try await send(event)
        sequence = event.sequence
        if event.isLast { return }
      }
      if !events.isEmpty { continue }
      guard let job = try await store.job(Job.self, id) else {
        throw RPCError(.notFound, "the \(Job.kind) was deleted")
      }
      // Everything up to an end that came before the watch began.
      if job.state.isTerminal, job.lastSequence <= sequence { return }
      if job.lastSequence > sequence { continue }
      try await idle(subscription)
      // The buffer holds a signal that came while events were sent.
      guard await changes.next() != nil else {
        try Task.checkCancellation()
        throw RPCError(.unavailable, "the server is shutting down; watch again, after sequence \(sequence)")
      }
    }
  }
}
