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

  @Test("a checkpoint in one file without a VAE draws with the request's, and is refused without one")
  func lentAutoencoder() throws {
    let folder = try MicroCheckpoint.temporaryFolder("single")
    let tensors = try MicroCheckpoint.originalTensors(MicroCheckpoint.makeOriginal(.stableDiffusion1))
    try Safetensors.write(
      tensors.filter { !$0.0.hasPrefix("first_stage_model.") }, to: "\(folder)/model.safetensors")
    // Of a published VAE's eight pixels a side for each latent.
    let configuration = AutoencoderConfiguration(
      blockOutChannels: [32, 32, 32, 32], layersPerBlock: 1, normGroups: 32, sampleSize: 64)
    func vae(seed: UInt64) throws -> FileReference {
      let path = try MicroCheckpoint.temporaryFolder("vae") + "/vae.safetensors"
      let store = try ParameterStore(seed: seed, dtype: .float32, device: .cpu)
      try AutoencoderKL(configuration, store).save(to: path, dtype: .float32)
      return file(path)
    }
    let engine = SamplingEngine(vocabulary: MicroCheckpoint.vocabularyPath)
    func draw(_ engine: SamplingEngine, _ vae: FileReference?) throws -> [UInt8] {
      var request = SamplingRequest(
        checkpoint: CheckpointReference(digest: folder, name: "bare", folder: folder), seeds: [3])
      (request.prompt, request.steps, request.width, request.height) = ("bird", 1, 64, 64)
      request.vae = vae
      var found: [UInt8] = []
      try engine.run(request, cancellation: CancellationFlag()) { event in
        if case .image(let image) = event { found = image.pixels.pixels }
      }
      return found
    }
    let refusal = SamplingError.noAutoencoder(checkpoint: "bare")
    #expect(throws: refusal) { try draw(engine, nil) }
    let first = try vae(seed: 1), second = try vae(seed: 2)
    let one = try draw(engine, first), other = try draw(engine, second)
    #expect(one.count == 3 * 64 * 64 && one != other)
    // It stays the request's own: the checkpoint in memory has that of whoever was first.
    #expect(throws: refusal) { try draw(engine, nil) }
    #expect(try draw(SamplingEngine(vocabulary: MicroCheckpoint.vocabularyPath), second) == other)
    #expect(refusal.description.contains("name it in vae"))
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
