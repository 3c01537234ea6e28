import Crypto
import Foundation

/// Writes a file that appears under its name only when it is whole: pieces go to a temporary file beside it, which is
/// synced and renamed. Unless `finish` was reached, nothing stays behind.
final class FileWriter {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private let replace: Bool
  private var digest = SHA256()
  private var finished = false
  private(set) var count: Int64 = 0

  /// - Parameter replace: whether a file that is there already may be replaced.
  init(_ path: String, replace: Bool) throws(CommandError) {
    try Self.check(path, replace: replace)
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty { try Self.makeFolder(folder) }
    let name = ".\((path as NSString).lastPathComponent).\(UUID().uuidString.prefix(8)).part"
    temporary = folder.isEmpty ? name : (folder as NSString).appendingPathComponent(name)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw CommandError(.failure, "Cannot write \(path.printable): \(String(cString: strerror(errno))).")
    }
    self.path = path
    self.replace = replace
  }

  /// Refuses a path whose file may not be replaced; commands ask before they do what is to be written.
  static func check(_ path: String, replace: Bool) throws(CommandError) {
    if !replace, FileManager.default.fileExists(atPath: path) { throw exists(path) }
  }

  private static func exists(_ path: String) -> CommandError {
    .usage("\(path.printable) exists already: --force replaces it.")
  }

  deinit {
    close(descriptor)
    if !finished { unlink(temporary) }
  }

  static func makeFolder(_ folder: String) throws(CommandError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandError(
        .failure, "Cannot make the folder \(folder.printable): \((error as NSError).localizedDescription.asSentence)")
    }
  }

  func write(_ bytes: [UInt8]) throws(CommandError) {
    digest.update(data: bytes)
    count += Int64(bytes.count)
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if written >= 0 {
        done += written
      } else if errno != EINTR {
        throw fault("Writing")
      }
    }
  }

  /// SHA-256 of what was written, in lower-case hexadecimal.
  var sha256: String { digest.finalize().map { String(format: "%02x", $0) }.joined() }

  func finish() throws(CommandError) {
    guard fsync(descriptor) == 0 else { throw fault("Writing") }
    // link refuses to replace a file that another program has made in the meantime; rename would not.
    if !replace, link(temporary, path) == 0 {
      unlink(temporary)
    } else {
      if !replace {
        guard Self.hasNoLinks(errno) else { throw errno == EEXIST ? Self.exists(path) : fault("Naming") }
        try Self.check(path, replace: false)
      }
      guard rename(temporary, path) == 0 else { throw fault("Naming") }
    }
    finished = true
  }

  /// What link answers on file systems without hard links: exFAT, many of FUSE and some that containers mount.
  private static func hasNoLinks(_ error: Int32) -> Bool {
    [EPERM, ENOSYS, ENOTSUP, EOPNOTSUPP, EINVAL].contains(error)
  }

  private func fault(_ doing: String) -> CommandError {
    CommandError(.failure, "\(doing) \(path.printable) failed: \(String(cString: strerror(errno))).")
  }
}
