import MicroCheckpoint
import StableDiffusion
import Testing

@testable import SamplingBackend

/// What a manifest states of a request that left it to its checkpoints.
@Suite("Settings as they were chosen")
struct ResolvedSettingsTests {
  private func checkpoint(_ like: StableDiffusionCheckpoint, _ spacing: TimestepSpacing?) throws
    -> StableDiffusionCheckpoint
  {
    try StableDiffusionCheckpoint.random(
      towers: like.textTowers.map { .init($0.component, tokenizer: $0.tokenizer, $0.model.configuration) },
      unet: like.unet.configuration, autoencoder: like.autoencoder.configuration,
      schedulerConfiguration: SchedulerConfiguration(timestepSpacing: spacing), seed: 1)
  }

  private func resolved(
    _ checkpoints: [StableDiffusionCheckpoint], change: (inout SamplingRequest) -> Void = { _ in }
  ) throws -> ResolvedSettings {
    var request = SamplingRequest(checkpoint: CheckpointReference(digest: "", name: "", folder: ""), seeds: [1])
    change(&request)
    return try ResolvedSettings(
      request, width: 16, height: 16, guidanceRescale: 0, sampler: SamplerCatalog.named("ddim"),
      checkpoints: checkpoints)
  }

  @Test("the layer that is read is the family's own, the spacing the checkpoint's, unless the request says another")
  func oneModel() throws {
    let small = try checkpoint(MicroCheckpoint.make(), .trailing), large = try MicroCheckpoint.makeXL()
    #expect(try resolved([small]).clipSkip == 1 && resolved([large]).clipSkip == 2)
    #expect(try resolved([small]).sampler == SamplerOptions(sigmaSchedule: .trained, spacing: .trailing))
    let asked = try resolved([small]) {
      $0.clipSkip = 2
      $0.samplerOptions.spacing = .linspace
    }
    #expect(asked.clipSkip == 2 && asked.sampler.spacing == .linspace)
  }

  @Test("what a model and its refiner choose differently stays open, as one value would be asked of both")
  func twoModels() throws {
    let micro = try MicroCheckpoint.make()
    let leading = try checkpoint(micro, nil), trailing = try checkpoint(micro, .trailing)
    #expect(try resolved([leading, leading]).sampler.spacing == .leading)
    let open = try resolved([leading, trailing])
    #expect(open.sampler == SamplerOptions(sigmaSchedule: .trained, spacing: nil) && open.clipSkip == 1)
    #expect(try resolved([leading, MicroCheckpoint.makeXL()]).clipSkip == nil)
  }
}
