import Crypto
import Foundation
import Synchronization

/// Takes one blob's bytes as they arrive: hashed and written to a temporary file, which becomes the blob on `commit`.
///
/// A writer that is dropped without `commit` leaves nothing behind. One task uses it at a time.
package final class BlobWriter: Sendable {
  private struct State {
    var descriptor: Int32
    var hash = SHA256()
    var count: Int64 = 0
  }

  private let blobs: BlobStore
  private let path: String
  private let limit: Int64
  private let state: Mutex<State>

  init(blobs: BlobStore, path: String, descriptor: Int32, limit: Int64) {
    self.blobs = blobs
    self.path = path
    self.limit = limit
    state = Mutex(State(descriptor: descriptor))
  }

  deinit { discard() }

  /// Bytes so far.
  package var count: Int64 { state.withLock { $0.count } }

  /// Adds bytes at the end.
  /// - Throws: `StoreError.tooLarge` past the limit, `.diskFull`, `.io`.
  package func append(_ bytes: [UInt8]) async throws(StoreError) {
    try await BlockingWork.run { [self] () throws(StoreError) in
      try state.withLock { state throws(StoreError) in
        guard Int64(bytes.count) <= limit - state.count else { throw StoreError.tooLarge(limit: limit) }
        var fault: StoreError?
        bytes.withUnsafeBytes { raw in
          do throws(StoreError) {
            try POSIXFile.writeAll(state.descriptor, raw, path: path)
            state.hash.update(bufferPointer: raw)
          } catch {
            fault = error
          }
        }
        if let fault { throw fault }
        state.count += Int64(bytes.count)
      }
    }
  }

  /// Makes the bytes a blob: synced, then renamed to its digest's name, then the directory synced.
  ///
  /// The blob is safe from collection for as long as the returned hold lives.
  /// - Throws: `StoreError.dataLoss` when the digest or the length is not the expected one.
  package func commit(expecting digest: Digest? = nil, count: Int64? = nil) async throws(StoreError) -> BlobHold {
    try await BlockingWork.run { [self] () throws(StoreError) in
      let (found, length) = try state.withLock { state throws(StoreError) in
        let found = Digest(state.hash.finalize())
        if let count, count != state.count {
          throw StoreError.dataLoss("the file has \(state.count) bytes but \(count) were announced; upload it again")
        }
        if let digest, digest != found {
          throw StoreError.dataLoss("the file's SHA-256 is \(found) but \(digest) was announced; upload it again")
        }
        try POSIXFile.sync(state.descriptor, path: path)
        return (found, state.count)
      }
      let hold = try blobs.adopt(temporary: path, digest: found, count: length)
      discard()
      return hold
    }
  }

  /// Closes the file and removes it, where it is still a temporary one.
  private func discard() {
    state.withLock { state in
      guard state.descriptor >= 0 else { return }
      close(state.descriptor)
      state.descriptor = -1
      unlink(path)
    }
  }
}
