import Foundation
import Synchronization

/// Makes sure that one process at a time works on a data directory. The system drops the lock when the process ends.
final class DataDirectoryLock: Sendable {
  private let descriptor: Mutex<Int32>

  init(directory: String) throws(StoreError) {
    let descriptor = try POSIXFile.open("\(directory)/lock", O_RDWR | O_CREAT)
    self.descriptor = Mutex(descriptor)
    // An open-file-description lock, so that a second store in this very process is refused too.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK ? .locked(directory) : POSIXFile.failure("locking \(directory)", code: code)
    }
  }

  deinit { unlock() }

  func unlock() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }
}
