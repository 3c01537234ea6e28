import Torch

/// A sampler whose first call leads to the middle of its step, and the second from the start, with the derivative in
/// the middle, over the whole of it.
protocol MiddleSlopeSampler: TwoCallSampler {
  /// Where the step began, between its two calls.
  var start: Tensor? { get set }

  /// - Parameters:
  ///   - step: the requested one.
  ///   - slope: the derivative in its middle.
  func end(
    ofStep step: Int, from start: Tensor, slope: Tensor, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor
}

extension MiddleSlopeSampler {
  package func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let slope = try derivative(latents, output: output, step: step)
    if step % 2 == 1, let start {
      self.start = nil
      return try end(ofStep: step / 2, from: start, slope: slope, freshNoise: freshNoise)
    }
    start = latents
    // The last step, to σ = 0, has no middle.
    let middle = step / 2 < between.count ? between[step / 2].sigma : 0
    return try latents + slope * (middle - space.sigmas[step / 2])
  }
}
