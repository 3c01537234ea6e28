import LorikeetAPI
import ModelFiles
import SamplingBackend

extension GenerationJob {
  /// The prompts as they are encoded: with the style preset's words.
  static func setPrompts(of request: inout SamplingRequest, _ settings: GenerationSettings) throws(InputError) {
    (request.prompt, request.negativePrompt) = (settings.prompt, settings.negativePrompt)
    request.prompt2 = settings.prompt2.isEmpty ? nil : settings.prompt2
    request.negativePrompt2 = settings.negativePrompt2.isEmpty ? nil : settings.negativePrompt2
    guard !settings.stylePreset.isEmpty else { return }
    guard let style = StylePresets.named(settings.stylePreset) else {
      throw .invalid("this backend does not know the style preset \"\(settings.stylePreset)\"; update it")
    }
    // What the second encoder reads follows the first where it is left out.
    request.prompt2 = request.prompt2.map { style.apply(prompt: $0, negativePrompt: "").prompt }
    request.negativePrompt2 = request.negativePrompt2.map { style.apply(prompt: "", negativePrompt: $0).negativePrompt }
    (request.prompt, request.negativePrompt) = style.apply(
      prompt: request.prompt, negativePrompt: request.negativePrompt)
  }
}
