import StableDiffusion
import Torch

/// Loaded models, kept by digest, the least recently used ones given up first.
final class WarmCheckpoints {
  private let device: Device
  private let dtype: DType
  private let budget: Int
  /// Most recently used last.
  private var entries: [(digest: String, checkpoint: StableDiffusionCheckpoint, bytes: Int)] = []

  /// - Parameter budget: of parameters, in bytes; the model in use is kept whatever its size.
  init(device: Device, dtype: DType, budget: Int) {
    self.device = device
    self.dtype = dtype
    self.budget = budget
  }

  var digests: [String] { entries.map(\.digest) }

  func checkpoint(_ reference: CheckpointReference) throws(CheckpointError) -> StableDiffusionCheckpoint {
    if let index = entries.firstIndex(where: { $0.digest == reference.digest }) {
      let entry = entries.remove(at: index)
      entries.append(entry)
      return entry.checkpoint
    }
    let checkpoint = try StableDiffusionCheckpoint(folder: reference.folder, dtype: dtype, device: device)
    let networks: [any Model] = [checkpoint.unet, checkpoint.textEncoder, checkpoint.autoencoder]
    let bytes = networks.reduce(0) { $0 + $1.parameterCount * $1.dtype.byteSize }
    entries.append((reference.digest, checkpoint, bytes))
    while entries.count > 1, entries.reduce(0, { $0 + $1.bytes }) > budget { entries.removeFirst() }
    return checkpoint
  }

  /// Gives up every model: the device needs the memory.
  func removeAll() { entries = [] }
}
