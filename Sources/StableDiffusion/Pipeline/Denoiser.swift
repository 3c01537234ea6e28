import Torch

/// Walks a batch of latents through a sampler's steps with classifier-free guidance (Ho and Salimans,
/// arXiv 2207.12598).
package struct Denoiser {
  package let unet: UNet2DConditionModel
  package let sampler: any Sampler
  /// 1 and less: no guidance, and half the work.
  package let guidanceScale: Double
  /// `[batch, positions, width]`.
  package let prompt: Tensor
  /// Of the same shape as `prompt`.
  package let negativePrompt: Tensor

  package init(
    unet: UNet2DConditionModel, sampler: any Sampler, guidanceScale: Double, prompt: Tensor, negativePrompt: Tensor
  ) {
    self.unet = unet
    self.sampler = sampler
    self.guidanceScale = guidanceScale
    self.prompt = prompt
    self.negativePrompt = negativePrompt
  }

  /// One step's view for progress and previews.
  package struct Step {
    /// From 0.
    package let index: Int
    package let latents: Tensor
    /// The clean latents that the model believes in at this step.
    package let clean: Tensor
  }

  /// - Parameters:
  ///   - latents: `[batch, channels, height, width]` at the noise level of `firstStep`, float32.
  ///   - generators: one for each image, for samplers that add noise: an image's noise is its own, whatever else is in
  ///     the batch.
  ///   - onStep: called after each step; what it throws ends the walk.
  package func run(
    _ latents: Tensor, from firstStep: Int = 0, generators: [Generator], onStep: (Step) throws -> Void
  ) throws -> Tensor {
    let guided = guidanceScale > 1
    let context = guided ? try Tensor.cat([negativePrompt, prompt], dim: 0) : prompt
    let imageShape = [1] + latents.shape.dropFirst()
    var latents = latents
    for step in firstStep..<sampler.steps {
      let scaled = try sampler.modelInput(latents, step: step).to(dtype: unet.dtype)
      let input = guided ? try Tensor.cat([scaled, scaled], dim: 0) : scaled
      let timestep = try Tensor([sampler.timesteps[step]], shape: [1]).to(device: unet.device)
      let prediction = try unet.forward(input, timesteps: timestep, encoderHiddenStates: context).to(dtype: .float32)
      let output = guided ? try guide(prediction) : prediction
      let clean = try sampler.clean(latents, output: output, step: step)
      latents = try sampler.advance(latents, output: output, step: step) { () throws(TorchError) in
        var noise: [Tensor] = []
        for generator in generators { noise.append(try Tensor.randn(shape: imageShape, generator: generator)) }
        return try Tensor.cat(noise, dim: 0).to(device: latents.device)
      }
      try onStep(Step(index: step, latents: latents, clean: clean))
    }
    return latents
  }

  private func guide(_ prediction: Tensor) throws(TorchError) -> Tensor {
    let halves = try prediction.chunk(2, dim: 0)
    return try halves[0] + (halves[1] - halves[0]) * guidanceScale
  }
}
