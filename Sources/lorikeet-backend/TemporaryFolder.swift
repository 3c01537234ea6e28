import Foundation

/// Where a backend keeps its files when it is not told otherwise: a folder named after its process.
enum TemporaryFolder {
  private static let prefix = "lorikeet-backend-"

  /// This process's folder. Those of processes that were killed, and so could not clean up, are removed.
  static func claim() -> String {
    let parent = FileManager.default.temporaryDirectory
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] {
      guard name.hasPrefix(prefix), let process = pid_t(name.dropFirst(prefix.count)), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(at: parent.appending(path: name))
    }
    return parent.appending(path: "\(prefix)\(getpid())").path
  }
}
