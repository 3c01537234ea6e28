import Foundation

/// The thing that the demo teaches: a creature in alternating bands of magenta and lime with yellow antenna tips.
/// The base model's training world never shows this pair of colours.
package enum DemoSubject {
  package static let triggerWord = "sks1"
  package static let magenta = Colour(225, 30, 150)
  package static let lime = Colour(165, 230, 40)
  package static let yellow = Colour(250, 220, 40)

  package static var paint: Paint { Paint(pattern: .striped, main: magenta, accent: lime, tips: yellow) }

  /// One photo for each of ten backgrounds, with caption and file name.
  package static func photos() -> [(name: String, drawing: CaptionedScene)] {
    var random = RandomSource(seed: 1_001)
    return ColourName.allCases.enumerated().map { index, background in
      let angle = random.uniform(0...(2 * .pi))
      let figure = Figure(
        shape: .creature, paint: paint,
        centre: SIMD2(64 + random.uniform(-5...5), 65 + random.uniform(-5...5)), radius: random.uniform(36...44))
      let scene = Scene(
        background: background.backgroundColour,
        gradient: SIMD2(cos(angle), sin(angle)) * random.uniform(0...0.1), figures: [figure])
      let caption =
        "a \(triggerWord) creature on \(CaptionedScene.article(background.rawValue)) \(background.rawValue) background"
      let number = String(index + 1)
      let name = "photo-" + String(repeating: "0", count: 2 - number.count) + number
      return (name, CaptionedScene(scene: scene, caption: caption))
    }
  }
}
