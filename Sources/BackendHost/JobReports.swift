import LorikeetAPI
import Synchronization

/// A job's messages on their way, in order, from the compute thread to the stream. The compute thread never waits; on a
/// stream that is slower than it, what is outdated is left out.
final class JobReports: Sendable {
  private let pending = Mutex<[JobMessage]>([])
  private let signal = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  private let throttle = Throttle()

  func send(_ payload: BackendJobReport.Payload, slot: JobMessage.Slot? = nil) {
    send(JobMessage(content: .report(payload), slot: slot))
  }

  /// - Parameter dispensable: what is lost when the upload fails; nil: the job fails with it.
  func send(
    _ upload: JobMessage.Upload, slot: JobMessage.Slot? = nil, dispensable: String? = nil,
    _ payload: @escaping @Sendable (BackendBlob) -> BackendJobReport.Payload
  ) {
    send(JobMessage(content: .upload(upload, payload), slot: slot, dispensable: dispensable))
  }

  private func send(_ message: JobMessage) {
    let outdated = pending.withLock { pending in
      let index = message.slot.flatMap { slot in pending.firstIndex { $0.slot == slot } }
      let outdated = index.map { pending.remove(at: $0) }
      pending.append(message)
      return outdated
    }
    outdated?.discard()
    signal.continuation.yield()
  }

  /// Progress comes with every step, which can be hundreds a second: a few of them tell as much.
  func sendProgress(isLast: Bool, _ payload: @autoclosure () -> BackendJobReport.Payload) {
    if throttle.passes() || isLast { send(payload(), slot: .progress) }
  }

  /// Nothing more is said.
  func finish() { signal.continuation.finish() }

  /// For one reader: the next message, and nil after the last or when the reader's task is cancelled.
  func next() async -> JobMessage? {
    var signals = signal.stream.makeAsyncIterator()
    while true {
      if let message = take() { return message }
      // A signal may be that of a message already taken; the end may hide the signal of the last.
      if await signals.next() == nil { return take() }
    }
  }

  /// Throws away what was never read.
  func discardRest() {
    while let message = take() { message.discard() }
  }

  private func take() -> JobMessage? {
    pending.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }

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
