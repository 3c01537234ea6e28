import LorikeetAPI
import Synchronization

/// What a job has to say, in order: reports, some of which name a blob that is stored first.
enum JobMessage: Sendable {
  case report(BackendJobReport.Payload)
  case upload(Content, @Sendable (BackendBlob) -> BackendJobReport.Payload)

  enum Content: Sendable {
    case bytes([UInt8])
    /// Read and removed when its turn comes.
    case file(String)
  }
}

/// The compute thread's end of the line: it never waits.
struct JobReports: Sendable {
  private let continuation: AsyncStream<JobMessage>.Continuation
  private let throttle = Throttle()

  init(_ continuation: AsyncStream<JobMessage>.Continuation) {
    self.continuation = continuation
  }

  func send(_ payload: BackendJobReport.Payload) { continuation.yield(.report(payload)) }

  func send(_ content: JobMessage.Content, _ payload: @escaping @Sendable (BackendBlob) -> BackendJobReport.Payload) {
    continuation.yield(.upload(content, payload))
  }

  /// Progress comes with every step, which can be hundreds a second: a few of them tell as much.
  func sendProgress(isLast: Bool, _ payload: @autoclosure () -> BackendJobReport.Payload) {
    if throttle.passes() || isLast { send(payload()) }
  }

  func finish() { continuation.finish() }

  private final class Throttle: Sendable {
    private static let interval = Duration.milliseconds(200)
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    func passes() -> Bool {
      last.withLock { last in
        let now = ContinuousClock.now
        if let last, now - last < Self.interval { return false }
        last = now
        return true
      }
    }
  }
}
