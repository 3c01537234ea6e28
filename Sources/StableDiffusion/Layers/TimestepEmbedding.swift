import Foundation
import Torch

/// The timestep as sines and cosines of `width / 2` frequencies between 1 and 1/10000 (Vaswani et al. 2017).
package final class TimestepEncoding {
  private let width: Int
  private let cosineFirst: Bool
  private let frequencies: [Float]

  /// - Parameters:
  ///   - cosineFirst: `flip_sin_to_cos` of the configuration.
  ///   - frequencyShift: `freq_shift`: 1 makes the last frequency exactly 1/10000.
  init(width: Int, cosineFirst: Bool, frequencyShift: Double) {
    self.width = width
    self.cosineFirst = cosineFirst
    let half = width / 2
    // Rounded to float32 at each step as the reference does: an angle is up to 1000 times a frequency.
    frequencies = (0..<half).map { index in
      exp(Float(-log(10_000.0)) * Float(index) / Float(Double(half) - frequencyShift))
    }
  }

  /// - Parameter timesteps: `[batch]`.
  /// - Returns: float32 `[batch, width]`.
  func forward(_ timesteps: Tensor) throws(TorchError) -> Tensor {
    let steps = try timesteps.to(dtype: .float32)
    let frequencies = try Tensor(frequencies, shape: [1, frequencies.count]).to(device: steps.device)
    let angles = try steps.unsqueeze(-1) * frequencies
    let (sines, cosines) = (try angles.sin(), try angles.cos())
    let encoding = try Tensor.cat(cosineFirst ? [cosines, sines] : [sines, cosines], dim: 1)
    return width % 2 == 0 ? encoding : try F.pad(encoding, [0, 1])
  }
}

/// The two linear layers that turn the encoded timestep into what the blocks are told.
package final class TimestepEmbedding {
  private let linear1: Linear
  private let linear2: Linear

  init(_ scope: ParameterScope, inputs: Int, outputs: Int) throws(CheckpointError) {
    linear1 = try Linear(scope["linear_1"], inputs, outputs)
    linear2 = try Linear(scope["linear_2"], outputs, outputs)
  }

  func forward(_ encoding: Tensor) throws(TorchError) -> Tensor {
    try linear2.forward(F.silu(linear1.forward(encoding)))
  }
}
