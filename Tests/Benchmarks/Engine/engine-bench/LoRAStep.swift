import StableDiffusion
import Torch

/// One training step of a LoRA, as PEFT's users write it: noise, predict, mean squared error, backward, clip, AdamW.
final class LoRAStep {
  private let unet: UNet2DConditionModel
  private let optimizer: AdamW
  private let schedule: NoiseSchedule
  private let latents: Tensor
  private let context: Tensor
  private let generator: Generator

  init(_ unet: UNet2DConditionModel, batch: Int, side: Int, generator: Generator) throws {
    self.unet = unet
    self.generator = generator
    schedule = NoiseSchedule(SchedulerConfiguration())
    let projections = [".to_q", ".to_k", ".to_v", ".to_out.0"]
    var parameters: [Tensor] = []
    for (path, layer) in unet.adaptableLayers where projections.contains(where: path.hasSuffix) {
      let adapter = try layer.makeAdapter(name: "bench", rank: 16, scale: 1, generator: generator)
      layer.adapters.append(adapter)
      parameters += [adapter.down, adapter.up]
    }
    optimizer = AdamW(parameters: parameters, learningRate: 1e-4)
    let widths = try unet.configuration.crossAttentionWidth.expanded(
      to: unet.configuration.blockOutChannels.count, field: "cross_attention_dim")
    latents = try Tensor.randn(shape: [batch, unet.configuration.inChannels, side, side], generator: generator)
    context = try Tensor.randn(shape: [batch, 77, widths[0]], generator: generator).to(dtype: unet.dtype)
  }

  func run() throws {
    let batch = latents.shape[0]
    let noise = try Tensor.randn(shape: latents.shape, generator: generator)
    let timesteps = try Tensor.randint(high: schedule.trainTimesteps, shape: [batch], generator: generator).int64s()
    let alphas = timesteps.map { schedule.alphaCumprod(at: Int($0)) }
    func column(_ values: [Double]) throws(TorchError) -> Tensor {
      try Tensor(values.map { Float($0) }, shape: [batch, 1, 1, 1])
    }
    let signal = try column(alphas.map { $0.squareRoot() })
    let deviation = try column(alphas.map { (1 - $0).squareRoot() })
    let noisy = try (latents * signal + noise * deviation).to(dtype: unet.dtype)
    let prediction = try unet.forward(
      noisy, timesteps: Tensor(timesteps.map { Float($0) }, shape: [batch]),
      conditioning: Conditioning(context: context))
    let loss = try F.mseLoss(prediction.to(dtype: .float32), noise)
    try loss.backward()
    _ = try optimizer.clipGradNorm(1)
    try optimizer.step()
    try optimizer.zeroGrad()
    _ = try loss.item()
  }
}
