import Foundation

/// The folder of one running backend. A file in it marks it, so that no other folder is ever emptied, and is locked, so
/// that nobody empties it while it is in use. The lock goes with the process, however that ends.
package final class WorkFolder: Sendable {
  private static let markerName = ".lorikeet-backend"

  package let path: String
  private let lock: Int32

  private init(path: String, lock: Int32) {
    self.path = path
    self.lock = lock
  }

  deinit { close(lock) }

  /// Makes the folder, or empties the one that an earlier backend left behind.
  ///
  /// - Parameter patience: how long to wait for a backend that is just ending.
  /// - Throws: `BackendError.workFolder` for a folder that is in use, or that holds files of somebody else.
  package static func claim(_ path: String, patience: Duration = .seconds(10)) async throws -> WorkFolder {
    let begun = ContinuousClock.now
    while true {
      try make(path)
      if let folder = try locked(path) {
        try folder.empty()
        return folder
      }
      guard ContinuousClock.now - begun < patience else {
        throw BackendError.workFolder(path, reason: "another backend is using it")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Removes the folder of a backend that was killed. A folder in use, or without the mark, stays.
  static func removeIfAbandoned(_ path: String) {
    guard access("\(path)/\(markerName)", F_OK) == 0, let folder = try? locked(path) else { return }
    folder.remove()
  }

  /// Removes the folder with all that is in it.
  package func remove() {
    // The mark goes last: what could not be removed is still known as ours.
    guard (try? empty()) != nil else { return }
    unlink("\(path)/\(Self.markerName)")
    rmdir(path)
  }

  private static func make(_ path: String) throws(BackendError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      guard names.isEmpty || names.contains(markerName) else {
        throw BackendError.workFolder(path, reason: "it holds files, and no backend made it")
      }
    } catch let error as BackendError {
      throw error
    } catch {
      throw .workFolder(path, reason: error.localizedDescription)
    }
  }

  /// - Returns: nil while another process holds the lock, or when the folder was removed meanwhile.
  private static func locked(_ path: String) throws(BackendError) -> WorkFolder? {
    let marker = "\(path)/\(markerName)"
    let descriptor = open(marker, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .workFolder(path, reason: String(cString: strerror(errno)))
    }
    // From here on the descriptor is closed with the object.
    let folder = WorkFolder(path: path, lock: descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK || errno == EINTR { return nil }
      throw .workFolder(path, reason: String(cString: strerror(errno)))
    }
    var opened = stat(), named = stat()
    guard fstat(descriptor, &opened) == 0, opened.st_mode & S_IFMT == S_IFREG, opened.st_uid == geteuid() else {
      throw .workFolder(path, reason: "it belongs to another user")
    }
    // Whoever held the lock before may have removed the file: then this lock is one on nothing.
    guard lstat(marker, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev else { return nil }
    return folder
  }

  private func empty() throws(BackendError) {
    do {
      for name in try FileManager.default.contentsOfDirectory(atPath: path) where name != Self.markerName {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      }
    } catch {
      throw .workFolder(path, reason: error.localizedDescription)
    }
  }
}
