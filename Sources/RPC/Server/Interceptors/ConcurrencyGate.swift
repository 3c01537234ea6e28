internal import Synchronization

/// Counts those inside, and keeps a bounded queue of those outside, first come first served.
final class ConcurrencyGate: Sendable {
  private let limit: ConcurrencyLimitInterceptor.Limit

  private struct State {
    var running = 0
    var queue: [(id: UInt64, continuation: CheckedContinuation<Answer, Never>)] = []
    var nextID: UInt64 = 0
  }
  private let state = Mutex(State())

  private enum Answer {
    case admitted
    case refused
    case cancelled
  }

  init(_ limit: ConcurrencyLimitInterceptor.Limit) { self.limit = limit }

  /// Those in the queue.
  var waiting: Int { state.withLock { $0.queue.count } }

  /// Whoever enters leaves again.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` when the queue is full, `CANCELLED` when the task was cancelled while it waited.
  func enter() async throws(RPCError) {
    let answer = if let atOnce = state.withLock({ answerAtOnce(&$0) }) { atOnce } else { await wait() }
    switch answer {
    case .admitted: return
    case .cancelled: throw RPCError(.cancelled, "the call was cancelled while it waited for others to end")
    case .refused:
      var error = RPCError(
        .resourceExhausted, "\(limit.running) calls of this method run already: try again later")
      error.retryPushback = limit.retryAfter
      throw error
    }
  }

  /// nil when there is a place in the queue only.
  private func answerAtOnce(_ state: inout State) -> Answer? {
    guard state.running >= limit.running else {
      state.running += 1
      return .admitted
    }
    return state.queue.count < limit.waiting ? nil : .refused
  }

  private func wait() async -> Answer {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Answer? = state.withLock { state in
          // A cancellation that comes later finds the entry in the queue.
          if Task.isCancelled { return .cancelled }
          if let answer = answerAtOnce(&state) { return answer }
          state.queue.append((id, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.queue.firstIndex { $0.id == id }.map { state.queue.remove(at: $0).continuation }
      }
      waiter?.resume(returning: .cancelled)
    }
  }

  func leave() {
    let next: CheckedContinuation<Answer, Never>? = state.withLock { state in
      guard !state.queue.isEmpty else {
        state.running -= 1
        return nil
      }
      // The place passes on without becoming free in between.
      return state.queue.removeFirst().continuation
    }
    next?.resume(returning: .admitted)
  }
}
