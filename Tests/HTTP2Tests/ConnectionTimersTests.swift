import NIOCore
import Testing

@testable import HTTP2

private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000_000) + .seconds(seconds) }

private func view(
  read: Int64 = 0, ready: Bool = true, streams: Int = 0, headersSince: Int64? = nil
) -> ConnectionTimers.View {
  ConnectionTimers.View(
    lastRead: at(read), isReady: ready, openStreams: streams, unfinishedHeadersSince: headersSince.map { at($0) })
}

private let neverAsks = HTTP2Keepalive(interval: nil, timeout: .seconds(1), withoutStreams: true)

private func timers(
  keepalive: HTTP2Keepalive = neverAsks, _ configure: (inout HTTP2Timeouts) -> Void = { _ in }
) -> ConnectionTimers {
  var timeouts = HTTP2Timeouts()
  configure(&timeouts)
  return ConnectionTimers(timeouts: timeouts, keepalive: keepalive, start: at(0))
}

@Suite("A connection's timers, on simulated time")
struct ConnectionTimersTests {
  @Test("without time-outs nothing ever becomes due")
  func none() {
    var timers = timers()
    #expect(timers.next(view(ready: false)) == nil)
    #expect(timers.due(at: at(1_000_000), view(ready: false)) == [])
  }

  @Test("a peer that does not finish the handshake in time is cut off; one that does is not")
  func handshake() {
    var timers = timers { $0.handshake = .seconds(20) }
    #expect(timers.next(view(ready: false)) == at(20))
    #expect(timers.due(at: at(19), view(read: 19, ready: false)) == [])
    #expect(timers.due(at: at(20), view(read: 20, ready: false)) == [.end(.handshakeTimeout)])
    #expect(timers.next(view()) == nil)
    #expect(timers.due(at: at(20), view()) == [])
  }

  @Test("a header block that is begun must be completed in time, whatever else comes meanwhile")
  func headers() {
    var timers = timers { $0.headers = .seconds(10) }
    #expect(timers.next(view()) == nil)
    #expect(timers.next(view(headersSince: 5)) == at(15))
    #expect(timers.due(at: at(14), view(read: 14, headersSince: 5)) == [])
    #expect(timers.due(at: at(15), view(read: 15, headersSince: 5)) == [.end(.headersTimeout)])
  }

  @Test("a connection without streams drains after its idle time, which begins anew with each last stream")
  func idle() {
    var timers = timers { $0.idle = .seconds(60) }
    #expect(timers.next(view()) == at(60))
    #expect(timers.next(view(streams: 1)) == nil)
    #expect(timers.due(at: at(100), view(streams: 1)) == [])
    timers.becameIdle(at: at(100))
    #expect(timers.next(view()) == at(160))
    #expect(timers.due(at: at(159), view()) == [])
    #expect(timers.due(at: at(160), view()) == [.drain])
  }

  @Test("a connection drains at its greatest age, once, and ends when the grace has passed")
  func age() {
    var timers = timers {
      $0.age = .seconds(100)
      $0.ageGrace = .seconds(10)
    }
    #expect(timers.next(view(streams: 1)) == at(100))
    #expect(timers.due(at: at(101), view(streams: 1)) == [.drain])
    #expect(timers.next(view(streams: 1)) == at(111))
    #expect(timers.due(at: at(110), view(streams: 1)) == [])
    #expect(timers.due(at: at(111), view(streams: 1)) == [.close])
  }

  @Test("without a grace the open streams of an aged connection go on for ever")
  func noGrace() {
    var timers = timers { $0.age = .seconds(100) }
    #expect(timers.due(at: at(100), view(streams: 1)) == [.drain])
    #expect(timers.next(view(streams: 1)) == nil)
  }

  @Test("silence asks, an answer in time is enough, and no answer ends the connection")
  func keepalive() {
    var timers = timers(keepalive: HTTP2Keepalive(interval: .seconds(60), timeout: .seconds(20), withoutStreams: true))
    #expect(timers.next(view(read: 30)) == at(90))
    #expect(timers.due(at: at(60), view(read: 30)) == [])
    #expect(timers.due(at: at(90), view(read: 30)) == [.ping])
    #expect(timers.next(view(read: 30)) == at(110))
    let isAnswered = timers.heard()
    #expect(isAnswered)
    #expect(timers.due(at: at(110), view(read: 91)) == [])
    #expect(timers.next(view(read: 91)) == at(151))
    #expect(timers.due(at: at(151), view(read: 91)) == [.ping])
    #expect(timers.due(at: at(171), view(read: 91)) == [.pingTimedOut])
  }

  @Test("a client that must not ask without streams waits for one")
  func keepaliveWithoutStreams() {
    var timers = timers(keepalive: HTTP2Keepalive(interval: .seconds(60), timeout: .seconds(20), withoutStreams: false))
    #expect(timers.due(at: at(60), view()) == [])
    #expect(timers.next(view()) == at(120))
    #expect(timers.due(at: at(120), view(streams: 1)) == [.ping])
  }

  @Test("stalled streams are looked for at each interval, but only where there are streams")
  func sweeps() {
    var timers = timers { $0.stall = .seconds(30) }
    #expect(timers.due(at: at(30), view()) == [])
    #expect(timers.due(at: at(59), view(streams: 1)) == [])
    #expect(timers.due(at: at(60), view(streams: 1)) == [.sweep])
    #expect(timers.next(view(streams: 1)) == at(90))
  }
}
