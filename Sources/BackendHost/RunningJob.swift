import StableDiffusion
import Synchronization

/// A job that was handed out, and why it is to stop.
final class RunningJob: Sendable {
  enum StopReason: Sendable {
    /// A user's wish: the end is reported.
    case cancelled
    /// The backend or the service goes away: what was learned is kept, and the job goes on elsewhere.
    case drained
    /// Nobody listens any more.
    case lost
  }

  let id: String
  let attempt: Int32
  let flag = CancellationFlag()
  private let reason = Mutex<StopReason?>(nil)
  private let end = AsyncStream<Void>.makeStream()

  init(id: String, attempt: Int32) {
    self.id = id
    self.attempt = attempt
  }

  var stopReason: StopReason? { reason.withLock { $0 } }

  /// Every report is sent, or never will be.
  func hasEnded() { end.continuation.finish() }

  /// For one waiter.
  func waitForEnd() async { for await _ in end.stream {} }

  /// The first reason counts.
  ///
  /// - Parameter keepingWork: a tune hands over what it has learned.
  func stop(_ reason: StopReason, keepingWork: Bool = false) {
    let isFirst = self.reason.withLock { known in
      defer { if known == nil { known = reason } }
      return known == nil
    }
    flag.cancel(keepingWork: keepingWork && isFirst)
  }
}
