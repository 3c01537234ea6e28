/// A growable byte queue in one piece of memory: bytes go in at the tail and leave from the head.
///
/// Readers see what is queued as one contiguous range, so messages are framed and decoded in place. A queue that
/// has emptied rewinds, and gives back memory that only an unusually large message needed.
package struct ByteQueue: ~Copyable {
  private var base: UnsafeMutableRawPointer?
  private var capacity = 0
  private var head = 0
  private var tail = 0

  /// What an empty queue keeps for its next bytes.
  private static let retainedCapacity = 64 << 10
  /// What a recycled queue keeps: there may be hundreds of them.
  private static let recycledCapacity = 4 << 10

  package init() {}

  deinit { base?.deallocate() }

  package var count: Int { tail - head }
  package var isEmpty: Bool { head == tail }

  /// The queued bytes; valid until the queue is next changed.
  package var readable: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base.map { UnsafeRawPointer($0) + head }, count: tail - head)
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    let room = reserve(bytes.count)
    room.baseAddress?.copyMemory(from: source, byteCount: bytes.count)
    commit(bytes.count)
  }

  /// Room for `count` more bytes at the tail; `commit` says how many were written.
  package mutating func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if capacity - tail < count { makeRoom(for: count) }
    return UnsafeMutableRawBufferPointer(start: base.map { $0 + tail }, count: count)
  }

  package mutating func commit(_ count: Int) {
    precondition(count >= 0 && count <= capacity - tail, "committed more than was reserved")
    tail += count
  }

  package mutating func consume(_ count: Int) {
    precondition(count >= 0 && count <= self.count, "consumed more than was queued")
    head += count
    guard head == tail else { return }
    head = 0
    tail = 0
    if capacity > Self.retainedCapacity { release() }
  }

  package mutating func removeAll() {
    head = 0
    tail = 0
    release()
  }

  /// Empties the queue for another use; memory beyond a small message's goes back.
  package mutating func recycle() {
    head = 0
    tail = 0
    if capacity > Self.recycledCapacity { release() }
  }

  private mutating func release() {
    base?.deallocate()
    base = nil
    capacity = 0
  }

  private mutating func makeRoom(for extra: Int) {
    let needed = count + extra
    // Moving what is left pays only when at least half of the memory is free in front of it.
    if needed <= capacity, head >= capacity / 2, let base {
      base.copyMemory(from: base + head, byteCount: count)
      tail = count
      head = 0
      return
    }
    let grown = max(needed, capacity * 2, 512)
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
    let kept = count
    if let base {
      fresh.copyMemory(from: base + head, byteCount: kept)
      base.deallocate()
    }
    base = fresh
    capacity = grown
    head = 0
    tail = kept
  }
}
