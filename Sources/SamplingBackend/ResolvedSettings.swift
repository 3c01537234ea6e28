import StableDiffusion

/// What a request may leave to its checkpoints and its sampler, as it was chosen. Asked for, it makes the same pixels.
package struct ResolvedSettings: Sendable, Equatable {
  /// In pixels.
  package let width: Int
  package let height: Int
  package let guidanceRescale: Double
  /// The text encoders' layer that was read, from the end; nil: another one of each checkpoint.
  package let clipSkip: Int?
  /// How noise levels are spread, and which timesteps are visited. No spacing: the sampler chose them itself, or each
  /// checkpoint has another one.
  package let sampler: SamplerOptions

  /// - Parameters:
  ///   - request: what was asked for.
  ///   - checkpoints: the first model, and the refiner where there is one.
  init(
    _ request: SamplingRequest, width: Int, height: Int, guidanceRescale: Double, sampler: SamplerDescriptor,
    checkpoints: [StableDiffusionCheckpoint]
  ) {
    // Asked for, a value would be that of both models: what they choose differently has to stay open.
    func agreed<Choice: Equatable>(_ choose: (StableDiffusionCheckpoint) -> Choice?) -> Choice? {
      let choices = checkpoints.map(choose)
      return choices.allSatisfy { $0 == choices.first } ? choices.first ?? nil : nil
    }
    func options(_ checkpoint: StableDiffusionCheckpoint) -> SamplerOptions {
      sampler.resolved(request.samplerOptions, for: checkpoint.schedulerConfiguration)
    }
    (self.width, self.height, self.guidanceRescale) = (width, height, guidanceRescale)
    clipSkip = request.clipSkip ?? agreed { $0.family.isXL ? 2 : 1 }
    self.sampler = SamplerOptions(
      sigmaSchedule: agreed { options($0).sigmaSchedule }, spacing: agreed { options($0).spacing })
  }
}
