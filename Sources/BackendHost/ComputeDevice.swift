import Foundation
import Images
import Logging
import SamplingBackend
import StableDiffusion
import Synchronization
import Torch
import TrainingBackend

/// The device and what is loaded on it. Its methods block its own thread for as long as a job takes.
actor ComputeDevice {
  private let thread: DeviceThread
  private let device: Device
  private let dtype: DType
  private let threads: Int?
  private let engine: SamplingEngine
  private let warm = Mutex<[String]>([])
  private var isStepping = false
  /// What decides over the last bits of what is computed here.
  nonisolated let identity: EngineIdentity
  private let meter: DeviceMeter

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ configuration: BackendConfiguration, _ logger: Logger) {
    thread = DeviceThread(name: "lorikeet device")
    device = configuration.device
    dtype = configuration.precision.dtype
    meter = DeviceMeter(configuration.device)
    threads = configuration.threads
    identity = EngineIdentity(configuration)
    engine = SamplingEngine(
      device: configuration.device, dtype: configuration.precision.dtype,
      memoryBytes: Self.budget(configuration, logger), room: Self.room(configuration.device, logger),
      imagesPerBatch: configuration.imagesPerBatch, threads: configuration.threads,
      mergesAdapters: configuration.mergesAdapters)
  }

  private static func budget(_ configuration: BackendConfiguration, _ logger: Logger) -> Int {
    let chosen = configuration.memoryBytes, device = configuration.device
    let budget =
      device == .cpu
      ? MemoryBudget.processor(physical: Int(clamping: ProcessInfo.processInfo.physicalMemory), chosen: chosen)
      : MemoryBudget.gpu(chosen: chosen, logger) { try Torch.memory(device) }
    if configuration.role == .sampling, budget < .max {
      logger.info("memory for models and pictures", metadata: ["mebibytes": "\(budget >> 20)"])
    }
    return budget
  }

  /// The CPU's memory is not asked for: what the system keeps of files there is as good as free.
  private static func room(_ device: Device, _ logger: Logger) -> DeviceRoom? {
    guard device != .cpu else { return nil }
    return MemoryBudget.room(
      logger, memory: { try Torch.memory(device) }, giveBack: { try Torch.emptyCache(device) })
  }

  /// Digests of the loaded checkpoints; readable while a job runs.
  nonisolated var warmCheckpoints: [String] { warm.withLock { $0 } }

  /// Makes a request's images. Others may be made at the same time: they take turns, a step at a time.
  func sample(
    _ request: SamplingRequest, cancellation: CancellationFlag,
    onEvent: @escaping @Sendable (SamplingEvent) throws -> Void
  ) async throws {
    try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
      engine.admit(request, cancellation: cancellation, onEvent: onEvent) { ended.resume(with: $0) }
      guard !isStepping else { return }
      isStepping = true
      Task { await stepToEnd() }
    }
  }

  /// Between two steps the thread takes in what has come meanwhile.
  private func stepToEnd() async {
    while engine.step() {
      warm.withLock { $0 = engine.warmCheckpoints }
      await Task.yield()
    }
    warm.withLock { $0 = engine.warmCheckpoints }
    isStepping = false
  }

  /// What a tune's defaults and its forecast depend on.
  struct CheckpointFacts: Sendable {
    var nativeSide: Int
    var sideMultiple: Int
    var unetParameters: Int
    var model: TrainingForecast.Model
    var device: TrainingForecast.Device

    func forecast(_ settings: TrainingBackend.TrainingSettings, images: Int) throws -> TrainingForecast {
      let square = PixelSize(width: settings.resolution, height: settings.resolution)
      return try TrainingForecast(settings, images: images, size: square, on: model, device: device)
    }
  }

  /// May be asked beside a running job: it looks at the device, and does not take it.
  ///
  /// - Parameter precision: in place of the backend's own.
  nonisolated func facts(of outline: CheckpointOutline, precision: DType?) throws -> CheckpointFacts {
    let parameters = try outline.unetParameterCount(), type = precision ?? dtype
    let model = TrainingForecast.Model(
      unet: outline.unet, autoencoder: outline.autoencoder, parameters: try outline.parameterCount(),
      width: type.byteSize)
    return CheckpointFacts(
      nativeSide: outline.nativeSide, sideMultiple: outline.sideMultiple, unetParameters: parameters, model: model,
      device: try meter.describe(dtype: type, threads: threads, isSmall: ComputeThreads.isSmall(parameters)))
  }

  /// - Parameters:
  ///   - precision: in place of the backend's own.
  ///   - plan: made when the checkpoint is loaded.
  /// - Returns: what came of it, and the most memory that there was meanwhile (`DeviceMeter.peakMemory`).
  func train(
    _ folder: String, precision: DType?, cancellation: CancellationFlag,
    onEvent: @escaping @Sendable (TrainingEvent) throws -> Void,
    plan: @Sendable (CheckpointFacts) throws -> LoRATrainer.Plan
  ) throws -> (outcome: LoRATrainer.Outcome, peakMemory: Int) {
    try cancellation.check()
    try meter.resetPeakMemory()
    let checkpoint = try StableDiffusionCheckpoint(folder: folder, dtype: precision ?? dtype, device: device)
    var plan = try plan(facts(of: checkpoint.outline, precision: precision))
    plan.threads = threads
    let outcome = try LoRATrainer(checkpoint, plan, cancellation: cancellation, onEvent: onEvent).run()
    return (outcome, try meter.peakMemory)
  }
}
