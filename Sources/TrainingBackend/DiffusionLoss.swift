import StableDiffusion
import Torch

/// The training objective: how well the U-Net predicts what was added to the latents at random timesteps.
struct DiffusionLoss {
  let unet: UNet2DConditionModel
  let schedule: NoiseSchedule
  let weighting: LossWeighting

  /// One batch, on the CPU; the latents and the noise are `[batch, channels, height, width]`, float32.
  struct Batch {
    let latents: Tensor
    let noise: Tensor
    let timesteps: [Int]
    let conditioning: Conditioning
    /// Of each image; nil: all count the same.
    var sampleWeights: [Double]?
    /// Of each place, `[batch, 1, height, width]`; nil: all count the same.
    var pixelWeights: Tensor?
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
    var squares = try error * error
    if let places = batch.pixelWeights { squares = try squares * places.to(device: device) }
    let perImage = try squares.mean(dims: [1, 2, 3])
    let weights = try Tensor(weights(of: batch).map { Float($0) }, shape: [batch.timesteps.count])
    return try (perImage * weights.to(device: device)).mean()
  }

  private func weights(of batch: Batch) -> [Double] {
    batch.timesteps.enumerated().map { row, timestep in
      weighting.weight(snr: schedule.signalToNoise(at: timestep), schedule.configuration.predictionType)
        * (batch.sampleWeights?[row] ?? 1)
    }
  }
}
