import Testing

@testable import HTTP2

/// A path that holds `capacity` bytes in a round trip, and a sender that always has more than the window lets it send.
private struct Path {
  let roundTrip: UInt64
  let capacity: Int
  var now: UInt64 = 1_000_000_000
  var pings = 0

  /// Sends for a time; says how many bytes came.
  mutating func run(_ probe: inout BandwidthProbe, for duration: UInt64) -> Int {
    let end = now + duration
    var answer: UInt64?
    var total = 0
    while now < end {
      // In one round trip a window's worth comes, or what the path holds if that is less, in frames of 16 KiB.
      let round = min(probe.window, capacity)
      let frames = max(round / 16_384, 1)
      for _ in 0..<frames {
        now += roundTrip / UInt64(frames)
        if let due = answer, now >= due {
          answer = nil
          _ = probe.acknowledged(at: now)
        }
        total += round / frames
        if probe.received(round / frames, at: now) {
          pings += 1
          answer = now + roundTrip
        }
      }
    }
    return total
  }
}

private let second: UInt64 = 1_000_000_000

@Suite("The bandwidth probe, on simulated paths")
struct BandwidthProbeTests {
  @Test("one stream fills a long fat path within a few seconds, starting from 64 KiB")
  func longFatPath() {
    // 80 MB/s over 100 ms.
    var path = Path(roundTrip: second / 10, capacity: 8 << 20)
    var probe = BandwidthProbe(window: 64 << 10, limit: 16 << 20)
    _ = path.run(&probe, for: 3 * second)
    #expect(probe.window >= 8 << 20)
    #expect(path.run(&probe, for: second) >= 75 << 20)
  }

  @Test("a short path leaves the window as it is, however fast it is")
  func shortPath() {
    // 300 MB/s over 0.1 ms.
    var path = Path(roundTrip: second / 10_000, capacity: 30 << 10)
    var probe = BandwidthProbe(window: 64 << 10, limit: 16 << 20)
    _ = path.run(&probe, for: second)
    #expect(probe.window == 64 << 10)
  }

  @Test("the window never goes over its limit, and nobody asks any more once it is there")
  func limit() {
    var path = Path(roundTrip: second / 10, capacity: 100 << 20)
    var probe = BandwidthProbe(window: 1 << 20, limit: 16 << 20)
    _ = path.run(&probe, for: 3 * second)
    #expect(probe.window == 16 << 20)
    path.pings = 0
    _ = path.run(&probe, for: second)
    #expect(path.pings == 0)
  }

  @Test("pings become rare once the window is large enough")
  func rarePings() {
    var path = Path(roundTrip: second / 1_000, capacity: 200 << 10)
    var probe = BandwidthProbe(window: 1 << 20, limit: 16 << 20)
    _ = path.run(&probe, for: 60 * second)
    #expect((2...15).contains(path.pings))
  }

  @Test("a connection on which nothing comes is never probed")
  func silence() {
    var probe = BandwidthProbe(window: 64 << 10, limit: 16 << 20)
    #expect(probe.acknowledged(at: second) == nil)
    #expect(probe.window == 64 << 10)
  }
}
