internal import HTTP2
internal import Synchronization

/// What a server's connections on one event loop share: the workers that run handlers, and calls to use again.
///
/// Confined to the loop, but for `activeCalls`.
final class ServerLoop: @unchecked Sendable {
  let executor: LoopExecutor
  let server: ServerCore
  let workers: CallWorkers
  private var idleCalls: [ServerCall] = []
  private var isClosed = false
  // Written by the loop alone, so counting needs no locked instruction.
  private let active = Atomic(0)

  /// Finished calls kept for new ones.
  private static let maxIdleCalls = 256

  init(executor: LoopExecutor, server: ServerCore) {
    self.executor = executor
    self.server = server
    workers = CallWorkers(executor)
  }

  // MARK: Counting

  /// Calls whose handlers have not ended; readable from anywhere.
  var activeCalls: Int { active.load(ordering: .sequentiallyConsistent) }

  func callBegan() {
    active.store(active.load(ordering: .relaxed) + 1, ordering: .relaxed)
  }

  /// The handler has ended, or will never begin.
  func callEnded() {
    let left = active.load(ordering: .relaxed) - 1
    guard left == 0 else { return active.store(left, ordering: .relaxed) }
    // The last one may be what a shutdown waits for. In sequence with the flag that `loopIsIdle` reads: either it sees
    // that the server drains, or the drain sees that no call is left.
    active.store(0, ordering: .sequentiallyConsistent)
    server.loopIsIdle()
  }

  // MARK: Recycling

  func takeCall() -> ServerCall {
    while var call = idleCalls.popLast() {
      // A handler may have kept its context, or the stream of requests; such a call stays what it was.
      if isKnownUniquelyReferenced(&call) { return call }
    }
    return ServerCall(loop: self)
  }

  func recycle(_ call: ServerCall) {
    if idleCalls.count < Self.maxIdleCalls, !isClosed { idleCalls.append(call) }
  }

  /// The server has stopped: lets go of what waits here for more.
  func close() {
    executor.eventLoop.execute {
      self.isClosed = true
      self.workers.close()
      self.idleCalls = []
    }
  }
}
