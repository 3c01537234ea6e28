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
  func stop(_ reason: StopReason) {
    self.reason.withLock { if $0 == nil { $0 = reason } }
    flag.cancel()
  }
}
