import ArgumentParser
import StableDiffusion
import Torch

/// What can be measured. The runner and the peer know the same names.
enum Row: String, CaseIterable, ExpressibleByArgument {
  /// One step of the U-Net with classifier-free guidance: a batch of two.
  case unet
  /// One LoRA training step, rank 16 on the attentions' projections, a batch of one.
  case train
  /// From latents to pixels.
  case decode
  /// A whole image in 20 steps, prompt and decoding included.
  case image
  /// As `train`, in batches of eight.
  case trainSmall = "train-small"
  /// As `train`, with activations computed anew on the way back.
  case trainCheckpointed = "train-checkpointed"
  /// Both of SDXL's text encoders and one step of its U-Net with classifier-free guidance.
  case promptAndStep = "prompt-and-step"

  /// Loads what the row needs.
  /// - Returns: the step to measure.
  func prepare(model: String, side: Int, dtype: DType) throws -> () throws -> Void {
    let generator = try Generator(seed: 1)
    func random(_ shape: [Int]) throws(TorchError) -> Tensor {
      try Tensor.randn(shape: shape, generator: generator).to(dtype: dtype)
    }
    switch self {
    case .unet:
      let unet = try CheckpointFolder(model).unet(dtype: dtype, device: .cpu)
      let width = unet.configuration.crossAttentionWidth
      let conditioning = Conditioning(
        context: try random([2, 77, width.expanded(to: 4, field: "cross_attention_dim")[0]]))
      let latents = try random([2, 4, side / 8, side / 8]), timestep = try Tensor([500 as Float], shape: [1])
      return {
        _ = try inferenceMode { try unet.forward(latents, timesteps: timestep, conditioning: conditioning) }
      }
    case .train, .trainSmall, .trainCheckpointed:
      let unet = try CheckpointFolder(model).unet(dtype: dtype, device: .cpu)
      if self == .trainCheckpointed { unet.activations = .recomputed }
      return try LoRAStep(unet, batch: self == .trainSmall ? 8 : 1, side: side / 8, generator: generator).run
    case .decode:
      let autoencoder = try CheckpointFolder(model).autoencoder(dtype: dtype, device: .cpu)
      let latents = try random([1, 4, side / 8, side / 8])
      return { _ = try inferenceMode { try autoencoder.decode(latents) } }
    case .image:
      let synthesizer = ImageSynthesizer(try StableDiffusionCheckpoint(folder: model, dtype: dtype))
      let request = try Self.request(side: side)
      return { _ = try synthesizer.images(request, seeds: [1]) }
    case .promptAndStep:
      let synthesizer = ImageSynthesizer(try StableDiffusionCheckpoint(folder: model, dtype: dtype))
      let request = try Self.request(side: side)
      return { try DenoisingBatch().step([try synthesizer.recipe(request).run(seed: 1)]) }
    }
  }

  private static func request(side: Int) throws -> ImageSynthesizer.Request {
    ImageSynthesizer.Request(
      prompt: "a small red circle", sampler: try SamplerCatalog.named("ddim"), steps: 20,
      guidance: Guidance(scale: 5), width: side, height: side)
  }
}
