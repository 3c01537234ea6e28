internal import CNghttp2

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The memory of one nghttp2 session: small blocks that it gives back are kept for its next request.
///
/// A call makes nghttp2 allocate eight small blocks and free them again; taking them from a list costs a tenth of what
/// malloc and free cost. It belongs to the session, not to the thread, since the last reference to a connection may be
/// dropped anywhere.
final class SessionMemory {
  /// Free blocks by size class; the first word of each leads to the next.
  private let lists: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private var freeBytes = 0
  /// nghttp2 makes a copy.
  var callbacks: nghttp2_mem

  private static let classCount = 16
  private static let classShift = 6
  private static let largest = classCount << classShift
  /// In front of each block: its size class, or that it has none. Keeps malloc's alignment.
  private static let headerSize = 16
  /// What the lists of a busy connection may hold, and of an idle one.
  private static let limit = 256 << 10
  private static let idleLimit = 4 << 10

  init() {
    lists = .allocate(capacity: Self.classCount)
    lists.initialize(repeating: nil, count: Self.classCount)
    callbacks = nghttp2_mem(
      mem_user_data: nil,
      malloc: { size, context in SessionMemory.of(context) { $0.allocate(size) } },
      free: { block, context in SessionMemory.of(context) { $0.free(block) } },
      calloc: { count, size, context in
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow else { return nil }
        return SessionMemory.of(context) { $0.allocate(bytes) }.map { memset($0, 0, bytes) }
      },
      realloc: { block, size, context in SessionMemory.of(context) { $0.reallocate(block, size) } })
    callbacks.mem_user_data = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    trim()
    lists.deallocate()
  }

  @inline(__always)
  private static func of<Result>(_ context: UnsafeMutableRawPointer?, _ body: (SessionMemory) -> Result) -> Result {
    Unmanaged<SessionMemory>.fromOpaque(context.unsafelyUnwrapped)._withUnsafeGuaranteedRef(body)
  }

  /// Whether an idle connection holds more than it needs.
  var isWorthTrimming: Bool { freeBytes > Self.idleLimit }

  /// Gives all free blocks back.
  func trim() {
    for index in 0..<Self.classCount {
      while let block = lists[index] {
        lists[index] = block.load(as: UnsafeMutableRawPointer?.self)
        Self.giveBack(block - Self.headerSize)
      }
    }
    freeBytes = 0
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size <= Self.largest else { return Self.newBlock(size, sizeClass: -1) }
    let sizeClass = max(size - 1, 0) >> Self.classShift
    guard let block = lists[sizeClass] else {
      return Self.newBlock((sizeClass + 1) << Self.classShift, sizeClass: sizeClass)
    }
    lists[sizeClass] = block.load(as: UnsafeMutableRawPointer?.self)
    freeBytes -= (sizeClass + 1) << Self.classShift
    return block
  }

  private func free(_ block: UnsafeMutableRawPointer?) {
    guard let block else { return }
    let sizeClass = (block - Self.headerSize).load(as: Int.self)
    guard sizeClass >= 0, freeBytes < Self.limit else { return Self.giveBack(block - Self.headerSize) }
    block.storeBytes(of: lists[sizeClass], as: UnsafeMutableRawPointer?.self)
    lists[sizeClass] = block
    freeBytes += (sizeClass + 1) << Self.classShift
  }

  private func reallocate(_ block: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
    guard let block else { return allocate(size) }
    let sizeClass = (block - Self.headerSize).load(as: Int.self)
    if sizeClass < 0 {
      let (bytes, overflow) = size.addingReportingOverflow(Self.headerSize)
      return overflow ? nil : realloc(block - Self.headerSize, bytes).map { $0 + Self.headerSize }
    }
    let capacity = (sizeClass + 1) << Self.classShift
    guard size > capacity else { return block }
    guard let larger = allocate(size) else { return nil }
    larger.copyMemory(from: block, byteCount: capacity)
    free(block)
    return larger
  }

  private static func newBlock(_ size: Int, sizeClass: Int) -> UnsafeMutableRawPointer? {
    let (bytes, overflow) = size.addingReportingOverflow(headerSize)
    guard !overflow, let block = malloc(bytes) else { return nil }
    block.storeBytes(of: sizeClass, as: Int.self)
    return block + headerSize
  }

  private static func giveBack(_ start: UnsafeMutableRawPointer) {
    #if canImport(Glibc)
      Glibc.free(start)
    #elseif canImport(Musl)
      Musl.free(start)
    #else
      Darwin.free(start)
    #endif
  }
}
