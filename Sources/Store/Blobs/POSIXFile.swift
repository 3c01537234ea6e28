import Foundation

/// The few system calls that blobs need, as throwing functions.
enum POSIXFile {
  /// What `errno` says, as the store's error. `ENOSPC` and `EDQUOT` are the disk's, everything else is I/O.
  static func failure(_ doing: String, code: Int32 = errno) -> StoreError {
    code == ENOSPC || code == EDQUOT ? .diskFull("the file") : .io("\(doing) failed: \(String(cString: strerror(code)))")
  }

  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(StoreError) -> Int32 {
    while true {
      let descriptor = Foundation.open(path, flags | O_CLOEXEC, mode)
      if descriptor >= 0 { return descriptor }
      if errno != EINTR { throw failure("opening \(path)") }
    }
  }

  /// Writes all of the bytes, however many calls that takes.
  static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, path: String) throws(StoreError) {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let written = write(descriptor, base, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw failure("writing \(path)")
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  static func read(_ descriptor: Int32, at offset: Int64, count: Int, path: String) throws(StoreError) -> [UInt8] {
    var fault: StoreError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count, let base = buffer.baseAddress {
        let got = pread(descriptor, base + filled, count - filled, off_t(offset) + off_t(filled))
        if got < 0 {
          if errno == EINTR { continue }
          fault = failure("reading \(path)")
          return
        }
        if got == 0 { return }
        filled += got
      }
    }
    if let fault { throw fault }
    return bytes
  }

  static func sync(_ descriptor: Int32, path: String) throws(StoreError) {
    if fsync(descriptor) != 0 { throw failure("syncing \(path)") }
  }

  /// Makes a rename or an unlink in this directory outlive a loss of power.
  static func syncDirectory(_ path: String) throws(StoreError) {
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    try sync(descriptor, path: path)
  }

  static func makeDirectory(_ path: String) throws(StoreError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw failure("making the directory \(path)")
    }
  }
}
