import Foundation
import StableDiffusion
import Synchronization
import Torch
import TrainingBackend

/// What a device has and how fast it is, found out when it is first asked for; and what a job took of its memory.
final class DeviceMeter: Sendable {
  private let device: Device
  /// Of this process, before anything was loaded.
  private let baseline: Int
  private let speeds = Mutex<[String: DeviceSpeed]>([:])

  /// Libtorch's own tables and kernels, which come into memory with the first operations.
  private static let library = 120 << 20

  init(_ device: Device) {
    self.device = device
    baseline = ProcessMemory.resident
  }

  /// - Parameter threads: of one operation, as the job would have; set for the calling thread.
  func describe(dtype: DType, threads: Int?, isSmall: Bool) throws(TorchError) -> TrainingForecast.Device {
    let count = threads ?? (isSmall ? 1 : max(ProcessInfo.processInfo.activeProcessorCount, 1))
    if device == .cpu { try Torch.setThreads(count) }
    let speed = try speed(dtype, threads: count)
    let isCPU = device == .cpu
    return TrainingForecast.Device(
      memory: isCPU ? Int(clamping: ProcessInfo.processInfo.physicalMemory) : try Torch.memory(device).total,
      baseline: isCPU ? baseline + Self.library : 0, operationsPerSecond: speed.operationsPerSecond,
      secondsPerOperation: speed.secondsPerOperation)
  }

  private func speed(_ dtype: DType, threads: Int) throws(TorchError) -> DeviceSpeed {
    let key = "\(dtype) \(threads)"
    if let known = speeds.withLock({ $0[key] }) { return known }
    let measured = try DeviceSpeed.measure(device, dtype: dtype)
    speeds.withLock { $0[key] = measured }
    return measured
  }

  func resetPeakMemory() throws(TorchError) {
    if device == .cpu { ProcessMemory.resetPeak() } else { try Torch.resetPeakMemory(device) }
  }

  /// The most memory since `resetPeakMemory`: on a GPU of tensors there, on the CPU of the whole process. That counts
  /// what was beside the job, too: a question about another tune's images holds one of them, and a safety checker of
  /// up to 1.2 GB where it looks for unsafe ones.
  var peakMemory: Int {
    get throws(TorchError) { device == .cpu ? ProcessMemory.peak : try Torch.peakMemory(device) }
  }
}
