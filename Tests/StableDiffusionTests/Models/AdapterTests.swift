import Testing
import Torch

@testable import StableDiffusion

@Suite struct AdapterTests {
  private let generator: Generator
  private let unet: UNet2DConditionModel

  init() throws {
    generator = try Generator(seed: 5)
    unet = try UNet2DConditionModel(TinyModel.unet, ParameterStore(seed: 1, dtype: .float32, device: .cpu))
  }

  private func layer(_ path: String) throws -> any AdaptableLayer {
    try #require(unet.allLayers.first { $0.path == path }).layer
  }

  private func predict(_ unet: UNet2DConditionModel) throws -> Tensor {
    let random = try Generator(seed: 9)
    return try unet.forward(
      Tensor.randn(shape: [2, 4, 8, 8], generator: random), timesteps: Tensor([10, 700] as [Int64]),
      conditioning: Conditioning(context: Tensor.randn(shape: [2, 5, 8], generator: random)))
  }

  @Test("the layers adapters go on are kohya's default set, under diffusers' paths")
  func paths() throws {
    let block = "down_blocks.0.attentions.0"
    let inBlock = unet.adaptableLayers.map(\.path).filter { $0.hasPrefix(block) }
    let transformer = "\(block).transformer_blocks.0"
    let expected =
      ["\(block).proj_in", "\(block).proj_out", "\(transformer).ff.net.0.proj", "\(transformer).ff.net.2"]
      + ["attn1", "attn2"].flatMap { attention in
        ["to_q", "to_k", "to_v", "to_out.0"].map { "\(transformer).\(attention).\($0)" }
      }
    #expect(Set(inBlock) == Set(expected))
    #expect(!unet.adaptableLayers.contains { $0.path.contains("resnets") })
    #expect(unet.allLayers.contains { $0.path == "down_blocks.0.resnets.0.conv1" })
    for (path, layer) in unet.allLayers { #expect(path == layer.path) }
    let text = try CLIPTextModel(TinyModel.textEncoder, ParameterStore(seed: 1, dtype: .float32, device: .cpu))
    #expect(text.adaptableLayers.count == 2 * 6)
    #expect(text.adaptableLayers.contains { $0.path == "text_model.encoder.layers.1.self_attn.q_proj" })
    #expect(text.adaptableLayers.contains { $0.path == "text_model.encoder.layers.0.mlp.fc1" })
  }

  @Test("new adapters on every layer change nothing")
  func newAdapters() throws {
    let before = try predict(unet).floats()
    for (_, layer) in unet.allLayers {
      layer.adapters = [try layer.makeAdapter(name: "new", rank: 2, scale: 1, generator: generator)]
    }
    #expect(try predict(unet).floats() == before)
  }

  @Test("an adapter's down matrix is drawn from ±1/√fan-in")
  func drawing() throws {
    let layer = try layer("down_blocks.0.resnets.0.conv1")
    let adapter = try layer.makeAdapter(name: "a", rank: 64, scale: 1, generator: generator)
    let bound = 1 / Double(8 * 3 * 3).squareRoot()
    #expect(adapter.down.shape == [64, 8, 3, 3] && adapter.up.shape == [8, 64, 1, 1] && adapter.rank == 64)
    let largest = try adapter.down.abs().max().item()
    #expect(largest <= bound && largest > 0.95 * bound)
    #expect(try abs(adapter.down.std().item() - bound / 3.0.squareRoot()) < 0.05 * bound)
    #expect(try adapter.up.abs().max().item() == 0)
  }

  @Test(
    "several adapters act as the sum of their products added to the weight",
    arguments: [
      "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k", "down_blocks.0.attentions.0.proj_in",
      "down_blocks.0.resnets.0.conv1", "down_blocks.0.downsamplers.0.conv",
    ])
  func sum(path: String) throws {
    let layer = try layer(path)
    var merged = try layer.weight.clone()
    for (name, rank, scale) in [("a", 2, 0.5), ("b", 3, -2.0)] {
      let (downShape, upShape) = layer.adapterShapes(rank: rank)
      let down = try Tensor.randn(shape: downShape, generator: generator)
      let up = try Tensor.randn(shape: upShape, generator: generator)
      layer.adapters.append(LowRankAdapter(name: name, down: down, up: up, scale: scale))
      let product = try up.flatten(from: 1, to: -1).matmul(down.flatten(from: 1, to: -1)).reshape(merged.shape)
      merged = try merged + product * scale
    }
    let adapted = try predict(unet)
    layer.adapters = []
    let plain = try predict(unet)
    try layer.weight.copy_(merged)
    let expected = try predict(unet)
    #expect(try (adapted - expected).abs().max().item() < 1e-4)
    #expect(try (adapted - plain).abs().max().item() > 1e-2)
  }

  @Test("training reaches the adapters alone and lowers the loss")
  func training() throws {
    var trained: [Tensor] = []
    for (_, layer) in unet.adaptableLayers {
      let adapter = try layer.makeAdapter(name: "t", rank: 4, scale: 1, generator: generator)
      layer.adapters = [adapter]
      trained += [adapter.down, adapter.up]
    }
    let target = try Tensor.randn(shape: [2, 4, 8, 8], generator: generator)
    let optimizer = AdamW(parameters: trained, learningRate: 1e-2)
    var losses: [Double] = []
    for _ in 0..<20 {
      let loss = try F.mseLoss(predict(unet), target)
      losses.append(try loss.item())
      try loss.backward()
      #expect(unet.parameters.allSatisfy { $0.tensor.grad == nil })
      #expect(trained.allSatisfy { $0.grad != nil })
      try optimizer.step()
      try optimizer.zeroGrad()
    }
    #expect(losses[19] < 0.95 * losses[0], "\(losses)")
    #expect(try trained.allSatisfy { try $0.abs().max().item() > 0 })
  }

  @Test("a float32 adapter works on a model in bfloat16")
  func mixedTypes() throws {
    let half = try UNet2DConditionModel(TinyModel.unet, ParameterStore(seed: 1, dtype: .bfloat16, device: .cpu))
    for (_, layer) in half.adaptableLayers {
      layer.adapters = [try layer.makeAdapter(name: "t", rank: 2, scale: 1, generator: generator)]
    }
    let prediction = try half.forward(
      Tensor.randn(shape: [1, 4, 8, 8], generator: generator, dtype: .bfloat16), timesteps: Tensor([10] as [Int64]),
      conditioning: Conditioning(context: Tensor.randn(shape: [1, 5, 8], generator: generator, dtype: .bfloat16)))
    #expect(prediction.dtype == .bfloat16)
    try prediction.to(dtype: .float32).mean().backward()
    #expect(try half.adaptableLayers.allSatisfy { try $0.layer.adapters[0].up.grad?.abs().max().item() ?? 0 > 0 })
  }
}
