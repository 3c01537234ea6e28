import Foundation
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("A training checkpoint")
struct TrainingStateTests {
  private let path: String
  private let adapters: TrainableAdapters
  private let identity: TrainingState.Identity

  init() throws {
    path = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    let checkpoint = try MicroCheckpoint.make(dtype: .float16)
    let settings = TrainingSettings(steps: 9, resolution: MicroCheckpoint.side)
    adapters = try TrainableAdapters(checkpoint, settings, generator: Generator(seed: 1))
    identity = TrainingState.Identity(
      settings: settings, triggerWord: "sks1",
      data: PreparedData(
        latents: LatentCache(checkpoint.autoencoder, mirrored: false),
        plan: BucketPlan(resolution: MicroCheckpoint.side, sideMultiple: 4, isBucketed: false)),
      checkpoint: "base")
  }

  @Test("the loss scale of float16 and the steps since it changed survive a resume")
  func lossScale() throws {
    var scaler = LossScaler()
    scaler.update(overflowed: true)
    for _ in 0..<7 { scaler.update(overflowed: false) }
    var state = TrainingState(step: 5, smoothedLoss: 0.1)
    state.scaler = scaler
    try state.save(adapters, identity: identity, to: path)
    let resumed = try TrainingState.load(path, into: adapters, identity: identity, steps: 9)
    #expect(resumed.scaler == scaler)
    #expect(resumed.scaler?.scale == 32_768 && resumed.scaler?.steadySteps == 7)
    #expect(resumed.step == 5 && resumed.smoothedLoss == 0.1)
    // A run in another type has none.
    state.scaler = nil
    try state.save(adapters, identity: identity, to: path)
    #expect(try TrainingState.load(path, into: adapters, identity: identity, steps: 9).scaler == nil)
  }

  @Test("a loss scale that no run could have come to is refused", arguments: ["{}", #"{"scale":-1,"steadySteps":0}"#])
  func damagedScale(text: String) throws {
    var state = TrainingState(step: 5, smoothedLoss: 0.1)
    state.scaler = LossScaler()
    try state.save(adapters, identity: identity, to: path)
    let file = try Safetensors(path: path)
    var metadata = file.metadata
    metadata["lorikeet.loss_scaler"] = text
    let tensors = try file.names.map { ($0, try file.tensor(named: $0)) }
    try Safetensors.write(tensors, metadata: metadata, to: "\(path).damaged")
    #expect(throws: TrainingError.unusableState(reason: "its loss scale is damaged")) {
      try TrainingState.load("\(path).damaged", into: adapters, identity: identity, steps: 9)
    }
  }
}
