import Foundation
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

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ configuration: BackendConfiguration) {
    thread = DeviceThread(name: "lorikeet device")
    device = configuration.device
    dtype = configuration.precision.dtype
    threads = configuration.threads
    identity = EngineIdentity(configuration)
    let memory = device == .cpu ? Int(clamping: ProcessInfo.processInfo.physicalMemory / 2) : .max
    engine = SamplingEngine(
      device: configuration.device, dtype: configuration.precision.dtype,
      memoryBytes: configuration.memoryBytes ?? memory, imagesPerBatch: configuration.imagesPerBatch,
      threads: configuration.threads, mergesAdapters: configuration.mergesAdapters)
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
