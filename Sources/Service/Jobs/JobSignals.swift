import LorikeetAPI
import Synchronization

/// Tells watchers that there is something new to read. The events themselves stay in the store.
///
/// A signal carries no data, and a watcher that has one pending needs no second one: however slow a watcher is, it
/// holds one flag and the newest preview.
package final class JobSignals: Sendable {
  /// One watcher's end. Made before the watcher first reads, so that no change can fall between.
  final class Subscription: Sendable {
    let changes: AsyncStream<Void>
    fileprivate let continuation: AsyncStream<Void>.Continuation
    private let preview = Mutex<GenerationPreview?>(nil)
    private let signals: JobSignals
    private let job: String

    fileprivate init(signals: JobSignals, job: String) {
      (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
      self.signals = signals
      self.job = job
    }

    deinit { signals.remove(ObjectIdentifier(self), job: job) }

    fileprivate func offer(_ newest: GenerationPreview) {
      preview.withLock { $0 = newest }
      continuation.yield()
    }

    /// The newest preview since the last call.
    func takePreview() -> GenerationPreview? {
      preview.withLock { preview in
        defer { preview = nil }
        return preview
      }
    }
  }

  private struct WeakSubscription {
    weak var value: Subscription?
  }

  private struct State {
    var isClosed = false
    var watchers: [String: [ObjectIdentifier: WeakSubscription]] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  func subscribe(_ job: String) -> Subscription {
    let subscription = Subscription(signals: self, job: job)
    let isClosed = state.withLock { state in
      state.watchers[job, default: [:]][ObjectIdentifier(subscription)] = WeakSubscription(value: subscription)
      return state.isClosed
    }
    if isClosed { subscription.continuation.finish() }
    return subscription
  }

  /// The job has a new event, or is gone.
  func notify(_ job: String) {
    for watcher in watchers(of: job) { watcher.continuation.yield() }
  }

  /// The queue has moved: every place in it may have changed.
  func notifyAll() {
    let all = state.withLock { $0.watchers.values.flatMap { $0.values.compactMap(\.value) } }
    for watcher in all { watcher.continuation.yield() }
  }

  /// Shows a picture that is not stored.
  func publish(_ preview: GenerationPreview, job: String) {
    for watcher in watchers(of: job) { watcher.offer(preview) }
  }

  /// Ends every watch: the service is going away.
  package func close() {
    let all = state.withLock { state in
      state.isClosed = true
      return state.watchers.values.flatMap { $0.values.compactMap(\.value) }
    }
    for watcher in all { watcher.continuation.finish() }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  private func watchers(of job: String) -> [Subscription] {
    state.withLock { $0.watchers[job]?.values.compactMap(\.value) ?? [] }
  }

  fileprivate func remove(_ id: ObjectIdentifier, job: String) {
    state.withLock { state in
      state.watchers[job]?[id] = nil
      if state.watchers[job]?.isEmpty == true { state.watchers[job] = nil }
    }
  }
}
