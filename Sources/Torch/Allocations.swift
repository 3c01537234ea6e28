internal import CTorch

extension Torch {
  /// Runs the body and gives the most bytes of the CPU that tensors made in it on this thread took at once, beside what
  /// was there before.
  package static func peakAllocation(_ body: () throws -> Void) throws -> Int {
    let scope = try checked { ct_allocations_begin($0) }
    let result = Result { try body() }
    let peak = ct_allocations_end(scope)
    try result.get()
    return Int(peak)
  }
}
