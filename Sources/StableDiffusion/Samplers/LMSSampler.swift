import Torch

/// Linear multistep of fourth order: the polynomial through the last four derivatives, integrated over the step
/// (Adams–Bashforth for uneven steps, k-diffusion's LMS).
///
/// A run that begins in the middle starts with order one there too. diffusers takes the full order's weights for the
/// few derivatives it has then, which do not add up to the step.
final class LMSSampler: SigmaSampler {
  let space: SigmaSpace
  /// The last four, newest first.
  private var derivatives: [Tensor] = []

  init(_ run: SamplerRun) {
    space = SigmaSpace(run)
  }

  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    derivatives = [try derivative(latents, output: output, step: step)] + derivatives.prefix(3)
    var result = latents
    for (place, derivative) in derivatives.enumerated() {
      result = try result + derivative * weight(ofPlace: place, order: derivatives.count, step: step)
    }
    return result
  }

  /// The integral over the step of the Lagrange polynomial that is 1 at the level `place` steps back and 0 at the
  /// other `order − 1` levels.
  private func weight(ofPlace place: Int, order: Int, step: Int) -> Double {
    func polynomial(_ sigma: Double) -> Double {
      let own = space.sigmas[step - place]
      return (0..<order).reduce(1) { product, other in
        guard other != place else { return product }
        let node = space.sigmas[step - other]
        return product * (sigma - node) / (own - node)
      }
    }
    // Gauss–Legendre with two points is exact for cubic polynomials.
    let half = (space.sigmas[step + 1] - space.sigmas[step]) / 2
    let middle = (space.sigmas[step + 1] + space.sigmas[step]) / 2, offset = half / 3.0.squareRoot()
    return half * (polynomial(middle - offset) + polynomial(middle + offset))
  }
}
