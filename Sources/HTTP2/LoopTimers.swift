internal import NIOCore

/// Told that its timer has run out.
package protocol LoopTimerOwner: AnyObject {
  func timerFired(_ timer: LoopTimer)
}

/// One timer of a loop; armed and cancelled again and again without an allocation.
package final class LoopTimer {
  fileprivate var due: UInt64 = 0
  /// Where it stands in the heap; -1 while it is not armed.
  fileprivate var index = -1
  fileprivate var owner: (any LoopTimerOwner)?

  package init() {}

  package var isArmed: Bool { index >= 0 }

  /// Until it is due, or would have been; negative afterwards.
  package var nanosecondsLeft: Int64 {
    let now = NIODeadline.now().uptimeNanoseconds
    return due >= now ? Int64(clamping: due - now) : -Int64(clamping: now - due)
  }
}

/// The timers of one event loop, above all calls' deadlines: nearly all are cancelled before they run out.
///
/// A timer of NIO's costs several allocations. Here arming one is an entry in a binary heap, and the loop has a single
/// scheduled task, for the first timer to run out; that it was cancelled meanwhile shows when the task runs. Confined
/// to the loop.
package final class LoopTimers {
  private let eventLoop: any EventLoop
  private var heap: [LoopTimer] = []
  private var wakeTime = UInt64.max
  private var wakeTask: Scheduled<Void>?

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  /// - Parameter nanoseconds: from now; the owner is held until the timer has fired or is cancelled.
  package func arm(_ timer: LoopTimer, afterNanoseconds nanoseconds: Int64, for owner: any LoopTimerOwner) {
    let (due, overflow) = NIODeadline.now().uptimeNanoseconds.addingReportingOverflow(UInt64(max(nanoseconds, 0)))
    arm(timer, at: overflow ? .max : due, for: owner)
  }

  /// - Parameter due: by NIO's clock.
  func arm(_ timer: LoopTimer, at due: UInt64, for owner: any LoopTimerOwner) {
    cancel(timer)
    timer.due = due
    timer.owner = owner
    timer.index = heap.count
    heap.append(timer)
    siftUp(timer.index)
    if timer.due < wakeTime { wake(at: timer.due) }
  }

  package func cancel(_ timer: LoopTimer) {
    guard timer.index >= 0 else { return }
    remove(at: timer.index)
    timer.owner = nil
  }

  private func wake(at time: UInt64) {
    wakeTask?.cancel()
    wakeTime = time
    // Beyond what NIO's clock can hold there is nothing to wait for.
    guard time <= UInt64(Int64.max) else { return }
    wakeTask = eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(time)) { self.fireDue() }
  }

  private func fireDue() {
    wakeTask = nil
    wakeTime = .max
    let now = NIODeadline.now().uptimeNanoseconds
    while let first = heap.first, first.due <= now {
      remove(at: 0)
      let owner = first.owner
      first.owner = nil
      owner?.timerFired(first)
    }
    if let first = heap.first, first.due < wakeTime { wake(at: first.due) }
  }

  // MARK: The heap: no timer is due before its parent

  private func remove(at index: Int) {
    heap[index].index = -1
    let last = heap.removeLast()
    guard index < heap.count else { return }
    heap[index] = last
    last.index = index
    siftUp(index)
    siftDown(last.index)
  }

  private func siftUp(_ start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 2
      guard heap[index].due < heap[parent].due else { return }
      exchange(index, parent)
      index = parent
    }
  }

  private func siftDown(_ start: Int) {
    var index = start
    while true {
      var smallest = index
      let left = 2 * index + 1
      if left < heap.count, heap[left].due < heap[smallest].due { smallest = left }
      if left + 1 < heap.count, heap[left + 1].due < heap[smallest].due { smallest = left + 1 }
      guard smallest != index else { return }
      exchange(index, smallest)
      index = smallest
    }
  }

  private func exchange(_ left: Int, _ right: Int) {
    heap.swapAt(left, right)
    heap[left].index = left
    heap[right].index = right
  }
}
