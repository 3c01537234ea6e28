import Testing
import Torch

@testable import StableDiffusion

/// The networks compute what diffusers and transformers compute, to 1e-4 of the largest number in float32.
@Suite struct GoldenTests {
  @Test(
    "the autoencoder encodes and decodes as the reference does",
    arguments: ["vae-three-levels", "vae-two-layers"])
  func autoencoder(name: String) throws {
    let golden = try Golden(name)
    let model = try AutoencoderKL(golden.configuration(), golden.store(renaming: AutoencoderKL.presentName))
    let distribution = try model.encode(golden.input("images"))
    #expect(try golden.deviation(of: distribution.mean, from: "mean") < 1e-4)
    #expect(try golden.deviation(of: distribution.logVariance, from: "logvar") < 1e-4)
    #expect(try golden.deviation(of: model.decode(golden.input("latents")), from: "images") < 1e-4)
  }

  @Test(
    "the U-Net predicts as the reference does, whatever form its configuration gives it",
    arguments: ["unet-convolutions", "unet-linear", "unet-variations", "unet-xl", "unet-xl-refiner"])
  func unet(name: String) throws {
    let golden = try Golden(name)
    let model = try UNet2DConditionModel(golden.configuration(), golden.store())
    let conditioning = Conditioning(
      context: try golden.input("context"), pooled: try? golden.input("pooled"), timeIDs: try? golden.input("time_ids"))
    let prediction = try model.forward(
      golden.input("sample"), timesteps: golden.input("timesteps"), conditioning: conditioning)
    #expect(try golden.deviation(of: prediction, from: "prediction") < 1e-4)
  }

  @Test(
    "the text encoder reads prompts as the reference does, with either activation and end token, projecting or not",
    arguments: ["clip-quick-gelu", "clip-gelu", "clip-projection"])
  func textEncoder(name: String) throws {
    let golden = try Golden(name)
    let model = try CLIPTextModel(golden.configuration(), golden.store(renaming: CLIPTextModel.presentName))
    let output = try model.forward(golden.input("ids"))
    #expect(try golden.deviation(of: output.lastHiddenState, from: "last") < 1e-4)
    #expect(try golden.deviation(of: output.penultimateHiddenState, from: "penultimate") < 1e-4)
    #expect(try golden.deviation(of: output.pooled, from: "pooled") < 1e-4)
  }

  @Test("a token does not see the tokens after it")
  func causality() throws {
    let golden = try Golden("clip-quick-gelu")
    let model = try CLIPTextModel(golden.configuration(), golden.store(renaming: CLIPTextModel.presentName))
    let short = try model.forward(Tensor([38, 4, 9] as [Int64], shape: [1, 3])).lastHiddenState
    let long = try model.forward(Tensor([38, 4, 9, 7, 7, 39] as [Int64], shape: [1, 6])).lastHiddenState
    let difference = try (short - long.narrow(dim: 1, start: 0, length: 3)).abs().max().item()
    #expect(difference < 1e-5)
    let last = try (long.narrow(dim: 1, start: 3, length: 1) - long.narrow(dim: 1, start: 4, length: 1)).abs().max()
    #expect(try last.item() > 1e-3)
  }

  @Test("skipping the text encoder's last layers gives the earlier layer's state through the final norm")
  func clipSkip() throws {
    let golden = try Golden("clip-quick-gelu")
    let configuration: CLIPTextConfiguration = try golden.configuration()
    let model = try CLIPTextModel(configuration, golden.store(renaming: CLIPTextModel.presentName))
    let ids = try golden.input("ids")
    let full = try model.forward(ids)
    let skipped = try model.forward(ids, clipSkip: 1)
    let norm = model.store.parameters.filter { $0.path.contains("final_layer_norm") }.map(\.tensor)
    let expected = try F.layerNorm(
      full.penultimateHiddenState, normalizedShape: [configuration.hiddenSize], weight: norm[0], bias: norm[1],
      eps: configuration.normEpsilon)
    #expect(try (skipped.lastHiddenState - expected).abs().max().item() < 1e-6)
    #expect(try (skipped.pooled - full.pooled).abs().max().item() == 0)
    #expect(throws: TorchError.self) { try model.forward(ids, clipSkip: 3) }
  }
}
