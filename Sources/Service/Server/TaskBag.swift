import Synchronization

/// Background work with two moments of ending.
final class TaskBag: Sendable {
  private let first = Mutex<[Task<Void, Never>]>([])
  private let rest = Mutex<[Task<Void, Never>]>([])

  func add(_ work: @escaping @Sendable () async -> Void) {
    // Detached: it must not end by itself when a graceful shutdown of the surrounding task begins.
    rest.withLock { $0.append(Task.detached(operation: work)) }
  }

  func addFirstToStop(_ work: @escaping @Sendable () async -> Void) {
    first.withLock { $0.append(Task.detached(operation: work)) }
  }

  func stopFirst() async { await Self.stop(first.withLock { $0 }) }
  func stopRest() async { await Self.stop(rest.withLock { $0 }) }

  private static func stop(_ tasks: [Task<Void, Never>]) async {
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }
}
