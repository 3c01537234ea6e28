import Images
import StableDiffusion

extension LoRATrainer {
  /// A prompt that cannot be read fails the run at once, and not when its first picture is due.
  ///
  /// - Throws: `PromptError`.
  func checkPrompts() throws {
    let settings = plan.settings
    if settings.previewInterval > 0 {
      for template in settings.previewPrompts { _ = try PromptSyntax.parse(previewPrompt(template)) }
    }
    if let prior = settings.priorPreservation { _ = try PromptSyntax.parse(prior.classPrompt) }
  }

  private func previewPrompt(_ template: String) -> String {
    template.replacing("{trigger}", with: plan.triggerWord)
  }

  /// Stopped amid the previews, the step itself is done; the run that goes on owes its previews.
  func showOwedPreviews(_ state: inout TrainingState, _ adapters: TrainableAdapters) throws {
    guard state.owesPreviews else { return }
    try adapters.withResult { try preview(step: state.step) }
    state.owesPreviews = false
  }

  /// The same seed at every step: what changes from one preview to the next is the adapter.
  private func preview(step: Int) throws {
    let sampler = try SamplerCatalog.named("dpmpp_2m_karras"), side = plan.settings.resolution
    for (index, template) in plan.settings.previewPrompts.enumerated() {
      let prompt = previewPrompt(template)
      let request = ImageSynthesizer.Request(
        prompt: prompt, sampler: sampler, steps: 20, guidance: Guidance(scale: 7.5), width: side, height: side)
      let seed = randomness.derive(.preview, index)
      let pictures = try ImageSynthesizer(checkpoint).images(request, seeds: [seed]) { _ in try cancellation.check() }
      for pixels in pictures {
        try onEvent(
          .preview(step: step, prompt: prompt, image: PixelImage(width: side, height: side, pixels: pixels)))
      }
    }
  }
}
