import Synchronization

/// Asks a running computation to stop. Compute code looks at it at every step; nothing else is needed to be heard.
package final class CancellationFlag: Sendable {
  private let raised = Atomic<Bool>(false)
  private let keeping = Atomic<Bool>(false)

  package init() {}

  package var isCancelled: Bool { raised.load(ordering: .acquiring) }

  /// Whether what was done until the flag was raised is wanted as a result.
  package var keepsWork: Bool { keeping.load(ordering: .acquiring) }

  /// - Parameter keepingWork: a training run then ends with what it has learned instead of with `CancellationError`.
  package func cancel(keepingWork: Bool = false) {
    if keepingWork { keeping.store(true, ordering: .releasing) }
    raised.store(true, ordering: .releasing)
  }

  /// - Throws: `CancellationError` once the flag is raised.
  package func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
