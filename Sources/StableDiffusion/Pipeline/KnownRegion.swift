import Torch

/// The part of a picture that inpainting keeps, for U-Nets that know nothing of masks: after each step it is put back
/// at the noise level that the step has reached (RePaint, arXiv 2201.09865, as diffusers does it).
struct KnownRegion {
  /// `[1, 1, height, width]`: 1 is painted, 0 is kept.
  let mask: Tensor
  /// The picture's clean latents.
  let latents: Tensor
  /// The image's own noise: the same at every step.
  let noise: Tensor

  /// - Parameter step: the sampler's step that comes next; nil after its last.
  func restored(in painted: Tensor, _ sampler: any Sampler, before step: Int?) throws(TorchError) -> Tensor {
    let known = if let step { try sampler.addNoise(to: latents, noise: noise, step: step) } else { latents }
    return try known * (1 - mask) + painted * mask
  }
}
