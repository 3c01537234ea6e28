import Testing

@testable import HTTP2

@Suite("The memory of streams")
struct StreamPoolTests {
  @Test("a call that lets go of its stream only when the next has begun leaves it to the one after that")
  func endingCalls() {
    let pool = StreamPool()
    var ending: HTTP2Stream?
    for _ in 0..<100 {
      let stream = pool.take()
      #expect(stream !== ending)
      ending = nil
      pool.put(stream)
      ending = stream
    }
    #expect(pool.made == 2)
  }

  @Test("as many streams are made as are in use at once, in whatever order they end")
  func concurrentCalls() {
    let pool = StreamPool()
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SplitMix(state: seed)
    for _ in 0..<20 {
      let calls = (0..<64).map { _ in pool.take() }.shuffled(using: &generator)
      #expect(Set(calls.map(ObjectIdentifier.init)).count == 64)
      for call in calls { pool.put(call) }
    }
    #expect(pool.made == 64)
  }

  @Test("a stream that somebody still holds serves nobody else, and those held for good do not hinder the others")
  func heldStreams() {
    let pool = StreamPool()
    let held = (0..<300).map { _ in pool.take() }
    let known = Set(held.map(ObjectIdentifier.init))
    for stream in held { pool.put(stream) }
    for _ in 0..<1_000 {
      let stream = pool.take()
      #expect(!known.contains(ObjectIdentifier(stream)))
      pool.put(stream)
    }
    // It takes a while until the new ones stand first.
    #expect(pool.made < 600)
  }
}
