import Torch

/// Walks latents from noise to an image, one model call a step.
///
/// A sampler serves one run: multistep ones remember earlier outputs. Latents stay float32 whatever the model's
/// type; all tensors are `[B, C, H, W]`. Adding one takes a file with the class and a line in `SamplerCatalog`.
package protocol Sampler: AnyObject {
  /// The timestep to hand to the model at each step, falling.
  var timesteps: [Float] { get }

  /// What standard normal noise is multiplied with to become the first step's latents.
  var initialNoiseScale: Double { get }

  /// The latents as the model expects to see them at `step`.
  func modelInput(_ latents: Tensor, step: Int) throws(TorchError) -> Tensor

  /// Clean latents carried forward to the noise level of `step`: where image to image starts.
  func addNoise(to latents: Tensor, noise: Tensor, step: Int) throws(TorchError) -> Tensor

  /// The clean latents that the model's output implies: what a preview shows.
  func clean(_ latents: Tensor, output: Tensor, step: Int) throws(TorchError) -> Tensor

  /// The latents after `step`.
  ///
  /// - Parameters:
  ///   - output: the model's prediction for `modelInput(latents, step:)`, of the same shape as `latents`.
  ///   - freshNoise: draws standard normal noise of the latents' shape; ancestral samplers call it once a step, the
  ///     others never, so that each image's random stream is the one diffusers would use.
  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor
}

extension Sampler {
  package var steps: Int { timesteps.count }

  /// The first step of an image-to-image run: `strength` is the share of the steps that are walked.
  ///
  /// At least one is, so that a small strength gives back the image and not an error.
  package func firstStep(strength: Double) -> Int {
    let walked = Int(Double(steps) * min(max(strength, 0), 1))
    return min(steps - walked, steps - 1)
  }
}

/// A request that no sampler can serve.
package enum SamplerError: Error, Equatable, CustomStringConvertible {
  case unknown(name: String)
  case steps(Int, allowed: ClosedRange<Int>)

  package var description: String {
    switch self {
    case .unknown(let name):
      let names = SamplerCatalog.all.map(\.name).joined(separator: ", ")
      return "there is no sampler \"\(name)\"; choose one of \(names)"
    case .steps(let steps, let allowed):
      return "\(steps) sampling steps; this checkpoint allows \(allowed.lowerBound) to \(allowed.upperBound)"
    }
  }
}
