import Foundation
import MicroCheckpoint
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

/// What sets the XL family apart: two text encoders, pooled features, sizes.
@Suite("the XL family") struct FamilyTests {
  @Test("a saved XL checkpoint and a saved refiner load as what they were", arguments: [false, true])
  func roundTrip(refiner: Bool) throws {
    let folder = try TemporaryFolder()
    let original = try MicroCheckpoint.makeXL(refiner: refiner)
    #expect(original.family == (refiner ? .stableDiffusionXLRefiner : .stableDiffusionXL))
    try original.save(to: folder.path, dtype: .float32)
    let loaded = try StableDiffusionCheckpoint(folder: folder.path)
    #expect(loaded.family == original.family)
    #expect((loaded.textEncoder == nil) == refiner)
    #expect(loaded.textEncoder2?.configuration == original.textEncoder2?.configuration)
    #expect(loaded.unet.configuration == original.unet.configuration)
    #expect(loaded.tokenizer2?.encode("a") == original.tokenizer2?.encode("a"))
    #expect(loaded.tokenizer2?.padID != loaded.tokenizer2?.endID)
    #expect(try MicroCheckpoint.parameters(of: loaded) == MicroCheckpoint.parameters(of: original))
  }

  @Test("XL's prompt is both encoders' last states but one, the second's projection, and the sizes in order")
  func prompts() throws {
    let checkpoint = try MicroCheckpoint.makeXL()
    var sizes = MicroConditioning(width: 16, height: 24)
    (sizes.originalWidth, sizes.originalHeight, sizes.cropTop, sizes.cropLeft) = (100, 200, 3, 5)
    let conditioning = try PromptEncoder(checkpoint).encode(["a", "b c"], sizes: sizes)
    #expect(conditioning.context.shape == [2, 77, 16 + 24])
    #expect(conditioning.count == 2)
    let (first, second) = (try #require(checkpoint.textTowers.first), try #require(checkpoint.textTowers.last))
    func output(_ tower: TextTower) throws -> CLIPTextModel.Output {
      try tower.model.forward(Tensor(tower.tokenizer.encode("b c").map(Int64.init), shape: [1, 77]))
    }
    let row = try conditioning.rows(from: 1)
    func difference(_ a: Tensor?, _ b: Tensor) throws -> Double { try (#require(a) - b).abs().max().item() }
    #expect(
      try difference(row.context.narrow(dim: 2, start: 0, length: 16), output(first).penultimateHiddenState) < 1e-5)
    #expect(
      try difference(row.context.narrow(dim: 2, start: 16, length: 24), output(second).penultimateHiddenState) < 1e-5)
    #expect(try difference(row.pooled, output(second).pooled) < 1e-5)
    #expect(row.pooled?.shape == [1, 20])
    #expect(try row.timeIDs?.floats() == [200, 100, 3, 5, 24, 16])
    #expect(sizes.values(for: .stableDiffusionXLRefiner) == [200, 100, 3, 5, 6])
  }

  @Test("conditions are joined, cut and repeated with all their parts")
  func conditioning() throws {
    func made(_ value: Double) throws -> Conditioning {
      Conditioning(
        context: try Tensor.full(shape: [1, 3, 2], value: value), pooled: try Tensor.full(shape: [1, 4], value: value),
        timeIDs: try Tensor.full(shape: [1, 6], value: value))
    }
    let both = try Conditioning.cat([made(1), made(2)])
    let last = try both.rows(from: 1).repeated(3)
    #expect(last.context.shape == [3, 3, 2] && last.pooled?.shape == [3, 4] && last.timeIDs?.shape == [3, 6])
    #expect(try last.pooled?.floats().allSatisfy { $0 == 2 } == true)
    let plain = Conditioning(context: try made(1).context)
    #expect(throws: TorchError.self) { try Conditioning.cat([made(1), plain]) }
    #expect(try made(1).canJoin(both) && !made(1).canJoin(plain))
    #expect(try Conditioning.cat([plain, plain]).pooled == nil)
  }

  @Test("an XL U-Net told nothing of sizes, or of another width, says so")
  func missingConditions() throws {
    let unet = try MicroCheckpoint.makeXL().unet
    func predict(_ conditioning: Conditioning) throws {
      _ = try unet.forward(Tensor.zeros(shape: [1, 4, 8, 8]), timesteps: Tensor([1 as Float]), conditioning: conditioning)
    }
    var conditioning = Conditioning(context: try Tensor.zeros(shape: [1, 5, 40]))
    #expect(throws: TorchError.self) { try predict(conditioning) }
    conditioning.pooled = try Tensor.zeros(shape: [1, 20])
    conditioning.timeIDs = try Tensor.zeros(shape: [1, 5])
    #expect(throws: TorchError.self) { try predict(conditioning) }
    conditioning.timeIDs = try Tensor.zeros(shape: [1, 6])
    try predict(conditioning)
  }

  @Test("an XL checkpoint makes a picture from a prompt")
  func picture() throws {
    let synthesizer = ImageSynthesizer(try MicroCheckpoint.makeXL())
    let request = ImageSynthesizer.Request(
      prompt: "a cat", sampler: try SamplerCatalog.named("euler"), steps: 2, guidance: Guidance(scale: 3), width: 16,
      height: 16)
    let pictures = try synthesizer.images(request, seeds: [1, 2])
    #expect(pictures.map(\.count) == [768, 768])
    #expect(pictures[0] != pictures[1])
  }

  @Test("parts of different families are refused with the reason")
  func mismatches() throws {
    let (sd, xl) = (try MicroCheckpoint.make(), try MicroCheckpoint.makeXL())
    func field(_ towers: [TextTower], _ unet: UNet2DConditionModel) throws -> String? {
      let error = #expect(throws: CheckpointError.self) {
        try StableDiffusionCheckpoint(
          textTowers: towers, unet: unet, autoencoder: sd.autoencoder, schedulerConfiguration: .init())
      }
      guard case .invalidConfiguration(let field, _) = error else { return nil }
      return field
    }
    #expect(try field(sd.textTowers, xl.unet) == "unet addition_embed_type")
    #expect(try field(xl.textTowers, sd.unet) == "unet addition_embed_type")
    #expect(try field([], sd.unet) == "unet addition_embed_type")
    // A refiner's text with a base model's U-Net.
    #expect(try field(Array(xl.textTowers.suffix(1)), xl.unet) == "unet cross_attention_dim")
    #expect("\(CheckpointError.unsupportedConfiguration(field: "f", value: "v"))".contains("1 or XL"))
  }
}
