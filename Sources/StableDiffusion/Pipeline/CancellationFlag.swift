import Synchronization

/// Asks a running computation to stop. Compute code looks at it at every step; nothing else is needed to be heard.
package final class CancellationFlag: Sendable {
  private let raised = Atomic<Bool>(false)

  package init() {}

  package var isCancelled: Bool { raised.load(ordering: .relaxed) }

  package func cancel() { raised.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once the flag is raised.
  package func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
