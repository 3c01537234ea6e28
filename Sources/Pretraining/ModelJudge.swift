import Foundation
import Images
import StableDiffusion
import TinyWorld

/// Looks at what a finished model makes of prompts.
package struct ModelJudge {
  private let synthesizer: ImageSynthesizer

  /// - Parameter folder: a checkpoint in the diffusers layout.
  package init(folder: String) throws {
    synthesizer = ImageSynthesizer(try StableDiffusionCheckpoint(folder: folder, dtype: .float32))
  }

  /// The shares of prompts whose shape, colour and background are found in the picture.
  package struct Score: Sendable, CustomStringConvertible {
    package var shape = 0.0
    package var colour = 0.0
    package var background = 0.0
    package var prompts: Int

    package var description: String {
      String(
        format: "of %d prompts: shape %.0f %%, colour %.0f %%, background %.0f %%", prompts, shape * 100, colour * 100,
        background * 100)
    }
  }

  /// Prompts name a shape, a colour and another colour behind it, at random; the prompts are the same every time.
  package func score(prompts count: Int) throws -> Score {
    var random = RandomSource(seed: 77)
    let reader = AttributeReader()
    var score = Score(prompts: count)
    for index in 0..<count {
      let shape = random.pick(Shape.allCases)
      let colour = random.pick(ColourName.allCases)
      let background = random.pick(ColourName.allCases.filter { $0 != colour })
      let picture = try pictures(Self.prompt(shape, colour, background), seeds: [UInt64(index)])[0]
      guard let reading = reader.read(picture) else { continue }
      score.shape += reading.shape == shape ? 1 / Double(count) : 0
      score.colour += reading.colour == colour ? 1 / Double(count) : 0
      score.background += reading.background == background ? 1 / Double(count) : 0
    }
    return score
  }

  private static func prompt(_ shape: Shape, _ colour: ColourName, _ background: ColourName) -> String {
    func article(_ word: ColourName) -> String { word == .orange ? "an" : "a" }
    return "\(article(colour)) \(colour) \(shape) on \(article(background)) \(background) background"
  }

  /// Prompts that show what the model can do, four pictures each, as a PNG.
  package func sampleGrid() throws -> Data {
    let prompts = [
      "a red circle on a white background", "a blue star on a yellow background",
      "a striped purple fish on a cyan background", "a dotted green house on a pink background",
      "a small orange heart on a black background", "a yellow creature on a blue background",
      "a sks1 creature on a green background", "a black cross and a pink ring on a white background",
    ]
    let rows = try prompts.map { prompt in
      try pictures(prompt, seeds: [1, 2, 3, 4]).map {
        PixelImage(width: $0.width, height: $0.height, pixels: $0.pixels)
      }
    }
    return Data(try Images.encode(Images.grid(rows, rowCaptions: prompts, cellSize: Scene.size), as: .png))
  }

  private func pictures(_ prompt: String, seeds: [UInt64]) throws -> [Picture] {
    let request = ImageSynthesizer.Request(
      prompt: prompt, sampler: try SamplerCatalog.named("dpmpp_2m_karras"), steps: 16,
      guidance: Guidance(scale: 4), width: Scene.size, height: Scene.size)
    return try synthesizer.images(request, seeds: seeds).map {
      Picture(width: Scene.size, height: Scene.size, pixels: $0)
    }
  }
}
