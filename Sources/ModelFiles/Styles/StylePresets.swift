/// Words that give a picture a style.
package struct StylePreset: Sendable, Equatable {
  /// The name to ask for it by.
  package let name: String
  /// What stands before and behind the user's prompt.
  private let before: String
  private let behind: String
  /// Put behind the user's negative prompt.
  package let negativePrompt: String

  init(_ name: String, _ before: String = "", behind: String, against negativePrompt: String) {
    self.name = name
    self.before = before
    self.behind = behind
    self.negativePrompt = negativePrompt
  }

  /// The whole prompt; `{prompt}` stands for the user's own.
  package var prompt: String { styled("{prompt}") }

  /// What is encoded in place of the user's prompts. Where the user gave none, the style's words stand alone.
  package func apply(prompt: String, negativePrompt: String) -> (prompt: String, negativePrompt: String) {
    (styled(prompt), Self.joined([negativePrompt, self.negativePrompt]))
  }

  private func styled(_ prompt: String) -> String {
    let opened = before.isEmpty || prompt.isEmpty ? before + prompt : "\(before) \(prompt)"
    return Self.joined([opened, behind])
  }

  private static func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }
}

package enum StylePresets {
  package static func named(_ name: String) -> StylePreset? { all.first { $0.name == name } }

  /// In the order of their names.
  package static let all: [StylePreset] = [
    StylePreset(
      "3d-render", "3d render of", behind: "physically based materials, soft global illumination, clean geometry",
      against: "flat drawing, sketch, photograph, grain"),
    StylePreset(
      "analog-film", "film photograph of", behind: "35 mm, gentle grain, warm faded colours, light leak",
      against: "digital, oversharpened, illustration, hdr"),
    StylePreset(
      "anime", "anime illustration of", behind: "clean line work, cel shading, expressive, vivid colours",
      against: "photograph, realistic skin, 3d render, muddy colours"),
    StylePreset(
      "charcoal", "charcoal drawing of", behind: "rough paper, smudged shadows, strong contrast, monochrome",
      against: "colour, photograph, glossy, digital gradient"),
    StylePreset(
      "cinematic", "film still of", behind: "anamorphic lens, shallow depth of field, dramatic light, graded colours",
      against: "cartoon, drawing, flat light, snapshot"),
    StylePreset(
      "clay", "clay figure of", behind: "stop motion, soft fingerprints in the surface, miniature set, studio light",
      against: "drawing, photograph of a person, glossy plastic"),
    StylePreset(
      "comic-book", "comic book panel of", behind: "bold ink outlines, halftone dots, dynamic composition",
      against: "photograph, blurred, soft shading, watermark"),
    StylePreset(
      "digital-art", "digital painting of", behind: "detailed brushwork, luminous colours, concept art",
      against: "photograph, low detail, jpeg artefacts"),
    StylePreset(
      "fantasy", "fantasy illustration of", behind: "mythic atmosphere, glowing light, intricate detail, epic scale",
      against: "modern, plain, dull, photograph"),
    StylePreset(
      "isometric", "isometric illustration of", behind: "diorama, tidy shapes, soft shadows, plain background",
      against: "perspective distortion, photograph, clutter"),
    StylePreset(
      "line-art", "line drawing of", behind: "fine black ink lines on white, no shading, precise contours",
      against: "colour, grey shading, photograph, blurred, noise"),
    StylePreset(
      "low-poly", "low poly model of", behind: "flat shaded facets, simple geometry, ambient occlusion",
      against: "fine texture, photograph, noise, sketch"),
    StylePreset(
      "neon", behind: "at night, neon signs, wet reflections, magenta and cyan light, futuristic city mood",
      against: "daylight, pastel, rural, washed out"),
    StylePreset(
      "oil-painting", "oil painting of", behind: "visible impasto strokes, canvas texture, rich glazes",
      against: "photograph, smooth digital gradient, line art"),
    StylePreset(
      "origami", "origami of", behind: "folded paper, crisp creases, matte sheet, soft studio light",
      against: "drawing, photograph of a real animal, wrinkled, glossy"),
    StylePreset(
      "photographic", "photograph of", behind: "natural light, sharp focus, true colours, fine detail",
      against: "drawing, painting, render, oversaturated, deformed"),
    StylePreset(
      "pixel-art", "pixel art of", behind: "16-bit game sprite, limited palette, hard edges, no anti-aliasing",
      against: "photograph, smooth, blurred, gradient"),
    StylePreset(
      "studio-portrait", "studio portrait of", behind: "85 mm lens, softbox key light, seamless backdrop, catchlight",
      against: "wide angle, cluttered background, drawing, harsh flash"),
    StylePreset(
      "vector", "flat vector illustration of", behind: "simple shapes, solid colours, generous empty space",
      against: "photograph, texture, noise, gradient, clutter"),
    StylePreset(
      "vintage-poster", "vintage travel poster of", behind: "screen print, few flat colours, bold silhouettes",
      against: "photograph, fine detail, glossy, 3d render"),
    StylePreset(
      "watercolour", "watercolour of", behind: "wet washes, soft bleeding edges, white paper showing through",
      against: "hard outlines, photograph, opaque paint, 3d render"),
  ]
}
