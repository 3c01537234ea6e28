internal import CTorch

/// What concerns the whole process: threads, the default random numbers, the devices.
package enum Torch {
  /// The libtorch this was compiled against, "2.15.0".
  package static var version: String { String(cString: ct_version()) }

  /// Threads that one CPU operation may use. Set it before the first operation.
  package static func setThreads(_ count: Int) throws(TorchError) {
    try checked { ct_set_threads(Int32(clamping: count), $0) }
  }

  package static var threads: Int { Int(ct_threads()) }

  /// Seeds the generators that random operations use when they are given none (dropout always does).
  package static func manualSeed(_ seed: UInt64) throws(TorchError) {
    try checked { ct_manual_seed(seed, $0) }
  }

  /// Refuses operations that may give different results from run to run (a CUDA matter).
  package static func setDeterministic(_ deterministic: Bool) throws(TorchError) {
    try checked { ct_set_deterministic(deterministic, $0) }
  }

  /// Lets float32 matrix products use TF32 on devices that have it: faster, with a 10-bit mantissa.
  package static func setFastFloat32(_ fast: Bool) throws(TorchError) {
    try checked { ct_set_fast_float32(fast, $0) }
  }

  /// How many CUDA devices there are; 0 also when the bridge was linked without CUDA.
  package static var cudaDeviceCount: Int { Int(ct_cuda_device_count()) }

  /// Waits until everything queued on the device has run. Nothing to wait for on the CPU.
  package static func synchronize(_ device: Device) throws(TorchError) {
    guard case .cuda = device else { return }
    try checked { ct_cuda_synchronize(device.number, $0) }
  }

  /// Gives cached, unused device memory back to the driver.
  package static func emptyCache(_ device: Device) throws(TorchError) {
    guard case .cuda = device else { return }
    try checked { ct_cuda_empty_cache($0) }
  }

  /// The most bytes that tensors held at once on a CUDA device since `resetPeakMemory`.
  package static func peakMemory(_ device: Device) throws(TorchError) -> Int {
    guard case .cuda = device else {
      throw TorchError(.invalidArgument, "peak memory is counted on CUDA devices only; ask the system for the CPU's")
    }
    return Int(clamping: try checked { ct_cuda_peak_memory(device.number, $0) })
  }

  /// Raised whenever an operation rounds otherwise than before. Who notes what a picture's bits depend on notes it too:
  /// 2 is since attention and residuals are computed by kernels of our own.
  package static let arithmetic = 2

  /// Gives what the CPU's allocator holds and nobody uses back to the system, where that can be asked of it.
  package static func releaseUnusedMemory() { ct_release_unused_memory() }

  /// What a CUDA device has, and what of it no program holds at present, in bytes.
  package static func memory(_ device: Device) throws(TorchError) -> (free: Int, total: Int) {
    guard case .cuda = device else {
      throw TorchError(.invalidArgument, "only CUDA devices have memory of their own; ask the system for the CPU's")
    }
    var (free, total): (UInt64, UInt64) = (0, 0)
    try checked { ct_cuda_memory(device.number, &free, &total, $0) }
    return (Int(clamping: free), Int(clamping: total))
  }

  package static func resetPeakMemory(_ device: Device) throws(TorchError) {
    guard case .cuda = device else { return }
    try checked { ct_cuda_reset_peak_memory(device.number, $0) }
  }

  /// Tensors that Swift holds at present, in the whole process. A step that ends with more than it began with
  /// leaks.
  package static var liveTensors: Int { Int(ct_live_handles()) }
}
