import ModelFiles
import Testing

@Suite("Style presets")
struct StylePresetTests {
  @Test("names are in order, each once, and all is said of each")
  func names() {
    let names = StylePresets.all.map(\.name)
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z0-9-]+/) != nil })
    for preset in StylePresets.all {
      #expect(preset.prompt.split(separator: "{prompt}", omittingEmptySubsequences: false).count == 2, "\(preset.name)")
      #expect(!preset.negativePrompt.isEmpty)
    }
  }

  @Test("a preset puts its words around the prompts, which stay as they are")
  func apply() throws {
    let preset = try #require(StylePresets.named("line-art"))
    let (prompt, negative) = preset.apply(prompt: "a (red:1.2) {prompt} bird", negativePrompt: "frame")
    #expect(prompt == preset.prompt.replacing("{prompt}", with: "a (red:1.2) {prompt} bird", maxReplacements: 1))
    #expect(prompt.hasPrefix("line drawing of a (red:1.2) {prompt} bird, fine black ink"))
    #expect(negative == "frame, \(preset.negativePrompt)")
  }

  @Test("without prompts a preset's words stand alone")
  func alone() throws {
    let neon = try #require(StylePresets.named("neon"))
    #expect(neon.apply(prompt: "", negativePrompt: "").prompt.hasPrefix("at night, neon signs"))
    #expect(neon.apply(prompt: "", negativePrompt: "").negativePrompt == neon.negativePrompt)
    #expect(StylePresets.named("none of these") == nil)
  }
}
