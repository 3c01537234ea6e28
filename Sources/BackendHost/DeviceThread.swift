import Foundation
import Synchronization

/// A serial executor on a thread of its own: compute never takes one of the threads that Swift's tasks share, and the
/// tensor library's thread-bound state (gradient mode, its pool of workers) stays in one place.
final class DeviceThread: SerialExecutor {
  private let queue = Mutex<[UnownedJob]>([])
  private let available = DispatchSemaphore(value: 0)

  init(name: String) {
    let thread = Thread { [self] in
      while true {
        available.wait()
        let job = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?.runSynchronously(on: asUnownedSerialExecutor())
      }
    }
    thread.name = name
    // Deep graphs recurse.
    thread.stackSize = 16 << 20
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.withLock { $0.append(job) }
    available.signal()
  }
}
