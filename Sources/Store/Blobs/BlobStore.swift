import Foundation
import Synchronization

/// Files named by the SHA-256 of their content, under `<root>/<first two digits>/<digest>`.
///
/// A blob is whole from the moment that it has its name: bytes go to `<root>/temporary` first. Equal bytes are one
/// blob.
/// Which blobs are still needed is the metadata's knowledge: `Store` asks for deletion, holds veto it.
package final class BlobStore: Sendable {
  package let root: String
  private let holds = Mutex<[Digest: Int]>([:])

  private var temporaryDirectory: String { "\(root)/temporary" }

  /// Opens the store, and clears what an earlier process left half-written.
  package init(root: String) throws(StoreError) {
    self.root = root
    try? FileManager.default.removeItem(atPath: "\(root)/temporary")
    try POSIXFile.makeDirectory("\(root)/temporary")
  }

  /// Where a blob lies, or would lie.
  package func path(of digest: Digest) -> String {
    "\(root)/\(digest.hex.prefix(2))/\(digest.hex)"
  }

  package func contains(_ digest: Digest) -> Bool {
    access(path(of: digest), F_OK) == 0
  }

  /// Begins a blob of at most `limit` bytes.
  package func makeWriter(limit: Int64) async throws(StoreError) -> BlobWriter {
    try await BlockingWork.run { [self] () throws(StoreError) in
      let path = "\(temporaryDirectory)/\(UUID().uuidString)"
      let descriptor = try POSIXFile.open(path, O_WRONLY | O_CREAT | O_EXCL)
      return BlobWriter(blobs: self, path: path, descriptor: descriptor, limit: limit)
    }
  }

  /// Stores bytes that are in memory already.
  package func write(_ bytes: [UInt8]) async throws(StoreError) -> BlobHold {
    let writer = try await makeWriter(limit: Int64(bytes.count))
    try await writer.append(bytes)
    return try await writer.commit()
  }

  /// Opens a blob for reading.
  package func reader(of digest: Digest) throws(StoreError) -> BlobReader {
    guard contains(digest) else { throw .notFound("blob \(digest)") }
    return try BlobReader(digest: digest, path: path(of: digest))
  }

  /// All of a blob's bytes; for small ones.
  /// - Throws: `StoreError.tooLarge` above the limit.
  package func bytes(of digest: Digest, limit: Int) async throws(StoreError) -> [UInt8] {
    let reader = try reader(of: digest)
    guard reader.count <= Int64(limit) else { throw .tooLarge(limit: Int64(limit)) }
    return try await reader.read(at: 0, count: Int(reader.count))
  }

  /// Gives a complete, synced temporary file its name.
  func adopt(temporary: String, digest: Digest, count: Int64) throws(StoreError) -> BlobHold {
    // The hold comes first: from here on no collection can remove the blob.
    holds.withLock { $0[digest, default: 0] += 1 }
    let hold = BlobHold(blobs: self, digest: digest, count: count)
    let target = path(of: digest)
    let directory = (target as NSString).deletingLastPathComponent
    if !contains(digest) {
      if access(directory, F_OK) != 0 {
        try POSIXFile.makeDirectory(directory)
        try POSIXFile.syncDirectory(root)
      }
      chmod(temporary, 0o400)
      if rename(temporary, target) != 0 { throw POSIXFile.failure("renaming \(temporary)") }
      try POSIXFile.syncDirectory(directory)
    }
    return hold
  }

  func release(_ digest: Digest) {
    holds.withLock { holds in
      guard let count = holds[digest] else { return }
      holds[digest] = count > 1 ? count - 1 : nil
    }
  }

  /// Removes a blob that no metadata points at, unless it is held. Call it where no new reference can appear meanwhile.
  func removeUnlessHeld(_ digest: Digest) -> Bool {
    holds.withLock { holds in
      guard holds[digest] == nil else { return false }
      return unlink(path(of: digest)) == 0
    }
  }

  /// Every blob on disk.
  func allDigests() -> [Digest] {
    let manager = FileManager.default
    let folders = (try? manager.contentsOfDirectory(atPath: root)) ?? []
    return folders.filter { $0.utf8.count == 2 }.flatMap { folder in
      ((try? manager.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []).compactMap(Digest.init(hex:))
    }
  }
}
