import Foundation
import Synchronization

/// Digests of downloads that running jobs were given and may still open.
final class DownloadPins: Sendable {
  private let held = Mutex<[UUID: Set<String>]>([:])

  func add(_ digest: String, for holder: UUID) {
    held.withLock { _ = $0[holder, default: []].insert(digest) }
  }

  func release(_ holder: UUID) {
    held.withLock { _ = $0.removeValue(forKey: holder) }
  }

  /// Runs the body when nobody holds the download; nobody can take hold of it meanwhile.
  ///
  /// - Returns: whether it ran.
  func unlessHeld(_ digest: String, _ body: () -> Void) -> Bool {
    held.withLock { held in
      guard !held.values.contains(where: { $0.contains(digest) }) else { return false }
      body()
      return true
    }
  }
}
