import Foundation
import LorikeetAPI
import SamplingBackend
import Torch

/// What decides over the last bits of a picture beside the request: the same elsewhere, the same pixels.
struct EngineIdentity: Sendable, Equatable {
  /// Of this program, of its kernels and of the tensor library, both of which round.
  var version: String
  /// The kind of device, such as `cpu AMD EPYC 9654, 8 threads` or `cuda NVIDIA H200`.
  ///
  /// Matrix products on the CPU are cut by the caches' sizes and the number of threads, and sums round as they are cut.
  var device: String
  var precision: String
  /// The device with its number, for people and logs.
  var deviceName: String

  init(_ configuration: BackendConfiguration) {
    version = "\(configuration.version) arithmetic \(Torch.arithmetic) libtorch \(Torch.version)"
    precision = configuration.precision.rawValue + (configuration.mergesAdapters ? ", LoRAs merged" : "")
    // Matrix products of another size round otherwise.
    let images = SamplingEngine.imagesPerCall(configuration.imagesPerBatch, on: configuration.device)
    if configuration.role == .sampling, images > 1 { precision += ", up to \(images) images a call" }
    switch configuration.device {
    case .cpu:
      let threads = configuration.threads ?? max(ProcessInfo.processInfo.activeProcessorCount, 1)
      device = ["cpu", Self.processor].compactMap(\.self).joined(separator: " ")
      device += ", \(threads) thread\(threads == 1 ? "" : "s")"
      // A number that was asked for is that of every model: see `ComputeThreads`.
      if configuration.threads == nil, threads > 1 { device += ", one for small models" }
      deviceName = device
    case .cuda(let index):
      let name = Self.gpu(index)
      device = ["cuda", name].compactMap(\.self).joined(separator: " ")
      deviceName = ["cuda:\(index)", name].compactMap(\.self).joined(separator: " ")
    }
  }

  /// The report that begins a generation.
  func started(_ settings: GenerationSettings, _ resolved: ResolvedSettings) -> BackendJobStarted {
    var started = BackendJobStarted()
    (started.device, started.precision, started.engineVersion) = (device, precision, version)
    started.settings = GenerationJob.settings(settings, completedBy: resolved)
    return started
  }

  private static var processor: String? {
    value(of: "model name", in: "/proc/cpuinfo")
  }

  /// Numbered as on the PCI bus, which is how the driver numbers those of one kind.
  private static func gpu(_ index: Int) -> String? {
    let root = "/proc/driver/nvidia/gpus"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
    return names.indices.contains(index) ? value(of: "Model", in: "\(root)/\(names[index])/information") : nil
  }

  /// What stands behind the first colon of the first line that begins with the name.
  private static func value(of name: String, in path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let colon = line.firstIndex(of: ":")
    else { return nil }
    let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    return value.isEmpty ? nil : String(value.prefix(120))
  }
}
