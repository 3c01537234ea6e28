import Foundation
import Testing
import Torch

@testable import StableDiffusion

@Suite struct TrainingFromScratchTests {
  private func store(_ seed: UInt64 = 1) throws -> ParameterStore {
    try ParameterStore(seed: seed, dtype: .float32, device: .cpu)
  }

  @Test("every parameter of every network gets a gradient once it is asked for, and none before")
  func gradients() throws {
    let random = try Generator(seed: 3)
    let text = try CLIPTextModel(TinyModel.textEncoder, store())
    let unet = try UNet2DConditionModel(TinyModel.unet, store())
    let autoencoder = try AutoencoderKL(TinyModel.autoencoder, store())
    func loss() throws -> Tensor {
      let context = try text.forward(Tensor([0, 4, 5, 1] as [Int64], shape: [1, 4])).lastHiddenState
      let images = try Tensor.randn(shape: [1, 3, 16, 16], generator: random)
      let distribution = try autoencoder.encode(images)
      let latents = try distribution.sample(noise: Tensor.randn(shape: [1, 4, 8, 8], generator: random))
      let prediction = try unet.forward(
        latents, timesteps: Tensor([500] as [Int64]), conditioning: Conditioning(context: context))
      return try F.mseLoss(autoencoder.decode(prediction), images) + distribution.divergence() * 1e-3
    }
    let models: [any Model] = [text, unet, autoencoder]
    #expect(try !loss().requiresGrad)
    for model in models { model.setRequiresGrad(true) }
    try loss().backward()
    for model in models {
      for (path, tensor) in model.parameters {
        #expect(try tensor.grad?.isFinite().all() == true, "\(path)")
      }
    }
  }

  @Test("new weights follow the libraries' rules: ±1/√fan-in, norms one and zero, CLIP's own deviations")
  func initialization() throws {
    let unet = try UNet2DConditionModel(
      UNetConfiguration(
        sampleSize: 8, blockOutChannels: [64], downBlockTypes: [.crossAttention], layersPerBlock: 1,
        attentionHeads: PerBlock(2), crossAttentionWidth: 64), store())
    let parameters = Dictionary(uniqueKeysWithValues: unet.parameters.map { ($0.path, $0.tensor) })
    for (name, fanIn) in [
      ("conv_out.weight", 64 * 9), ("time_embedding.linear_2.weight", 256), ("time_embedding.linear_1.bias", 64),
    ] {
      let tensor = try #require(parameters[name])
      let bound = 1 / Double(fanIn).squareRoot()
      let largest = try tensor.abs().max().item()
      #expect(largest <= bound && largest > 0.9 * bound, "\(name)")
      #expect(try abs(tensor.std().item() - bound / 3.0.squareRoot()) < 0.1 * bound, "\(name)")
    }
    #expect(try parameters["conv_norm_out.weight"]?.floats().allSatisfy { $0 == 1 } == true)
    #expect(try parameters["conv_norm_out.bias"]?.floats().allSatisfy { $0 == 0 } == true)

    let text = try CLIPTextModel(
      CLIPTextConfiguration(
        vocabularySize: 200, hiddenSize: 64, intermediateSize: 128, layers: 2, heads: 2, beginToken: 0, endToken: 1,
        padToken: 1), store())
    let texts = Dictionary(uniqueKeysWithValues: text.parameters.map { ($0.path, $0.tensor) })
    let layer = "text_model.encoder.layers.0"
    for (name, deviation) in [
      ("text_model.embeddings.token_embedding.weight", 0.02), ("\(layer).self_attn.q_proj.weight", 0.125 / 2),
      ("\(layer).self_attn.out_proj.weight", 0.125), ("\(layer).mlp.fc1.weight", 0.125 / 2.0.squareRoot()),
    ] {
      let found = try #require(texts[name]).std().item()
      #expect(abs(found - deviation) < 0.05 * deviation, "\(name): \(found)")
    }
    #expect(try texts["\(layer).mlp.fc1.bias"]?.floats().allSatisfy { $0 == 0 } == true)
  }

  @Test("a latent distribution's sample has its mean and deviation, and its divergence is the closed form's")
  func distribution() throws {
    let mean = try Tensor.full(shape: [1, 1, 100, 100], value: 2)
    let distribution = LatentDistribution(mean: mean, logVariance: try Tensor.full(shape: [1, 1, 100, 100], value: -1))
    let sample = try distribution.sample(noise: Tensor.randn(shape: [1, 1, 100, 100], generator: Generator(seed: 1)))
    #expect(try abs(sample.mean().item() - 2) < 0.02)
    #expect(try abs(sample.std().item() - exp(-0.5)) < 0.02)
    let expected = 0.5 * 10_000 * (4 + exp(-1.0) + 1 - 1)
    #expect(try abs(distribution.divergence().item() - expected) < 1e-3 * expected)
  }
}
