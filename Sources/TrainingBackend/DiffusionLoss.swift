import StableDiffusion
import Torch

/// The training objective: how well the U-Net predicts what was added to the latents at random timesteps.
struct DiffusionLoss {
  let unet: UNet2DConditionModel
  let schedule: NoiseSchedule
  let minSNRGamma: Double?

  /// One batch, on the CPU; the latents and the noise are `[batch, channels, height, width]`, float32.
  struct Batch {
    let latents: Tensor
    let noise: Tensor
    let timesteps: [Int]
    let conditioning: Conditioning
  }

  /// A scalar with a graph.
  func callAsFunction(_ batch: Batch) throws(TorchError) -> Tensor {
    let device = unet.device
    func column(_ values: [Double]) throws(TorchError) -> Tensor {
      try Tensor(values.map { Float($0) }, shape: [values.count, 1, 1, 1]).to(device: device)
    }
    let alphas = batch.timesteps.map { schedule.alphaCumprod(at: $0) }
    let signal = try column(alphas.map { $0.squareRoot() })
    let deviation = try column(alphas.map { (1 - $0).squareRoot() })
    let latents = try batch.latents.to(device: device), noise = try batch.noise.to(device: device)
    let noisy = try latents * signal + noise * deviation
    let target =
      switch schedule.configuration.predictionType {
      case .epsilon: noise
      case .velocity: try noise * signal - latents * deviation
      }
    let timesteps = try Tensor(batch.timesteps.map { Float($0) }, shape: [batch.timesteps.count]).to(device: device)
    let prediction = try unet.forward(
      noisy.to(dtype: unet.dtype), timesteps: timesteps, conditioning: batch.conditioning)
    let error = try prediction.to(dtype: .float32) - target
    let perImage = try (error * error).mean(dims: [1, 2, 3])
    let weights = try Tensor(batch.timesteps.map { Float(weight($0)) }, shape: [batch.timesteps.count])
    return try (perImage * weights.to(device: device)).mean()
  }

  /// Min-SNR-γ (arXiv 2303.09556): easy timesteps, those of little noise, count no more than γ allows.
  private func weight(_ timestep: Int) -> Double {
    guard let gamma = minSNRGamma else { return 1 }
    let snr = schedule.signalToNoise(at: timestep)
    return switch schedule.configuration.predictionType {
    case .epsilon: min(snr, gamma) / snr
    case .velocity: min(snr, gamma) / (snr + 1)
    }
  }
}
