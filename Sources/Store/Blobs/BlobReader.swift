import Foundation

/// Reads one blob by offset. It goes on reading the same bytes when the blob is deleted meanwhile.
package final class BlobReader: Sendable {
  package let digest: Digest
  package let count: Int64
  private let descriptor: Int32
  private let path: String

  init(digest: Digest, path: String) throws(StoreError) {
    self.digest = digest
    self.path = path
    descriptor = try POSIXFile.open(path, O_RDONLY)
    var info = stat()
    guard fstat(descriptor, &info) == 0 else {
      let fault = POSIXFile.failure("looking at \(path)")
      close(descriptor)
      throw fault
    }
    count = Int64(info.st_size)
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from `offset`; fewer only at the end.
  package func read(at offset: Int64, count: Int) async throws(StoreError) -> [UInt8] {
    try await BlockingWork.run { [self] () throws(StoreError) in try readNow(at: offset, count: count) }
  }

  /// The same, on the calling thread: for small pieces.
  package func readNow(at offset: Int64, count: Int) throws(StoreError) -> [UInt8] {
    guard offset >= 0, offset < self.count, count > 0 else { return [] }
    return try POSIXFile.read(descriptor, at: offset, count: min(count, Int(self.count - offset)), path: path)
  }
}
