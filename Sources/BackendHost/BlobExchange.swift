import Crypto
import Foundation
import LorikeetAPI
import RPC
import StableDiffusion

/// Files in and out: read where they lie when the service shares its disk, through the service when it does not.
struct BlobExchange: Sendable {
  let service: BackendServiceClient
  /// For downloads; each is named by its digest.
  let folder: String
  /// Of downloads that are kept, in bytes.
  let budget: Int

  /// A path that holds the file's bytes.
  ///
  /// - Throws: `InputError`, or `RPCError` when a download fails.
  func path(of file: BackendInputFile?) async throws -> String {
    guard let file, let blob = file.blob, Self.isDigest(blob.sha256) else {
      throw InputError.invalid("the assignment names a file without a digest")
    }
    if !file.localPath.isEmpty, Self.size(of: file.localPath) == Int(blob.sizeBytes) { return file.localPath }
    let target = "\(folder)/\(blob.sha256)"
    if Self.size(of: target) == Int(blob.sizeBytes) { return target }
    try await download(blob, to: target)
    return target
  }

  private func download(_ blob: BackendBlob, to target: String) async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    makeRoom(for: Int(blob.sizeBytes))
    let temporary = "\(target).\(UUID().uuidString)"
    defer { unlink(temporary) }
    guard FileManager.default.createFile(atPath: temporary, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary)
    else { throw InputError.disk("\(temporary) cannot be written") }
    defer { try? handle.close() }
    var hash = SHA256()
    var request = BackendReadBlobRequest()
    request.sha256 = blob.sha256
    for try await response in try await service.readBlob(request) {
      hash.update(data: response.chunk)
      try handle.write(contentsOf: Data(response.chunk))
    }
    let digest = hash.finalize().map { String(format: "%02x", $0) }.joined()
    guard digest == blob.sha256 else {
      throw InputError.corrupt("a download has digest \(digest), not \(blob.sha256)")
    }
    guard rename(temporary, target) == 0 else { throw InputError.disk("\(target) cannot be written") }
  }

  /// Removes the oldest downloads until the next one fits.
  private func makeRoom(for bytes: Int) {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let files = (try? FileManager.default.contentsOfDirectory(
      at: URL(filePath: folder), includingPropertiesForKeys: Array(keys))) ?? []
    var entries: [(url: URL, bytes: Int, date: Date)] = []
    for url in files {
      guard let values = try? url.resourceValues(forKeys: keys) else { continue }
      entries.append((url, values.fileSize ?? 0, values.contentModificationDate ?? .distantPast))
    }
    var total = entries.reduce(bytes) { $0 + $1.bytes }
    for entry in entries.sorted(by: { $0.date < $1.date }) where total > budget {
      try? FileManager.default.removeItem(at: entry.url)
      total -= entry.bytes
    }
  }

  /// Stores bytes with the service.
  func upload(_ bytes: [UInt8]) async throws -> BackendBlob {
    let stored = try await service.writeBlob { writer in
      for start in stride(from: 0, to: bytes.count, by: Self.chunkSize) {
        var request = BackendWriteBlobRequest()
        request.chunk = Array(bytes[start..<min(start + Self.chunkSize, bytes.count)])
        try await writer.write(request)
      }
    }
    let digest = SHA256Hex.of(bytes)
    guard stored.sha256 == digest else {
      throw InputError.corrupt("an upload arrived with digest \(stored.sha256), not \(digest)")
    }
    return stored
  }

  private static let chunkSize = 512 << 10

  static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }

  /// Of a plain file that can be read.
  private static func size(of path: String) -> Int? {
    guard access(path, R_OK) == 0 else { return nil }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}

/// What can be wrong with what a job was given.
enum InputError: Error, CustomStringConvertible {
  /// The assignment contradicts itself.
  case invalid(String)
  /// Bytes were changed on the way.
  case corrupt(String)
  /// The backend's own disk.
  case disk(String)

  var description: String {
    switch self {
    case .invalid(let text), .corrupt(let text), .disk(let text): text
    }
  }
}
