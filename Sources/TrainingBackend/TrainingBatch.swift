import StableDiffusion
import Torch

/// What one forward and backward pass learns from, before noise is added.
struct TrainingBatch {
  /// As the U-Net sees them, `[batch, channels, height, width]`, float32.
  var latents: Tensor
  /// What is trained on, one for each image: after dropout and shuffling.
  var captions: [String]
  /// What each image was before it was scaled and cut, for the XL family.
  var sizes: [MicroConditioning]
  /// How much each image counts in the loss; nil: all the same.
  var sampleWeights: [Double]?
  /// How much each place counts in the loss, `[batch, 1, height, width]`, float32; nil: all the same.
  var pixelWeights: Tensor?
}

/// Where a run's batches come from.
protocol BatchSource {
  /// - Parameter number: counts batches from 0; a step takes as many as it accumulates gradients of. The batch is a
  ///   function of it and of the run's seed, so that a run that goes on sees what one that never stopped would have.
  func batch(_ number: Int) throws -> TrainingBatch
}
