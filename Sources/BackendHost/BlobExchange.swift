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
  /// Of downloads that are kept, in bytes. What running jobs hold is kept even beyond it.
  let budget: Int
  private let pins = DownloadPins()
  private var holder: UUID?

  init(service: BackendServiceClient, folder: String, budget: Int) {
    self.service = service
    self.folder = folder
    self.budget = budget
  }

  /// Gives the body an exchange whose downloads stay where they are for as long as the body runs.
  func holdingDownloads<Result>(_ body: (BlobExchange) async throws -> Result) async rethrows -> Result {
    let holder = UUID()
    defer { pins.release(holder) }
    var exchange = self
    exchange.holder = holder
    return try await body(exchange)
  }

  /// A path that holds the file's bytes.
  ///
  /// - Throws: `InputError`, or `RPCError` when a download fails.
  func path(of file: BackendInputFile?) async throws -> String {
    guard let file, let blob = file.blob, Self.isDigest(blob.sha256) else {
      throw InputError.invalid("the assignment names a file without a digest")
    }
    if !file.localPath.isEmpty, Self.size(of: file.localPath) == Int(blob.sizeBytes) { return file.localPath }
    // Before the look at the disk: in between, another job's download could remove the file.
    if let holder { pins.add(blob.sha256, for: holder) }
    let target = "\(folder)/\(blob.sha256)"
    if Self.size(of: target) == Int(blob.sizeBytes) {
      // The last use, not the download, says what is removed first.
      _ = utimes(target, nil)
      return target
    }
    try await download(blob, to: target)
    return target
  }

  private func download(_ blob: BackendBlob, to target: String) async throws {
    try InputError.onDisk(folder) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
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
      try InputError.onDisk(temporary) { try handle.write(contentsOf: Data(response.chunk)) }
    }
    let digest = hash.finalize().map { String(format: "%02x", $0) }.joined()
    guard digest == blob.sha256 else {
      throw InputError.corrupt("a download has digest \(digest), not \(blob.sha256)")
    }
    guard rename(temporary, target) == 0 else { throw InputError.disk("\(target) cannot be written") }
  }

  /// Removes the downloads that were not used for longest until the next one fits, but none that a job holds.
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
      // A download on its way has its digest before the dot.
      let digest = String(entry.url.lastPathComponent.prefix(64))
      if pins.unlessHeld(digest, { try? FileManager.default.removeItem(at: entry.url) }) { total -= entry.bytes }
    }
  }

  /// Stores bytes with the service.
  ///
  /// - Throws: `RPCError`, or `InputError.corrupt` when other bytes arrived.
  func upload(_ bytes: [UInt8]) async throws -> BackendBlob {
    var rest = bytes[...]
    return try await upload {
      defer { rest = rest.dropFirst(Self.chunkSize) }
      return Array(rest.prefix(Self.chunkSize))
    }
  }

  /// Stores a file with the service. It is read piece by piece: a training state can be larger than the model.
  ///
  /// - Throws: as for bytes, and `InputError.disk`.
  func upload(file path: String) async throws -> BackendBlob {
    let handle = try InputError.onDisk(path) { try FileHandle(forReadingFrom: URL(filePath: path)) }
    defer { try? handle.close() }
    return try await upload {
      try InputError.onDisk(path) { [UInt8](try handle.read(upToCount: Self.chunkSize) ?? Data()) }
    }
  }

  /// - Parameter next: the next piece; an empty one after the last.
  private func upload(_ next: () throws -> [UInt8]) async throws -> BackendBlob {
    var hash = SHA256()
    var failure: (any Error)?
    let stored: BackendBlob
    do {
      stored = try await service.writeBlob { writer in
        while true {
          var request = BackendWriteBlobRequest()
          do {
            request.chunk = try next()
          } catch {
            failure = error
            throw error
          }
          guard !request.chunk.isEmpty else { return }
          hash.update(data: request.chunk)
          try await writer.write(request)
        }
      }
    } catch {
      // The call tells of any failure as its own.
      throw failure ?? error
    }
    let digest = hash.finalize().map { String(format: "%02x", $0) }.joined()
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

  /// Gives what the body throws, which is the system's, as this backend's disk's: another attempt may find room.
  static func onDisk<Result>(_ path: String, _ body: () throws -> Result) throws(InputError) -> Result {
    do {
      return try body()
    } catch {
      throw .disk("\(path): \(error.localizedDescription)")
    }
  }

  var description: String {
    switch self {
    case .invalid(let text), .corrupt(let text), .disk(let text): text
    }
  }
}
