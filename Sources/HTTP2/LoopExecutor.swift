package import NIOCore
import Synchronization

/// Has something to do at the end of each turn it asks for, after the tasks that were ready and before the writes.
package protocol LoopTurnTaker: AnyObject {
  func takeTurn()
}

/// Runs Swift tasks on one event loop, and owns what the connections of that loop share.
///
/// NIO's loops are serial executors but not task executors. Running call handlers on the loop that read the call
/// spares two thread hand-overs a call, which cost more than the I/O does. The turn of a loop is: read what came, run
/// the tasks that it made ready, then write once for each connection that has something to say.
package final class LoopExecutor: TaskExecutor, @unchecked Sendable {
  package let eventLoop: any EventLoop

  // Confined to the event loop.
  package let timers: LoopTimers
  package let streamPool = StreamPool()
  private var turnTakers: [any LoopTurnTaker] = []
  private var takingTurns: [any LoopTurnTaker] = []
  private var ready: [UnownedJob] = []
  private var running: [UnownedJob] = []
  private var dirty: [HTTP2ChannelHandler] = []
  private var writing: [HTTP2ChannelHandler] = []
  private var isPumping = false
  private var isScheduled = false
  private var isReading = false
  /// Where connections of this loop write their frames; free again as soon as the socket has taken them.
  var scratch: ByteBuffer

  // Jobs made ready by other threads.
  private struct Remote {
    var jobs: [UnownedJob] = []
    var isScheduled = false
  }
  private let remote = Mutex(Remote())

  /// Jobs run in one go before the loop looks at its sockets again.
  private static let turnLimit = 2_048
  static let scratchCapacity = 256 << 10

  package init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    scratch = ByteBuffer()
    timers = LoopTimers(eventLoop)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if eventLoop.inEventLoop {
      ready.append(job)
      schedule()
      return
    }
    let wake = remote.withLock { remote in
      remote.jobs.append(job)
      defer { remote.isScheduled = true }
      return !remote.isScheduled
    }
    if wake { eventLoop.execute { self.pump() } }
  }

  /// Calls `takeTurn` once, in this turn of the loop.
  package func requestTurn(_ taker: any LoopTurnTaker) {
    turnTakers.append(taker)
    schedule()
  }

  /// Writes the connection's frames at the end of this turn.
  func markDirty(_ handler: HTTP2ChannelHandler) {
    eventLoop.assertInEventLoop()
    dirty.append(handler)
    schedule()
  }

  private func schedule() {
    guard !isPumping, !isScheduled, !isReading else { return }
    isScheduled = true
    eventLoop.execute { self.pump() }
  }

  /// Bytes were read; the pump runs when the read is complete.
  func beginReading() { isReading = true }

  func endReading() {
    isReading = false
    pump()
  }

  private func pump() {
    guard !isPumping else { return }
    isPumping = true
    isScheduled = false
    remote.withLock { remote in
      ready.append(contentsOf: remote.jobs)
      remote.jobs.removeAll(keepingCapacity: true)
      remote.isScheduled = false
    }
    var done = 0
    while done < Self.turnLimit, hasWork {
      swap(&ready, &running)
      let executor = asUnownedTaskExecutor()
      for job in running { job.runSynchronously(on: executor) }
      done += running.count + 1
      running.removeAll(keepingCapacity: true)
      if !turnTakers.isEmpty {
        swap(&turnTakers, &takingTurns)
        for taker in takingTurns { taker.takeTurn() }
        takingTurns.removeAll(keepingCapacity: true)
      }
      guard ready.isEmpty else { continue }
      swap(&dirty, &writing)
      for writer in writing { writer.flush() }
      writing.removeAll(keepingCapacity: true)
    }
    isPumping = false
    if hasWork { schedule() }
  }

  private var hasWork: Bool { !(ready.isEmpty && turnTakers.isEmpty && dirty.isEmpty) }
}
