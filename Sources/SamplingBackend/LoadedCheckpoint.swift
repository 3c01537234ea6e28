import StableDiffusion
import Torch

/// A checkpoint in memory, shared by the requests that use it, with the adapters of those whose turn it is.
final class LoadedCheckpoint {
  let checkpoint: StableDiffusionCheckpoint
  /// The VAE that stands in it where its file has none.
  let lentAutoencoder: FileReference?
  private let layers: AdapterSet
  private var attached: [User] = []

  /// - Parameters:
  ///   - autoencoder: for a checkpoint without one.
  ///   - vocabulary: CLIP's published one, which single files need; nil: where the program finds it.
  init(
    _ reference: CheckpointReference, autoencoder: FileReference?, dtype: DType, device: Device, vocabulary: String?
  ) throws(CheckpointError) {
    lentAutoencoder = try CheckpointSources.open(reference.folder).hasAutoencoder ? nil : autoencoder
    checkpoint = try StableDiffusionCheckpoint(
      path: reference.folder, dtype: dtype, device: device, autoencoderPath: lentAutoencoder?.path,
      vocabulary: vocabulary)
    layers = checkpoint.adapterSet
  }

  /// A request's adapters and the rows of the batch that they act on; nil: all.
  struct User {
    let adapters: RequestAdapters
    var rows: [Range<Int>]?
  }

  /// A LoRA file's matrices as this checkpoint's layers take them.
  func prepare(_ file: LoRAFile, allowingUnmatched: Bool = false) throws(LoRAError) -> PreparedAdapter {
    try layers.prepare(file, allowingUnmatched: allowingUnmatched)
  }

  /// Hangs the adapters of these requests on the networks, and takes off those of all others.
  ///
  /// - Parameter merges: whether those of a single request become part of the weights. That rounds otherwise: it must
  ///   be the same for each step of a request, whoever else is there.
  func use(_ users: [User], merges: Bool) throws(LoRAError) {
    for user in attached where !users.contains(where: { $0.adapters === user.adapters }) { release(user.adapters) }
    for user in users {
      if let index = attached.firstIndex(where: { $0.adapters === user.adapters }) {
        guard attached[index].rows != user.rows else { continue }
        for name in user.adapters.names { layers.place(name: name, rows: user.rows) }
        attached[index] = user
      } else {
        try attach(user, merges: merges && users.count == 1)
      }
    }
  }

  private func attach(_ user: User, merges: Bool) throws(LoRAError) {
    do throws(LoRAError) {
      for (name, member) in zip(user.adapters.names, user.adapters.members) {
        try layers.attach(member.lora.prepared, name: name, weight: member.weight, rows: user.rows)
      }
      if merges, !user.adapters.members.isEmpty { try layers.merge(names: user.adapters.names) }
    } catch {
      for name in user.adapters.names { layers.detach(name: name) }
      throw error
    }
    attached.append(user)
  }

  /// Takes a request's adapters off.
  func release(_ adapters: RequestAdapters) {
    guard let index = attached.firstIndex(where: { $0.adapters === adapters }) else { return }
    for name in adapters.names { layers.detach(name: name) }
    attached.remove(at: index)
  }
}

/// The LoRAs of one request, with their weights.
final class RequestAdapters {
  let members: [(lora: LoadedLoRA, weight: Double)]

  init(_ members: [(lora: LoadedLoRA, weight: Double)]) {
    self.members = members
  }

  /// No other request's are called so.
  var names: [String] { members.indices.map { "\(ObjectIdentifier(self)).\($0)" } }

  /// A1111's hash of each file's tensors; nil where the file does not say.
  var hashes: [String?] { members.map(\.lora.hash) }
}

/// A LoRA in memory, ready for one checkpoint's layers.
final class LoadedLoRA {
  let prepared: PreparedAdapter
  /// A1111's, of the file's tensors.
  let hash: String?

  init(_ prepared: PreparedAdapter, hash: String?) {
    (self.prepared, self.hash) = (prepared, hash)
  }
}

/// What is known of a checkpoint before it is loaded.
struct CheckpointOutline {
  let unet: UNetConfiguration
  let autoencoder: AutoencoderConfiguration
  /// Whether its file holds one.
  let hasAutoencoder: Bool
  /// Of its parameters in the engine's type, with those of a VAE that stands in it.
  let bytes: Int

  /// - Parameter lent: the VAE that would stand in it where its file has none.
  init(
    _ reference: CheckpointReference, lent: FileReference?, _ memory: ModelMemory, dtype: DType
  ) throws(CheckpointError) {
    if let loaded: LoadedCheckpoint = memory.loaded(.checkpoint(reference.digest)) {
      unet = loaded.checkpoint.unet.configuration
      autoencoder = loaded.checkpoint.autoencoder.configuration
      hasAutoencoder = loaded.lentAutoencoder == nil
      bytes = ModelSize.loaded(loaded.checkpoint)
    } else {
      let source = try CheckpointSources.open(reference.folder)
      unet = source.unetConfiguration
      autoencoder = source.autoencoderConfiguration
      hasAutoencoder = source.hasAutoencoder
      let own = try ModelSize.checkpoint(
        reference.folder, autoencoder: source.autoencoderConfiguration, dtype: dtype)
      guard let lent, !source.hasAutoencoder else {
        bytes = own
        return
      }
      let other = try ModelSize.autoencoder(
        lent.path, isWidened: source.autoencoderConfiguration.forceUpcast, dtype: dtype)
      bytes = ModelSize.sum(own, other)
    }
  }

  /// What sides of pictures are multiples of.
  var sideMultiple: Int { max(autoencoder.downsamplingFactor, 1) }

  /// The side that it was trained at; Stable Diffusion 1's where the files do not say.
  var nativeSide: Int { (unet.sampleSize ?? 64) * sideMultiple }
}
