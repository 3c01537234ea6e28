import StableDiffusion
import Torch

/// Makes the images of several requests on one device, a step at a time.
///
/// Requests join and leave between steps. On the CPU each image goes through the U-Net alone, and the requests take
/// turns: a short one is not stuck behind a long one, and an image's bits depend on nothing but its own request.
/// Elsewhere images of equal size share the U-Net's calls.
///
/// Not for two threads at once.
package final class SamplingEngine {
  private let memory: ModelMemory
  private let device: Device
  private let dtype: DType
  private var imagesPerCall: Int
  private let threads: Int?
  private let mergesAdapters: Bool
  private let vocabulary: String?
  /// In the order they came; the first one begins when there is memory for it.
  private var waiting: [SamplingTask] = []
  /// The first one's turn is next.
  private var running: [SamplingTask] = []

  /// - Parameters:
  ///   - dtype: what the networks compute in; latents are float32 throughout.
  ///   - memoryBytes: for models, adapters and what computing takes beside them; what needs more is refused.
  ///   - room: of a device whose memory other programs use too; nil: `memoryBytes` is this engine's alone.
  ///   - imagesPerBatch: images that go through the U-Net together; nil: 1 on the CPU, up to 8 elsewhere. With 1 an
  ///     image's bits depend on nothing but its own request. With more it stays the same picture, but matrix products
  ///     of another size may round the last bit otherwise.
  ///   - threads: for one CPU operation; nil: as suits the model.
  ///   - mergesAdapters: whether a request's LoRAs become part of the weights while it has its turn: steps are faster,
  ///     turns of several requests cost more, and the last bits are others. A matter of the engine and never of who else
  ///     is there: a generation is a function of its request.
  ///   - vocabulary: CLIP's published one, which checkpoints in one file need; nil: where the program finds it.
  package init(
    device: Device = .cpu, dtype: DType = .float32, memoryBytes: Int = .max, room: DeviceRoom? = nil,
    imagesPerBatch: Int? = nil, threads: Int? = nil, mergesAdapters: Bool = false, vocabulary: String? = nil
  ) {
    memory = ModelMemory(budget: memoryBytes, room: room)
    self.device = device
    self.dtype = dtype
    self.imagesPerCall = Self.imagesPerCall(imagesPerBatch, on: device)
    self.threads = threads
    self.mergesAdapters = mergesAdapters
    self.vocabulary = vocabulary
  }

  /// Images that go through the U-Net together at most.
  ///
  /// - Parameter wanted: the user's choice; nil: as suits the device.
  package static func imagesPerCall(_ wanted: Int?, on device: Device) -> Int {
    max(wanted ?? (device == .cpu ? 1 : 8), 1)
  }

  /// Digests of the models in memory, the last used one last.
  package var warmCheckpoints: [String] { memory.checkpoints }

  /// Takes a request in. Its images that are not finished yet are made by `step`, in the order of the seeds.
  ///
  /// - Parameters:
  ///   - cancellation: looked at before every step.
  ///   - onEvent: called on this thread; what it throws ends the request.
  ///   - onEnd: called once: with `SamplingError`, `CancellationError`, or what the layers below throw, when not all
  ///     images were made. Nothing of the request is left on the models then.
  package func admit(
    _ request: SamplingRequest, cancellation: CancellationFlag, onEvent: @escaping (SamplingEvent) throws -> Void,
    onEnd: @escaping (Result<Void, any Error>) -> Void
  ) {
    waiting.append(SamplingTask(request, cancellation: cancellation, onEvent: onEvent, onEnd: onEnd))
  }

  /// Prepares a request, or takes one step of the images whose turn it is.
  ///
  /// - Returns: whether there is more to do.
  package func step() -> Bool {
    endCancelled()
    if let first = waiting.first, prepare(first) { return true }
    takeTurn()
    return !waiting.isEmpty || !running.isEmpty
  }

  /// Makes one request's images, when there is no other.
  package func run(
    _ request: SamplingRequest, cancellation: CancellationFlag, onEvent: @escaping (SamplingEvent) throws -> Void
  ) throws {
    var ended: Result<Void, any Error>?
    admit(request, cancellation: cancellation, onEvent: onEvent) { ended = $0 }
    while ended == nil, step() {}
    try ended?.get()
  }

  private func endCancelled() {
    for task in waiting + running where task.cancellation.isCancelled { end(task, .failure(CancellationError())) }
  }

  /// - Returns: false while there is no memory for it.
  private func prepare(_ task: SamplingTask) -> Bool {
    do {
      let isReady = try task.prepare(
        memory, device: device, dtype: dtype, threads: threads, rows: 2 * imagesPerCall,
        merges: mergesAdapters, vocabulary: vocabulary)
      guard isReady else { return false }
      waiting.removeFirst()
      running.append(task)
    } catch {
      end(task, .failure(error))
    }
    return true
  }

  /// One step of the images whose turn it is. Whoever took part goes to the end of the line.
  private func takeTurn() {
    guard let first = running.first else { return }
    var turn: [Part] = []
    do {
      turn = try nextTurn()
      guard !turn.isEmpty else { return end(first, .success(())) }
      for part in turn { part.task.willStep(part.images) }
      try first.useThreads(threads)
      try DenoisingBatch(imagesPerCall: imagesPerCall).step(turn.flatMap { $0.images.map(\.run) }) { try place($0, turn) }
    } catch {
      // They were computed together: none of them has taken the step. It is taken again once there is more room.
      if Self.isOutOfMemory(error), memory.removeUnused() { return }
      if Self.isOutOfMemory(error), turn.reduce(0, { $0 + $1.images.count }) > 1 {
        imagesPerCall = max(imagesPerCall / 2, 1)
        return
      }
      for task in turn.isEmpty ? [first] : turn.map(\.task) { end(task, .failure(error)) }
      return
    }
    for part in turn {
      running.removeAll { $0 === part.task }
      running.append(part.task)
      do {
        if try part.task.didStep(part.images, memory) { end(part.task, .success(())) }
      } catch {
        end(part.task, .failure(error))
      }
    }
  }

  /// A request's part in a step.
  private struct Part {
    let task: SamplingTask
    var images: [SamplingTask.Image]
  }

  /// The first request's images, and where a call of the U-Net takes more, those of others that fit beside them: one
  /// of each request after the other, so that each gets its share.
  private func nextTurn() throws -> [Part] {
    guard let first = running.first else { return [] }
    let own = try first.images(atOnce: imagesPerCall)
    guard let leader = own.first else { return [] }
    var offers = [Part(task: first, images: own)]
    if imagesPerCall > 1, !mergesAdapters {
      for task in running.dropFirst() {
        let images = try task.images(atOnce: imagesPerCall).filter { Self.fits($0.run, beside: leader.run) }
        offers.append(Part(task: task, images: images))
      }
    }
    var turn = offers.map { Part(task: $0.task, images: []) }
    var count = 0
    for round in 0..<imagesPerCall {
      for index in offers.indices where round < offers[index].images.count && count < imagesPerCall {
        turn[index].images.append(offers[index].images[round])
        count += 1
      }
    }
    return turn.filter { !$0.images.isEmpty }
  }

  private static func fits(_ run: ImageRun, beside other: ImageRun) -> Bool {
    run.unet === other.unet && run.latents.shape == other.latents.shape
  }

  /// Gives each row of a call the adapters of its request, and no other's.
  private func place(_ shares: [DenoisingBatch.Share], _ turn: [Part]) throws {
    var model: LoadedCheckpoint?
    var users: [LoadedCheckpoint.User] = []
    for share in shares {
      guard let task = turn.first(where: { $0.images.contains { $0.run === share.run } })?.task else { continue }
      model = task.model(of: share.run)
      guard let adapters = task.adapters(for: share.run) else { continue }
      if let index = users.firstIndex(where: { $0.adapters === adapters }) {
        users[index].rows?.append(share.rows)
      } else {
        users.append(.init(adapters: adapters, rows: [share.rows]))
      }
    }
    let rows = shares.reduce(0) { $0 + $1.rows.count }
    for index in users.indices where users[index].rows?.reduce(0, { $0 + $1.count }) == rows { users[index].rows = nil }
    try model?.use(users, merges: mergesAdapters)
  }

  private func end(_ task: SamplingTask, _ result: Result<Void, any Error>) {
    waiting.removeAll { $0 === task }
    running.removeAll { $0 === task }
    task.end(result, memory)
    // Whoever is next starts with all the memory there is.
    if case .failure(let error) = result, Self.isOutOfMemory(error) { memory.removeUnused() }
  }

  /// Makes something; where the device has no room for it, once more without the models that nobody uses.
  static func withRoom<Value>(_ memory: ModelMemory, _ make: () throws -> Value) throws -> Value {
    do {
      return try make()
    } catch {
      guard isOutOfMemory(error), memory.removeUnused() else { throw error }
    }
    return try make()
  }

  /// Loading a model or a LoRA wraps what the tensor library throws in errors of its own.
  static func isOutOfMemory(_ error: any Error) -> Bool {
    switch error {
    case let error as TorchError: error.kind == .outOfMemory
    case CheckpointError.torch(let error): error.kind == .outOfMemory
    case LoRAError.torch(let error), LoRAError.file(.torch(let error)): error.kind == .outOfMemory
    default: false
    }
  }
}
