import Torch

/// Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): away from what the negative prompt predicts.
package struct Guidance: Sendable, Equatable {
  /// 1 and less: no guidance, and half the work.
  package var scale: Double
  /// How far the guided prediction is brought back to the contrast of the unguided one, 0…1
  /// (Lin et al., arXiv 2305.08891, section 3.4).
  package var rescale: Double

  package init(scale: Double, rescale: Double = 0) {
    self.scale = scale
    self.rescale = rescale
  }

  package var isOn: Bool { scale > 1 }

  /// - Parameter predictions: `[2, …]`: for the negative prompt and for the prompt.
  /// - Returns: `[1, …]`.
  func combine(_ predictions: Tensor) throws(TorchError) -> Tensor {
    let parts = try predictions.chunk(2, dim: 0)
    let guided = try parts[0] + (parts[1] - parts[0]) * scale
    guard rescale > 0 else { return guided }
    // Guidance makes predictions larger, and pictures overexposed where the model knows no zero signal.
    let dims = Array(1..<guided.rank)
    let wanted = try parts[1].std(dims: dims, keepDim: true), has = try guided.std(dims: dims, keepDim: true)
    return try guided.lerp(guided * (wanted / has), weight: rescale)
  }
}
