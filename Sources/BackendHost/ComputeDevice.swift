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

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ configuration: BackendConfiguration) {
    thread = DeviceThread(name: "lorikeet device")
    device = configuration.device
    dtype = configuration.precision.dtype
    threads = configuration.threads
    engine = SamplingEngine(
      device: configuration.device, dtype: configuration.precision.dtype, warmBytes: configuration.warmBytes,
      imagesPerBatch: configuration.imagesPerBatch, threads: configuration.threads)
  }

  /// Digests of the loaded checkpoints; readable while a job runs.
  nonisolated var warmCheckpoints: [String] { warm.withLock { $0 } }

  func sample(
    _ request: SamplingRequest, cancellation: CancellationFlag, onEvent: @Sendable (SamplingEvent) throws -> Void
  ) throws {
    defer { warm.withLock { $0 = engine.warmCheckpoints } }
    try engine.run(request, cancellation: cancellation, onEvent: onEvent)
  }

  /// What a tune's defaults depend on.
  struct CheckpointFacts: Sendable {
    var nativeSide: Int
    var unetParameters: Int
  }

  /// - Parameter plan: made when the checkpoint is loaded.
  func train(
    _ folder: String, cancellation: CancellationFlag, onEvent: @escaping @Sendable (TrainingEvent) throws -> Void,
    plan: @Sendable (CheckpointFacts) -> LoRATrainer.Plan
  ) throws -> LoRATrainer.Outcome {
    try cancellation.check()
    let checkpoint = try StableDiffusionCheckpoint(folder: folder, dtype: dtype, device: device)
    let facts = CheckpointFacts(
      nativeSide: ImageSynthesizer(checkpoint).nativeSide, unetParameters: checkpoint.unet.parameterCount)
    var plan = plan(facts)
    plan.threads = threads
    return try LoRATrainer(checkpoint, plan, cancellation: cancellation, onEvent: onEvent).run()
  }
}
