import Testing

@testable import HTTP2

@Suite("A byte queue")
struct ByteQueueTests {
  @Test("gives back exactly what went in, whatever the sizes")
  func behavesLikeAnArray() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SplitMix(state: seed)
    var queue = ByteQueue()
    var model: [UInt8] = []
    for _ in 0..<5_000 {
      if Bool.random(using: &generator) {
        let bytes = (0..<Int.random(in: 0...3_000, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        bytes.withUnsafeBytes { queue.append($0) }
        model += bytes
      } else {
        let count = Int.random(in: 0...min(model.count, 4_000), using: &generator)
        let front = Array(queue.readable.prefix(count))
        #expect(front == Array(model.prefix(count)))
        queue.consume(count)
        model.removeFirst(count)
      }
      let count = queue.count
      #expect(count == model.count)
    }
  }

  @Test("reserved room becomes readable once it is committed")
  func reserve() {
    var queue = ByteQueue()
    let room = queue.reserve(3)
    room.copyBytes(from: [1, 2, 3])
    let before = queue.isEmpty
    queue.commit(2)
    let bytes = Array(queue.readable)
    #expect(before)
    #expect(bytes == [1, 2])
  }
}
