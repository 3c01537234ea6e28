import Foundation
import MicroCheckpoint
import ModelFiles
import StableDiffusion
import Testing
import Torch

@testable import SamplingBackend

/// What a request brings besides a checkpoint and LoRAs.
@Suite("VAEs and textual inversions of a request")
struct SuppliedPartsTests {
  private let engine = SamplingEngine()
  private let folder: String

  init() throws {
    folder = try MicroCheckpoint.folder()
  }

  private func pixels(_ change: (inout SamplingRequest) -> Void = { _ in }) throws -> [UInt8] {
    var request = SamplingRequest(
      checkpoint: CheckpointReference(digest: folder, name: "micro", folder: folder), seeds: [3])
    (request.prompt, request.steps) = ("a blob bird", 2)
    change(&request)
    var found: [UInt8] = []
    try engine.run(request, cancellation: CancellationFlag()) { event in
      if case .image(let image) = event { found = image.pixels.pixels }
    }
    return found
  }

  private func file(_ path: String) -> FileReference { FileReference(digest: path, name: "file", path: path) }

  @Test("another VAE draws other pixels, and the next request has the checkpoint's own again")
  func autoencoder() throws {
    let path = "\(try MicroCheckpoint.temporaryFolder("vae"))/vae.safetensors"
    let plain = try pixels()
    try MicroCheckpoint.make(seed: 99).autoencoder.save(to: path, dtype: .float32)
    let other = try pixels { $0.vae = file(path) }
    #expect(other.count == plain.count && other != plain)
    #expect(try pixels() == plain)
    // The checkpoint's own in a file of its own changes nothing.
    try MicroCheckpoint.make().autoencoder.save(to: "\(path).own", dtype: .float32)
    #expect(try pixels { $0.vae = file("\(path).own") } == plain)
  }

  /// A checkpoint in one file without a VAE.
  private func bare(seed: UInt64 = 11) throws -> CheckpointReference {
    let folder = try MicroCheckpoint.temporaryFolder("single")
    let tensors = try MicroCheckpoint.originalTensors(MicroCheckpoint.makeOriginal(.stableDiffusion1, seed: seed))
    try Safetensors.write(
      tensors.filter { !$0.0.hasPrefix("first_stage_model.") }, to: "\(folder)/model.safetensors")
    return CheckpointReference(digest: folder, name: "bare", folder: folder)
  }

  /// Of a published VAE's eight pixels a side for each latent, and as wide where pictures are large.
  private func vae(seed: UInt64) throws -> FileReference {
    let configuration = AutoencoderConfiguration(
      blockOutChannels: [128, 32, 32, 32], layersPerBlock: 1, normGroups: 32, sampleSize: 64)
    let path = try MicroCheckpoint.temporaryFolder("vae") + "/vae.safetensors"
    let store = try ParameterStore(seed: seed, dtype: .float32, device: .cpu)
    try AutoencoderKL(configuration, store).save(to: path, dtype: .float32)
    return file(path)
  }

  /// What a bare checkpoint, a VAE, and computing a picture of 64 pixels take.
  private func sizes(_ checkpoint: CheckpointReference, _ vae: FileReference) throws -> (Int, vae: Int, picture: Int) {
    let source = try CheckpointSources.open(checkpoint.folder)
    return (
      try ModelSize.checkpoint(checkpoint.folder, autoencoder: source.autoencoderConfiguration, dtype: .float32),
      try ModelSize.file(vae.path, dtype: .float32),
      ModelSize.activations(
        source.unetConfiguration, source.autoencoderConfiguration, width: 64, height: 64, rows: 2, dtype: .float32)
    )
  }

  private func draw(
    _ engine: SamplingEngine, _ checkpoint: CheckpointReference, _ vae: FileReference?,
    refiner: CheckpointReference? = nil
  ) throws -> [UInt8] {
    var request = SamplingRequest(checkpoint: checkpoint, seeds: [3])
    (request.prompt, request.steps, request.width, request.height) = ("bird", 2, 64, 64)
    request.vae = vae
    request.refinement = refiner.map { .init($0) }
    var found: [UInt8] = []
    try engine.run(request, cancellation: CancellationFlag()) { event in
      if case .image(let image) = event { found = image.pixels.pixels }
    }
    return found
  }

  @Test("a checkpoint in one file without a VAE draws with the request's, and is refused without one")
  func lentAutoencoder() throws {
    let bare = try bare(), first = try vae(seed: 1), second = try vae(seed: 2)
    let engine = SamplingEngine(vocabulary: MicroCheckpoint.vocabularyPath)
    let refusal = SamplingError.noAutoencoder(checkpoint: "bare")
    #expect(throws: refusal) { try draw(engine, bare, nil) }
    let one = try draw(engine, bare, first), other = try draw(engine, bare, second)
    #expect(one.count == 3 * 64 * 64 && one != other)
    // It stays the request's own: the checkpoint in memory has that of whoever was first.
    #expect(throws: refusal) { try draw(engine, bare, nil) }
    #expect(refusal.description.contains("name it in vae"))

    // Where there is room for one VAE and no more it counts once, in the checkpoint that it stands in; another one
    // takes its place.
    let (parameters, vae, picture) = try sizes(bare, first)
    let tight = SamplingEngine(
      memoryBytes: parameters + vae + picture + vae / 2, vocabulary: MicroCheckpoint.vocabularyPath)
    for _ in 0..<2 { #expect(try draw(tight, bare, first) == one) }
    for _ in 0..<2 { #expect(try draw(tight, bare, second) == other) }
    let small = SamplingEngine(memoryBytes: parameters + vae / 2 + picture, vocabulary: MicroCheckpoint.vocabularyPath)
    #expect(throws: SamplingError.self) { try draw(small, bare, first) }
  }

  @Test("a VAE that is lent to a checkpoint and to its refiner takes room in both")
  func lentTwice() throws {
    let bare = try bare(), refiner = try self.bare(seed: 12), vae = try vae(seed: 1)
    let (parameters, own, picture) = try sizes(bare, vae)
    let all = 2 * (parameters + own) + picture
    let budget = all - own / 2
    let engine = SamplingEngine(memoryBytes: budget, vocabulary: MicroCheckpoint.vocabularyPath)
    #expect(throws: SamplingError.tooLarge(needed: all, budget: budget)) {
      try draw(engine, bare, vae, refiner: refiner)
    }
    let roomy = SamplingEngine(memoryBytes: all, vocabulary: MicroCheckpoint.vocabularyPath)
    for _ in 0..<2 { #expect(try draw(roomy, bare, vae, refiner: refiner).count == 3 * 64 * 64) }
  }

  @Test("a textual inversion acts where its word stands, in the request that names it")
  func embedding() throws {
    let path = "\(try MicroCheckpoint.temporaryFolder("word"))/word.safetensors"
    let vectors = try Tensor.randn(shape: [2, 16], generator: Generator(seed: 4)) * 3
    try Safetensors.write([("emb_params", vectors)], to: path)
    let plain = try pixels()
    let called = try pixels { $0.embeddings = [EmbeddingReference(file(path), trigger: "blob")] }
    #expect(called != plain)
    #expect(try pixels { $0.embeddings = [EmbeddingReference(file(path), trigger: "other")] } == plain)
    #expect(try pixels() == plain)
  }

  @Test("a file that is neither is refused before anything is drawn")
  func wrongFiles() throws {
    let path = "\(try MicroCheckpoint.temporaryFolder("wrong"))/wrong.safetensors"
    try Safetensors.write([("a", Tensor.zeros(shape: [4, 4, 4]))], to: path)
    #expect(throws: CheckpointError.self) { try pixels { $0.vae = file(path) } }
    #expect(throws: CheckpointError.self) {
      try pixels { $0.embeddings = [EmbeddingReference(file(path), trigger: "blob")] }
    }
  }
}
