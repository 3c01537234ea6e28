import StableDiffusion
import Torch

/// Loaded models, kept by digest, the least recently used ones given up first.
final class WarmCheckpoints {
  typealias Loader = (CheckpointReference) throws(CheckpointError) -> StableDiffusionCheckpoint

  private let read: Loader
  private let budget: Int
  /// Most recently used last.
  private var entries: [(digest: String, checkpoint: StableDiffusionCheckpoint, bytes: Int)] = []

  /// - Parameter budget: of parameters, in bytes; the model in use is kept whatever its size.
  convenience init(device: Device, dtype: DType, budget: Int) {
    self.init(budget: budget) { (reference) throws(CheckpointError) in
      try StableDiffusionCheckpoint(folder: reference.folder, dtype: dtype, device: device)
    }
  }

  init(budget: Int, read: @escaping Loader) {
    self.budget = budget
    self.read = read
  }

  var digests: [String] { entries.map(\.digest) }

  func checkpoint(_ reference: CheckpointReference) throws(CheckpointError) -> StableDiffusionCheckpoint {
    if let index = entries.firstIndex(where: { $0.digest == reference.digest }) {
      let entry = entries.remove(at: index)
      entries.append(entry)
      return entry.checkpoint
    }
    let checkpoint = try load(reference)
    entries.append((reference.digest, checkpoint, checkpoint.parameterBytes))
    while entries.count > 1, entries.reduce(0, { $0 + $1.bytes }) > budget { entries.removeFirst() }
    return checkpoint
  }

  /// The device may have no room for the model beside those in memory, whatever the budget says of them: then these go
  /// first.
  private func load(_ reference: CheckpointReference) throws(CheckpointError) -> StableDiffusionCheckpoint {
    do {
      return try read(reference)
    } catch {
      guard SamplingEngine.isOutOfMemory(error), !entries.isEmpty else { throw error }
    }
    removeAll()
    return try read(reference)
  }

  /// Gives up every model: the device needs the memory.
  func removeAll() { entries = [] }
}
