import NIOCore
import NIOPosix
import Testing

@testable import HTTP2

@Suite("The timers of a loop", .timeLimit(.minutes(1)))
struct LoopTimersTests {
  private final class Owner: LoopTimerOwner, @unchecked Sendable {  // on the loop only
    var timers: [LoopTimer] = []
    var fired: [ObjectIdentifier] = []
    var onFire: (() -> Void)?

    func timerFired(_ timer: LoopTimer) {
      fired.append(ObjectIdentifier(timer))
      onFire?()
    }
  }

  private final class Bench: @unchecked Sendable {  // on the loop only
    let timers: LoopTimers
    let owner = Owner()
    var all: [LoopTimer] = []
    init(_ loop: any EventLoop) { timers = LoopTimers(loop) }
  }

  private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()

  /// Runs `body` on the loop; it says when it is done.
  private func onLoop<T: Sendable>(_ body: @escaping @Sendable (EventLoopPromise<T>) -> Void) async throws -> T {
    let promise = loop.makePromise(of: T.self)
    loop.execute { body(promise) }
    return try await promise.futureResult.get()
  }

  @Test("timers fire in the order in which they are due, whatever the order in which they were armed")
  func order() async throws {
    let inOrder = try await onLoop { (done: EventLoopPromise<Bool>) in
      let bench = Bench(loop)
      var generator = Seeded(state: 7)
      let start = NIODeadline.now().uptimeNanoseconds
      let delays = (1...200).map { UInt64($0) * 50_000 }.shuffled(using: &generator)
      var timers: [UInt64: LoopTimer] = [:]
      for delay in delays {
        let timer = LoopTimer()
        timers[delay] = timer
        bench.owner.timers.append(timer)
        bench.timers.arm(timer, at: start + delay, for: bench.owner)
      }
      let expected = delays.sorted().map { ObjectIdentifier(timers[$0]!) }
      bench.owner.onFire = {
        if bench.owner.fired.count == expected.count { done.succeed(bench.owner.fired == expected) }
      }
    }
    #expect(inOrder)
  }

  @Test("a cancelled timer does not fire, and holds nobody; the others do")
  func cancelled() async throws {
    let fired = try await onLoop { (done: EventLoopPromise<Int>) in
      let bench = Bench(loop)
      weak var released: Owner?
      for index in 0..<100 {
        let timer = LoopTimer()
        bench.all.append(timer)
        let owner = index % 3 == 0 ? bench.owner : Owner()
        owner.timers.append(timer)
        if index % 3 == 1 { released = owner }
        bench.timers.arm(timer, afterNanoseconds: Int64(index) * 10_000, for: owner)
      }
      for (index, timer) in bench.all.enumerated() where index % 3 != 0 { bench.timers.cancel(timer) }
      let last = LoopTimer()
      let end = Owner()
      end.timers = [last]
      end.onFire = { done.succeed(released == nil ? bench.owner.fired.count : -1) }
      bench.timers.arm(last, afterNanoseconds: 5_000_000, for: end)
    }
    #expect(fired == 34)
  }

  @Test("a timer armed again counts from then on, and one beyond the clock's range waits for ever")
  func again() async throws {
    let fired = try await onLoop { (done: EventLoopPromise<Int>) in
      let bench = Bench(loop)
      let timer = LoopTimer()
      bench.owner.timers = [timer]
      bench.timers.arm(timer, afterNanoseconds: .max, for: bench.owner)
      bench.timers.arm(timer, afterNanoseconds: 1_000_000, for: bench.owner)
      bench.owner.onFire = {
        #expect(!timer.isArmed)
        bench.owner.onFire = { done.succeed(bench.owner.fired.count) }
        bench.timers.arm(timer, afterNanoseconds: -5, for: bench.owner)
      }
    }
    #expect(fired == 2)
  }
}
