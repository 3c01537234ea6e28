import Foundation
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

/// LoRAs as diffusers saves them, against what PEFT makes of the models with them (`make_lora_goldens.py`).
@Suite("LoRAs of diffusers and PEFT")
struct LoRAGoldenTests {
  private static let adapted = [
    ("unet-convolutions", "lora-unet-convolutions"), ("unet-xl", "lora-unet-xl"), ("unet-xl", "lora-unet-dora"),
  ]

  private func file(_ name: String) throws -> LoRAFile { try LoRAFile(path: Golden(name).file.path) }

  private func expected(_ name: String) throws -> Tensor {
    try Golden("lora-outputs").file.tensor(named: name)
  }

  private func deviation(_ tensor: Tensor, _ expected: Tensor) throws -> Double {
    guard tensor.shape == expected.shape else { return .infinity }
    return try (tensor - expected).abs().max().item() / expected.abs().max().item()
  }

  private func predict(_ model: UNet2DConditionModel, _ golden: Golden) throws -> Tensor {
    let conditioning = Conditioning(
      context: try golden.input("context"), pooled: try? golden.input("pooled"), timeIDs: try? golden.input("time_ids"))
    return try noGrad {
      try model.forward(golden.input("sample"), timesteps: golden.input("timesteps"), conditioning: conditioning)
    }
  }

  @Test("every linear layer and convolution of a U-Net is adapted as PEFT does, DoRA's magnitudes too", arguments: adapted)
  func unet(name: String, lora: String) throws {
    let golden = try Golden(name)
    let model = try UNet2DConditionModel(golden.configuration(), golden.store())
    let plain = try predict(model, golden)
    let set = AdapterSet([(.unet, model.store.layers)], names: model.configuration.sgmNames)
    let report = try set.attach(file(lora), name: "lora")
    #expect(report.matched.count == model.store.layers.count && report.unmatched.isEmpty)
    let adapted = try predict(model, golden)
    #expect(try deviation(adapted, expected(lora)) < 1e-4)
    #expect(try deviation(plain, expected(lora)) > 1e-2)

    try set.merge(names: ["lora"])
    #expect(model.store.layers.allSatisfy { $0.adapters.isEmpty && $0.merged != nil })
    #expect(try deviation(predict(model, golden), expected(lora)) < 1e-4)
    set.unmerge()
    #expect(try predict(model, golden).floats() == adapted.floats())
    try set.merge(names: ["lora"])
    set.detach(name: "lora")
    #expect(try predict(model, golden).floats() == plain.floats())
  }

  @Test("the second text encoder's layers and projection are adapted as PEFT does")
  func textEncoder() throws {
    let golden = try Golden("clip-projection")
    let model = try CLIPTextModel(golden.configuration(), golden.store(renaming: CLIPTextModel.presentName))
    let set = AdapterSet([(.textEncoder2, model.store.layers)], names: nil)
    try set.attach(file("lora-clip-projection"), name: "lora")
    let output = try model.forward(golden.input("ids"))
    #expect(try deviation(output.penultimateHiddenState, expected("lora-clip-projection.penultimate")) < 1e-4)
    #expect(try deviation(output.pooled, expected("lora-clip-projection.pooled")) < 1e-4)
  }

  @Test(
    "a file sent on in another layout does the same", arguments: adapted, [LoRAFormat.kohya, .peft, .diffusers])
  func conversion(adapted: (String, String), format: LoRAFormat) throws {
    let source = try Golden(adapted.1).file
    let contents = try LoRAContents(source.header)
    // There and back: what is written can be read, and written again.
    let folder = try TemporaryFolder()
    let path = try folder.file("lora.safetensors", converted(contents, source, to: format))
    #expect(try LoRAFile(path: path).format == format)
    let golden = try Golden(adapted.0)
    let model = try UNet2DConditionModel(golden.configuration(), golden.store())
    let set = AdapterSet([(.unet, model.store.layers)], names: SGMNames())
    try set.attach(LoRAFile(path: path), name: "lora")
    #expect(try deviation(predict(model, golden), expected(adapted.1)) < 1e-4)
    #expect(throws: LoRAConversionError.notWritten(.oldDiffusers)) {
      try converted(contents, source, to: .oldDiffusers)
    }
  }

  /// The converted file.
  private func converted(_ contents: LoRAContents, _ source: Safetensors, to format: LoRAFormat) throws -> [UInt8] {
    let conversion = try LoRAConversion(contents, metadata: source.metadata, to: format) { name in
      try source.tensor(named: name).item()
    }
    var bytes = conversion.header
    for part in conversion.sources {
      switch part {
      case .bytes(let own): bytes += own
      case .tensor(let name): bytes += try source.tensor(named: name).bytes()
      }
    }
    return bytes
  }
}
