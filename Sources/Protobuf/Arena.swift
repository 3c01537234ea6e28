internal import CProtobufC

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for one encode or decode: handed out by moving a cursor, freed all at once by `release`.
///
/// It is protobuf-c's allocator while it unpacks. Its `free` does nothing, which also makes harmless that protobuf-c
/// before 1.5.1 frees unknown fields it never initialised when it gives up on a message.
struct Arena {
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var cursor: UnsafeMutableRawPointer
    var end: UnsafeMutableRawPointer
    /// The chunks taken from malloc: each begins with the address of the one before.
    var lastChunk: UnsafeMutableRawPointer?
    var nextChunkSize = 4096
    var remainingBudget: Int
    var isExhausted = false
    var allocator: ProtobufCAllocator
  }

  /// An arena that may take `budget` bytes beyond its first kilobyte. Whoever makes it releases it.
  ///
  /// A function that took a closure would be generic, and cost a thousand instructions of metadata lookups a message.
  init(budget: Int) {
    guard let start = malloc(Self.firstChunkSize) else { fatalError("out of memory for a message") }
    state = start.bindMemory(to: State.self, capacity: 1)
    state.initialize(
      to: State(
        cursor: start + (MemoryLayout<State>.size + 15) & ~15, end: start + Self.firstChunkSize, lastChunk: nil,
        remainingBudget: budget,
        allocator: ProtobufCAllocator(alloc: arenaAllocate, free: arenaFree, allocator_data: start)))
  }

  /// Within what glibc keeps in its per-thread cache, where malloc and free cost next to nothing.
  private static let firstChunkSize = 1008

  fileprivate init(allocatorData: UnsafeMutableRawPointer) {
    state = allocatorData.assumingMemoryBound(to: State.self)
  }

  /// The arena as protobuf-c wants it, valid while the arena is.
  var allocator: UnsafeMutablePointer<ProtobufCAllocator> {
    let offset = MemoryLayout<State>.offset(of: \State.allocator).unsafelyUnwrapped
    return (UnsafeMutableRawPointer(state) + offset).assumingMemoryBound(to: ProtobufCAllocator.self)
  }

  /// Whether an allocation failed for want of budget or memory.
  var isExhausted: Bool { state.pointee.isExhausted }

  /// Memory for `byteCount` bytes, aligned for every C type, or nil when the budget or the machine has no more.
  func tryAllocate(byteCount: Int) -> UnsafeMutableRawPointer? {
    let result = state.pointee.cursor
    let (padded, overflow) = byteCount.addingReportingOverflow(15)
    guard !overflow, padded >= 15 else { return fail() }
    let size = padded & ~15
    if size <= state.pointee.end - result {
      state.pointee.cursor = result + size
      return result
    }
    return allocateFromNewChunk(size: size)
  }

  /// Memory for `byteCount` bytes, for encoding: a program out of memory there can only stop.
  func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard let memory = tryAllocate(byteCount: byteCount) else { fatalError("out of memory encoding a message") }
    return memory
  }

  private func allocateFromNewChunk(size: Int) -> UnsafeMutableRawPointer? {
    let header = 16
    let (needed, overflow) = size.addingReportingOverflow(header)
    guard !overflow else { return fail() }
    // Near the end of the budget a chunk of just the needed size may still fit.
    let chunkSize = max(needed, min(state.pointee.nextChunkSize, state.pointee.remainingBudget))
    guard chunkSize <= state.pointee.remainingBudget, let chunk = malloc(chunkSize) else { return fail() }
    chunk.storeBytes(of: state.pointee.lastChunk, as: UnsafeMutableRawPointer?.self)
    state.pointee.lastChunk = chunk
    state.pointee.remainingBudget -= chunkSize
    state.pointee.nextChunkSize = min(state.pointee.nextChunkSize * 2, 1 << 20)
    // A large block has its chunk to itself; the cursor stays where small ones still fit.
    if needed < chunkSize || state.pointee.end - state.pointee.cursor < 64 {
      state.pointee.cursor = chunk + needed
      state.pointee.end = chunk + chunkSize
    }
    return chunk + header
  }

  private func fail() -> UnsafeMutableRawPointer? {
    state.pointee.isExhausted = true
    return nil
  }

  /// Frees everything, the arena included.
  func release() {
    var chunk = state.pointee.lastChunk
    while let current = chunk {
      chunk = current.load(as: UnsafeMutableRawPointer?.self)
      free(current)
    }
    free(state)
  }
}

private let arenaAllocate: @convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer? = { data, size in
  guard let data else { return nil }
  return Arena(allocatorData: data).tryAllocate(byteCount: size)
}

private let arenaFree: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, _ in }
