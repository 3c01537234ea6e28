import Synchronization

/// Keeps one blob from being collected, from the moment it is whole until metadata points at it.
package final class BlobHold: Sendable {
  package let digest: Digest
  package let count: Int64
  private let blobs: BlobStore
  private let isHeld = Mutex(true)

  init(blobs: BlobStore, digest: Digest, count: Int64) {
    self.blobs = blobs
    self.digest = digest
    self.count = count
  }

  deinit { release() }

  /// Lets go before the end of the value's life.
  package func release() {
    let wasHeld = isHeld.withLock { isHeld in
      defer { isHeld = false }
      return isHeld
    }
    if wasHeld { blobs.release(digest) }
  }
}
