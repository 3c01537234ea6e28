internal import NIOCore

/// Told that its timer has run out.
package protocol LoopTimerOwner: AnyObject {
  func timerFired(_ timer: LoopTimer)
}

/// One timer of a loop; armed and cancelled again and again without an allocation.
///
/// Its owner holds it: an armed timer holds the owner, and the loop's list holds neither.
package final class LoopTimer {
  fileprivate var due: UInt64 = 0
  fileprivate var owner: (any LoopTimerOwner)?
  // Its neighbours in its slot's list.
  fileprivate var previous: Unmanaged<LoopTimer>?
  fileprivate var next: Unmanaged<LoopTimer>?

  package init() {}

  deinit { assert(!isArmed, "an armed timer went away: its owner must hold it") }

  package var isArmed: Bool { owner != nil }

  /// Until it is due, or would have been; negative afterwards.
  package var nanosecondsLeft: Int64 {
    let now = NIODeadline.now().uptimeNanoseconds
    return due >= now ? Int64(clamping: due - now) : -Int64(clamping: now - due)
  }
}

/// The timers of one event loop, above all calls' deadlines: nearly all are cancelled before they run out.
///
/// A hashed timing wheel (Varghese and Lauck, 1987): a timer stands in the list of the slot that its due time falls
/// into, modulo the wheel, so that arming and cancelling touch its neighbours only. The loop has a single scheduled
/// task, for the first timer to run out; that it was cancelled meanwhile shows when the task runs. Confined to the loop.
package final class LoopTimers {
  private let eventLoop: any EventLoop
  private let slots: UnsafeMutableBufferPointer<Unmanaged<LoopTimer>?>
  /// Armed timers.
  private var count = 0
  private var wakeTime = UInt64.max
  private var wakeTask: Scheduled<Void>?

  private static let slotCount = 512
  /// A slot takes 2²⁴ ns, about 17 ms; the wheel turns once in 8.6 s.
  private static let slotShift: UInt64 = 24

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    slots = .allocate(capacity: Self.slotCount)
    slots.initialize(repeating: nil)
  }

  deinit {
    // Armed timers and their owners hold each other.
    for slot in slots {
      var next = slot
      while let timer = next?.takeUnretainedValue() {
        next = timer.next
        timer.owner = nil
      }
    }
    slots.deallocate()
  }

  /// - Parameter nanoseconds: from now; the owner is held until the timer has fired or is cancelled.
  package func arm(_ timer: LoopTimer, afterNanoseconds nanoseconds: Int64, for owner: any LoopTimerOwner) {
    let (due, overflow) = NIODeadline.now().uptimeNanoseconds.addingReportingOverflow(UInt64(max(nanoseconds, 0)))
    arm(timer, at: overflow ? .max : due, for: owner)
  }

  /// - Parameter due: by NIO's clock.
  package func arm(_ timer: LoopTimer, at due: UInt64, for owner: any LoopTimerOwner) {
    cancel(timer)
    timer.due = due
    timer.owner = owner
    let slot = Self.slot(of: due)
    let first = slots[slot]
    let added = Unmanaged.passUnretained(timer)
    timer.previous = nil
    timer.next = first
    first?._withUnsafeGuaranteedRef { $0.previous = added }
    slots[slot] = added
    count += 1
    if due < wakeTime { wake(at: due) }
  }

  package func cancel(_ timer: LoopTimer) {
    guard timer.isArmed else { return }
    unlink(timer)
    timer.owner = nil
  }

  private func unlink(_ timer: LoopTimer) {
    let next = timer.next
    next?._withUnsafeGuaranteedRef { $0.previous = timer.previous }
    if let previous = timer.previous {
      previous._withUnsafeGuaranteedRef { $0.next = next }
    } else {
      slots[Self.slot(of: timer.due)] = next
    }
    timer.previous = nil
    timer.next = nil
    count -= 1
  }

  private static func slot(of due: UInt64) -> Int {
    Int(truncatingIfNeeded: due >> slotShift) & (slotCount - 1)
  }

  // MARK: Running out

  private func wake(at time: UInt64) {
    wakeTask?.cancel()
    wakeTask = nil
    wakeTime = time
    // Beyond what NIO's clock can hold there is nothing to wait for.
    guard time <= UInt64(Int64.max) else { return }
    wakeTask = eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(time)) { self.fireDue() }
  }

  /// Wakes are rare, about one for each deadline that was the next when it was set, so they look at every timer.
  private func fireDue() {
    wakeTask = nil
    wakeTime = .max
    let now = NIODeadline.now().uptimeNanoseconds
    var due: [LoopTimer] = []
    var nextDue = UInt64.max
    if count > 0 {
      for slot in slots {
        var next = slot
        while let timer = next?.takeUnretainedValue() {
          next = timer.next
          if timer.due <= now { due.append(timer) } else { nextDue = min(nextDue, timer.due) }
        }
      }
    }
    due.sort { $0.due < $1.due }
    // Owners arm and cancel as they are told: a timer is looked at again when its turn comes.
    for timer in due where timer.due <= now {
      guard let owner = timer.owner else { continue }
      unlink(timer)
      timer.owner = nil
      owner.timerFired(timer)
    }
    if nextDue < wakeTime, count > 0 { wake(at: nextDue) }
  }
}
