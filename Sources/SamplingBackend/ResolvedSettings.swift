import StableDiffusion

/// What a request may leave to its checkpoint and its sampler, as it was chosen. Asked for, it makes the same pixels.
package struct ResolvedSettings: Sendable, Equatable {
  /// In pixels.
  package let width: Int
  package let height: Int
  package let guidanceRescale: Double
  /// The text encoder's layer that was read, from the end.
  package let clipSkip: Int
  /// How noise levels are spread, and which timesteps are visited where the sampler does not choose them itself.
  package let sampler: SamplerOptions

  /// - Parameter request: with its size filled in.
  init(
    _ request: SamplingRequest, width: Int, height: Int, guidanceRescale: Double, sampler: SamplerDescriptor,
    checkpoint: StableDiffusionCheckpoint
  ) {
    (self.width, self.height, self.guidanceRescale) = (width, height, guidanceRescale)
    clipSkip = request.clipSkip ?? (checkpoint.family.isXL ? 2 : 1)
    self.sampler = sampler.resolved(request.samplerOptions, for: checkpoint.schedulerConfiguration)
  }
}
