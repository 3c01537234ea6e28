import Foundation
import MicroCheckpoint
import ModelFiles
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("The health of a LoRA")
struct HealthTests {
  private func check(_ checkpoint: StableDiffusionCheckpoint) -> AdapterHealthCheck {
    AdapterHealthCheck(
      checkpoint: checkpoint, captions: ["sks1", "a sks1 bird"],
      size: .init(width: MicroCheckpoint.side, height: MicroCheckpoint.side), seed: 1)
  }

  /// Adapters of every layer with random matrices of this size.
  private func members(
    _ checkpoint: StableDiffusionCheckpoint, up: Double
  ) throws -> AdapterHealthCheck.Members {
    var settings = TrainingSettings(steps: 1, resolution: MicroCheckpoint.side)
    settings.rank = 2
    let generator = try Generator(seed: 4)
    return try TrainableAdapters(checkpoint, settings, generator: generator).members.map { member in
      let drawn = try Tensor.randn(shape: member.adapter.up.shape, generator: generator) * up
      _ = try noGrad { () throws(TorchError) in try member.adapter.up.copy_(drawn) }
      return (member.key, member.adapter)
    }
  }

  private func written(_ members: AdapterHealthCheck.Members) throws -> String {
    let path = try MicroCheckpoint.temporaryFolder("health") + "/lora.safetensors"
    try Data(LoRAWriter.serialize(members, metadata: LoRAMetadata())).write(to: URL(filePath: path))
    return path
  }

  @Test("a LoRA of ordinary size is sound, its file does the same, and the checkpoint is left as it was")
  func sound() throws {
    let checkpoint = try MicroCheckpoint.make()
    let members = try members(checkpoint, up: 0.05)
    let health = try check(checkpoint).measure(members, file: written(members))
    #expect(health.faults.isEmpty, "\(health)")
    #expect(health.layers == members.count && health.zeroLayers == 0 && health.nonFiniteLayers == 0)
    #expect(health.outputChange > 1e-4 && health.reloadDifference < 0.01 * health.outputChange + 1e-5)
    #expect(health.largestRelativeNorm >= health.medianRelativeNorm && health.medianRelativeNorm > 0)
    #expect(checkpoint.unet.store.layers.allSatisfy { $0.adapters.isEmpty })
  }

  @Test("the relative norm is that of the product over that of the weight")
  func norms() throws {
    let checkpoint = try MicroCheckpoint.make()
    let one = Array(try members(checkpoint, up: 0.05).prefix(1))
    let health = try check(checkpoint).measure(one, file: written(one))
    let layer = try #require(checkpoint.adapterSet[one[0].key])
    let expected = try one[0].adapter.product().norm().item() / layer.weight.detach().norm().item()
    #expect(abs(health.largestRelativeNorm / expected - 1) < 1e-2)
  }

  @Test("a LoRA of zeros is not sound")
  func zeros() throws {
    let checkpoint = try MicroCheckpoint.make()
    let members = try members(checkpoint, up: 0)
    let health = try check(checkpoint).measure(members, file: written(members))
    #expect(health.zeroLayers == members.count && health.outputChange == 0)
    #expect(health.faults.first?.contains("learned nothing") == true)
  }

  @Test("numbers that float16 cannot hold are found in the file")
  func underflow() throws {
    let checkpoint = try MicroCheckpoint.make()
    let members = try members(checkpoint, up: 1e-10)
    #expect(try check(checkpoint).measure(members, file: written(members)).zeroLayers == members.count)
  }

  @Test("a LoRA that changes predictions by more than they are has diverged; a strong one is remarked on")
  func overwhelming() {
    func judged(_ change: Double) -> AdapterHealth {
      var health = AdapterHealth()
      (health.layers, health.outputChange) = (12, change)
      health.judge(zeroUNetLayers: 0, precision: 1e-4)
      return health
    }
    for change in [2, .infinity, .nan] { #expect(judged(change).faults.first?.contains("diverged") == true) }
    #expect(judged(0.9).faults.isEmpty && judged(0.9).remarks.count == 1)
    #expect(judged(0.2).faults.isEmpty && judged(0.2).remarks.isEmpty)
  }

  @Test("another file than the one that was trained is found out")
  func otherFile() throws {
    let checkpoint = try MicroCheckpoint.make()
    let trained = try members(checkpoint, up: 0.1), other = try members(checkpoint, up: -0.1)
    let health = try check(checkpoint).measure(trained, file: written(other))
    #expect(health.faults.contains { $0.contains("does not work like") }, "\(health)")
  }
}
