/// Keeps one blob from being collected, from the moment it is whole until metadata points at it.
package final class BlobHold: Sendable {
  package let digest: Digest
  package let count: Int64
  private let blobs: BlobStore

  init(blobs: BlobStore, digest: Digest, count: Int64) {
    self.blobs = blobs
    self.digest = digest
    self.count = count
  }

  deinit { blobs.release(digest) }
}
