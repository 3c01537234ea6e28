import Testing

@testable import HTTP2

@Suite("What a stream still has to send")
struct OutboundQueueTests {
  @Test("small messages and large values leave in the order in which they came, in pieces of any size", arguments: 0..<20)
  func order(seed: UInt64) {
    var generator = Seeded(state: seed)
    var queue = OutboundQueue()
    var expected: [UInt8] = []
    var sent: [UInt8] = []
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      if Bool.random(using: &generator) {
        expected += bytes
        if Bool.random(using: &generator) { queue.append(bytes) } else { bytes.withUnsafeBytes { queue.append($0) } }
      } else {
        #expect(queue.count == expected.count - sent.count)
        let count = min(queue.count, Int.random(in: 0...60, using: &generator))
        sent += [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
          if let start = buffer.baseAddress { queue.move(count, to: start) }
          initialized = count
        }
      }
    }
    #expect(sent[...] == expected[..<sent.count])
  }

  @Test("a recycled queue is empty")
  func recycled() {
    var queue = OutboundQueue()
    queue.append([1, 2, 3])
    [UInt8]([4, 5]).withUnsafeBytes { queue.append($0) }
    queue.recycle()
    #expect(queue.count == 0)
    queue.append([6])
    var byte: UInt8 = 0
    queue.move(1, to: &byte)
    #expect(byte == 6)
  }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
