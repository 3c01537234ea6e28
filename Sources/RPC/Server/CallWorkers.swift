internal import HTTP2

/// Runs calls' handlers in tasks that are used again and again: making a task costs more than a small call.
///
/// A worker takes the next call that is ready as soon as its handler has ended, so all the calls of one read are handled
/// by one worker if none of them waits. While one waits, its worker is its own, and the next call gets another.
/// Confined to the event loop.
final class CallWorkers: LoopTurnTaker, @unchecked Sendable {
  private let executor: LoopExecutor
  // Holding a reference each, handed on to the worker.
  private var ready: [Unmanaged<ServerCall>] = []
  private var nextReady = 0
  private var idle: [Worker] = []
  private var hasTurn = false
  private var isClosed = false

  /// Idle tasks beyond this many end.
  private static let maxIdle = 128

  init(_ executor: LoopExecutor) { self.executor = executor }

  /// One reusable task. Cancelling it takes it out of use, since a cancelled task stays cancelled.
  final class Worker: @unchecked Sendable {
    fileprivate var task: Task<Void, Never>?
    fileprivate var parked: UnsafeContinuation<Void, Never>?
    fileprivate var isDiscarded = false

    func cancel() {
      isDiscarded = true
      task?.cancel()
    }
  }

  /// Runs the call in this turn of the loop.
  func start(_ call: ServerCall) {
    ready.append(.passRetained(call))
    guard !hasTurn else { return }
    hasTurn = true
    executor.requestTurn(self)
  }

  func takeTurn() {
    hasTurn = false
    guard nextReady < ready.count else { return }
    if let worker = idle.popLast() {
      worker.parked?.resume()
      worker.parked = nil
    } else {
      let worker = Worker()
      worker.task = Task.detached(executorPreference: executor) { await self.work(worker) }
    }
    // If this one is kept waiting by a handler, the rest need another.
    hasTurn = true
    executor.requestTurn(self)
  }

  private func work(_ worker: Worker) async {
    while true {
      while let call = takeReady() {
        // One `await` a call: after each the runtime makes sure of its executor, for two hundred instructions.
        guard call.beginHandling(in: worker) else { continue }
        var failure: (any Error)?
        do {
          try await call.handler(ServerContext(call: call))
        } catch {
          failure = error
        }
        call.handlerEnded(failure)
        if worker.isDiscarded { return }
      }
      guard !isClosed, idle.count < Self.maxIdle else { return }
      await withUnsafeContinuation { continuation in
        worker.parked = continuation
        idle.append(worker)
      }
      if worker.isDiscarded { return }
    }
  }

  private func takeReady() -> ServerCall? {
    guard nextReady < ready.count else { return nil }
    let call = ready[nextReady].takeRetainedValue()
    nextReady += 1
    if nextReady == ready.count {
      ready.removeAll(keepingCapacity: true)
      nextReady = 0
    }
    return call
  }

  /// Ends the idle tasks, and later those that are busy now.
  func close() {
    isClosed = true
    let workers = idle
    idle = []
    for worker in workers {
      worker.isDiscarded = true
      worker.parked?.resume()
      worker.parked = nil
    }
  }
}
