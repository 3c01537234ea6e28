import Torch

/// Walks latents from noise to an image.
///
/// A step of this protocol is one model call: samplers of second order make two for each step that was asked for, and
/// keep what the second needs of the first. A sampler serves one run, for it remembers earlier outputs. Latents stay
/// float32 whatever the model's type; all tensors are `[B, C, H, W]`. Adding one takes a file with the class and a line
/// in `SamplerCatalog`.
package protocol Sampler: AnyObject {
  /// The timestep to hand to the model at each call, falling.
  var timesteps: [Float] { get }

  /// How many steps were asked for; `timesteps` may hold more calls.
  var requestedSteps: Int { get }

  /// The first model call of a requested step: where a run may begin, or be handed to another sampler that was made
  /// with the same settings.
  func call(ofStep requested: Int) -> Int

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
  ///   - freshNoise: draws standard normal noise of the latents' shape; samplers that add noise call it at most once a
  ///     step, the others never, so that each image's random stream is the one diffusers would use.
  func advance(
    _ latents: Tensor, output: Tensor, step: Int, freshNoise: () throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor
}

extension Sampler {
  package var requestedSteps: Int { timesteps.count }

  package func call(ofStep requested: Int) -> Int { requested }

  /// Model calls of a whole run.
  package var steps: Int { timesteps.count }

  /// The first call of an image-to-image run: `strength` is the share of the requested steps that are walked.
  ///
  /// At least one is, so that a small strength gives back the image and not an error.
  package func firstStep(strength: Double) -> Int {
    let walked = Int(Double(requestedSteps) * min(max(strength, 0), 1))
    return call(ofStep: min(requestedSteps - walked, requestedSteps - 1))
  }

  /// The call at which a second model takes over: the beginning of the first requested step below the timestep that
  /// leaves `fraction` of the schedule behind it; `steps` where there is none (diffusers' `denoising_end` and
  /// `denoising_start`).
  ///
  /// Only whole steps are shared out. diffusers cuts its samplers of second order between the two calls of a step, and
  /// lets the second model begin it anew with latents that already are a level further down.
  ///
  /// - Parameter trainTimesteps: of the checkpoint's schedule.
  package func step(atNoiseFraction fraction: Double, trainTimesteps: Int) -> Int {
    let total = Double(trainTimesteps)
    let cutoff = Float((total - fraction * total).rounded(.toNearestOrEven))
    let requested = (0..<requestedSteps).first { timesteps[call(ofStep: $0)] < cutoff }
    return requested.map { call(ofStep: $0) } ?? steps
  }
}
