import Torch

/// One image on its way from noise to clean latents.
///
/// It holds all that the way depends on (sampler, random numbers, prompts), so that an image is the same whatever is
/// computed beside it: a `DenoisingBatch` takes runs together for one call of the U-Net, and they may join and leave
/// between steps.
package final class ImageRun {
  package let seed: UInt64
  /// `[1, channels, height, width]`, float32.
  package private(set) var latents: Tensor
  /// The clean latents that the model believed in at the last step; nil before the first, and where nobody wants them.
  package private(set) var clean: Tensor?
  /// Whether `clean` is kept: for previews.
  package var keepsClean = false
  /// Model calls done, of `totalSteps`.
  package private(set) var step = 0
  package let totalSteps: Int
  /// What is left to walk, the present part first.
  private var stages: ArraySlice<Stage>
  /// The step of the present stage's sampler that comes next.
  private var position: Int
  private let generator: Generator

  /// A part of the way with one network and one sampler: all of it, or that of a base model or of its refiner.
  struct Stage {
    let unet: UNet2DConditionModel
    /// Not shared with any other run: samplers remember.
    let sampler: any Sampler
    /// Those of the sampler's steps that are walked; at least one.
    let steps: Range<Int>
    let guidance: Guidance
    /// What the U-Net is told, a row for each of the input's: negative prompt and prompt, or the prompt alone.
    let conditioning: Conditioning
    /// For inpainting U-Nets: the mask and the kept part's latents, `[1, channels, height, width]`.
    let extraChannels: Tensor?
    /// For inpainting with other U-Nets.
    let region: KnownRegion?
  }

  /// - Parameters:
  ///   - latents: at the noise level of the first stage's first step.
  ///   - stages: at least one.
  ///   - generator: where samplers' noise comes from; drawn on the CPU, so that a seed is the same on every device.
  init(seed: UInt64, latents: Tensor, stages: [Stage], generator: Generator) {
    self.seed = seed
    self.latents = latents
    self.stages = stages[...]
    self.generator = generator
    position = stages.first?.steps.lowerBound ?? 0
    totalSteps = stages.reduce(0) { $0 + $1.steps.count }
  }

  package var isFinished: Bool { stages.isEmpty }

  /// The network that the next step needs; nil for a finished run.
  package var unet: UNet2DConditionModel? { stages.first?.unet }

  /// What the U-Net is asked at the next step.
  package struct Input {
    /// `[rows, inChannels, height, width]`, of the U-Net's type.
    package let rows: Tensor
    /// One for all of the rows.
    package let timestep: Float
    /// As many rows.
    package let conditioning: Conditioning
  }

  /// Nil for a finished run.
  package func nextInput() throws(TorchError) -> Input? {
    guard let stage = stages.first else { return nil }
    var sample = try stage.sampler.modelInput(latents, step: position)
    if let extra = stage.extraChannels { sample = try Tensor.cat([sample, extra], dim: 1) }
    sample = try sample.to(dtype: stage.unet.dtype)
    return Input(
      rows: stage.guidance.isOn ? try Tensor.cat([sample, sample], dim: 0) : sample,
      timestep: stage.sampler.timesteps[position], conditioning: stage.conditioning)
  }

  /// Takes the step that `nextInput` was for. A finished run stays as it is.
  ///
  /// - Parameter prediction: what the U-Net answered, as many rows.
  package func take(_ prediction: Tensor) throws(TorchError) {
    guard let stage = stages.first else { return }
    let sampler = stage.sampler
    let prediction = try prediction.to(dtype: .float32)
    let output = stage.guidance.isOn ? try stage.guidance.combine(prediction) : prediction
    if keepsClean {
      let believed = try sampler.clean(latents, output: output, step: position)
      clean = try stage.region?.restored(in: believed, sampler, before: nil) ?? believed
    } else {
      clean = nil
    }
    let next = try sampler.advance(latents, output: output, step: position) { () throws(TorchError) in
      try Tensor.randn(shape: latents.shape, generator: generator).to(device: latents.device)
    }
    position += 1
    latents = try stage.region?.restored(in: next, sampler, before: position < sampler.steps ? position : nil) ?? next
    step += 1
    if position == stage.steps.upperBound {
      stages = stages.dropFirst()
      position = stages.first?.steps.lowerBound ?? 0
    }
  }
}
