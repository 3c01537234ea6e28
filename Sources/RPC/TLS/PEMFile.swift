internal import HTTP2

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files of certificates and keys. These calls block.
enum PEMFile {
  /// Enough for every authority there is; a path that names something else does not fill the memory.
  private static let maxSize = 8 << 20

  static func read(_ path: String) throws(TLSSettingsError) -> [UInt8] {
    guard let file = fopen(path, "rbe") else { throw unreadable(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= maxSize else {
        throw .unreadable(origin: path, reason: "it is larger than \(maxSize >> 20) MiB")
      }
      if count < chunk.count { break }
    }
    guard ferror(file) == 0 else { throw unreadable(path) }
    return bytes
  }

  private static func unreadable(_ path: String) -> TLSSettingsError {
    .unreadable(origin: path, reason: String(cString: strerror(errno)))
  }

  /// Tells one version of a file from the next. Follows links, which is how mounted secrets change.
  struct Version: Equatable {
    private let device: UInt64
    private let node: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    /// nil when there is no such file.
    init?(_ path: String) {
      var info = stat()
      guard stat(path, &info) == 0 else { return nil }
      device = UInt64(truncatingIfNeeded: info.st_dev)
      node = UInt64(truncatingIfNeeded: info.st_ino)
      size = Int64(info.st_size)
      #if canImport(Glibc)
        let changed = info.st_mtim
      #else
        let changed = info.st_mtimespec
      #endif
      seconds = changed.tv_sec
      nanoseconds = changed.tv_nsec
    }
  }
}
