import Protobuf
import TestProtos
import Testing

@Suite("Large bytes values")
struct BulkTests {
  private static let byteCounts = [0, 1, 15, 16, 17, 100, 2047, 2048, 2049, 65_536, 1_000_000]

  private func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) } }

  @Test(
    "values of every size come back, in plain, optional and oneof fields, alone and beside a large one",
    arguments: byteCounts, [0, 16, 4096])
  func sizes(first: Int, second: Int) throws {
    let message = Chunk.with {
      $0.name = "name"
      $0.data = pattern(first)
      $0.source = .inlineData(pattern(second))
      $0.checksum = pattern(16)
      $0.inner = .with {
        $0.data = pattern(first)
        $0.checksum = pattern(16)
      }
    }
    let bytes = message.serializedBytes()
    #expect(bytes.count == message.serializedByteCount())
    #expect(try Chunk(serializedBytes: bytes) == message)
  }

  @Test("a large value that a later oneof member replaces is dropped")
  func replaced() throws {
    let large = Chunk.with { $0.source = .inlineData(pattern(5000)) }.serializedBytes()
    let small = Chunk.with { $0.source = .path("p") }.serializedBytes()
    #expect(try Chunk(serializedBytes: large + small).source == .path("p"))
    #expect(try Chunk(serializedBytes: small + large).source == .inlineData(pattern(5000)))
    #expect(try Chunk(serializedBytes: large + large) == Chunk(serializedBytes: large))
  }

  @Test("encoding asks for memory once, with the exact size, and stops at the caller's error")
  func reserving() throws {
    struct TooLarge: Error {}
    let message = Chunk.with { $0.data = pattern(10_000) }
    var memory = [UInt8](repeating: 0xAA, count: 20_000)
    var requests: [Int] = []
    memory.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      message.serialize { byteCount in
        requests.append(byteCount)
        return start + 5
      }
    }
    #expect(requests == [message.serializedByteCount()])
    #expect(Array(memory[5..<5 + requests[0]]) == message.serializedBytes())
    #expect(memory[..<5].allSatisfy { $0 == 0xAA } && memory[(5 + requests[0])...].allSatisfy { $0 == 0xAA })
    #expect(throws: TooLarge.self) {
      try message.serialize { (_: Int) throws(TooLarge) -> UnsafeMutableRawPointer in throw TooLarge() }
    }
  }

  /// What the segments of a message make together; nil when they are not what they promise to be.
  private func joined(_ message: some Message, detachingFrom minimum: Int) -> (bytes: [UInt8], detached: [[UInt8]])? {
    var head = [UInt8](repeating: 0xAA, count: message.serializedByteCount() + 1)
    var announced = (written: 0, total: 0)
    let detached = head.withUnsafeMutableBytes { buffer in
      message.serializeSegments(detachingFrom: minimum) { written, total in
        announced = (written, total)
        return buffer.baseAddress.unsafelyUnwrapped
      }
    }
    guard head[announced.written...].allSatisfy({ $0 == 0xAA }) else { return nil }
    var bytes: [UInt8] = []
    var sent = 0
    for value in detached {
      guard value.offset >= sent else { return nil }
      bytes += head[sent..<value.offset] + value.bytes
      sent = value.offset
    }
    bytes += head[sent..<announced.written]
    return bytes.count == announced.total ? (bytes, detached.map(\.bytes)) : nil
  }

  @Test("head and large values together are the message", arguments: byteCounts, [1, 100, 2048, 70_000])
  func segments(size: Int, minimum: Int) throws {
    let value = pattern(size)
    let flat = Scalars.with { $0.string = "name"; $0.bytes = value; $0.colour = .red }
    let inFlat = try #require(joined(flat, detachingFrom: minimum))
    #expect(inFlat.bytes == flat.serializedBytes())
    #expect(inFlat.detached == (size >= minimum ? [value] : []))
    let oneof = Choice.with { $0.value = .data(value); $0.after = "after" }
    #expect(try #require(joined(oneof, detachingFrom: minimum)).bytes == oneof.serializedBytes())
    let chunk = Chunk.with {
      $0.name = "name"
      $0.data = value
      $0.source = .inlineData(value)
      $0.checksum = pattern(16)
      $0.inner = .with { $0.data = value }
    }
    let inStructured = try #require(joined(chunk, detachingFrom: minimum))
    #expect(inStructured.bytes == chunk.serializedBytes())
    #expect(inStructured.detached == (size >= max(minimum, 2048) ? [value, value] : []))
  }

  @Test("a message in segments can be refused for its whole size")
  func segmentsTooLarge() {
    struct TooLarge: Error {}
    #expect(throws: TooLarge.self) {
      try Scalars.with { $0.bytes = pattern(5000) }.serializeSegments(detachingFrom: 1000) {
        (written: Int, total: Int) throws(TooLarge) -> UnsafeMutableRawPointer in
        #expect(written == 3 && total == 5003)
        throw TooLarge()
      }
    }
  }
}
