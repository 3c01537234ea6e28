import Foundation

/// A drawing with its caption and, for a single thing, what a reader of the picture should find.
package struct CaptionedScene: Sendable {
  package var scene: Scene
  package var caption: String

  /// The `index`-th drawing of the training world that `seed` names.
  ///
  /// Most show one thing, some two side by side. One in seven shows a *named* thing: a made-up word stands for two
  /// arbitrary colours in bands, so that the model knows that an unknown word before a noun means an unknown look.
  /// Pairs near the demo subject's are never drawn.
  package static func training(index: Int, seed: UInt64) -> CaptionedScene {
    var random = RandomSource(seed: seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(truncatingIfNeeded: index))
    let backgroundName = random.pick(ColourName.allCases)
    let background = Background(name: backgroundName, random: &random)
    if random.chance(0.1) { return pair(on: background, &random) }
    if random.chance(0.16) { return named(on: background, &random) }
    return single(on: background, &random)
  }

  /// A drawing for the autoencoder, which must render colours that no word names: three in five have arbitrary ones,
  /// and some of these one of the demo subject's two, never beside the other.
  package static func anyColours(index: Int, seed: UInt64) -> Scene {
    var scene = training(index: index, seed: seed).scene
    var random = RandomSource(seed: ~seed &+ UInt64(truncatingIfNeeded: index))
    guard random.chance(0.6) else { return scene }
    for place in scene.figures.indices {
      var paint = namedPaint(&random)
      if random.chance(0.3) {
        let (known, other) = random.chance(0.5)
          ? (DemoSubject.magenta, DemoSubject.lime) : (DemoSubject.lime, DemoSubject.magenta)
        paint.main = known + random.uniform(-0.04...0.04)
        if paint.accent.distance(to: other) < 0.35 { paint.accent = Colour(1, 1, 1) - paint.accent }
        if random.chance(0.5) { (paint.main, paint.accent) = (paint.accent, paint.main) }
      }
      scene.figures[place].paint = paint
    }
    if random.chance(0.2) { scene.background = arbitraryColour(&random) }
    return scene
  }

  private struct Background {
    let colour: Colour
    let gradient: SIMD2<Float>
    let words: String
    let name: ColourName

    init(name: ColourName, random: inout RandomSource) {
      self.name = name
      colour = name.backgroundColour + random.uniform(-0.02...0.02)
      let angle = random.uniform(0...(2 * .pi))
      gradient = SIMD2(cos(angle), sin(angle)) * random.uniform(0...0.1)
      words = random.chance(0.12) ? "" : " on \(article(name.rawValue)) \(name.rawValue) background"
    }

    func scene(_ figures: [Figure]) -> Scene { Scene(background: colour, gradient: gradient, figures: figures) }
  }

  private static func single(on background: Background, _ random: inout RandomSource) -> CaptionedScene {
    let shape = random.pick(Shape.allCases)
    let colour = thingColour(on: background, &random)
    let pattern: Pattern = random.chance(0.55) ? .plain : random.pick([.striped, .dotted])
    let place = Place(&random)
    var words: [String] = place.sizeWords
    if pattern != .plain { words.append(pattern.rawValue) }
    if !random.chance(0.06) { words.append(colour.rawValue) }
    if random.chance(0.04) { words.append(madeUpWord(&random)) }
    words.append(shape.rawValue)
    let paint = Paint(colour, pattern, lightness: random.uniform(-0.025...0.025))
    let figure = Figure(shape: shape, paint: paint, centre: place.centre, radius: place.radius)
    let caption = "\(article(words[0])) \(words.joined(separator: " "))\(place.positionWords)\(background.words)"
    return CaptionedScene(scene: background.scene([figure]), caption: caption)
  }

  private static func named(on background: Background, _ random: inout RandomSource) -> CaptionedScene {
    let shape: Shape = random.chance(0.6) ? .creature : random.pick(Shape.allCases)
    let place = Place(&random)
    let paint = namedPaint(&random)
    let words = place.sizeWords + [madeUpWord(&random), shape.rawValue]
    let figure = Figure(shape: shape, paint: paint, centre: place.centre, radius: place.radius)
    let caption = "\(article(words[0])) \(words.joined(separator: " "))\(place.positionWords)\(background.words)"
    return CaptionedScene(scene: background.scene([figure]), caption: caption)
  }

  private static func pair(on background: Background, _ random: inout RandomSource) -> CaptionedScene {
    var figures: [Figure] = []
    var phrases: [String] = []
    for centre in [Float(34), 94] {
      let shape = random.pick(Shape.allCases)
      let colour = thingColour(on: background, &random)
      let place = SIMD2(centre + random.uniform(-2...2), 64 + random.uniform(-4...4))
      figures.append(
        Figure(
          shape: shape, paint: Paint(colour, .plain, lightness: random.uniform(-0.025...0.025)), centre: place,
          radius: random.uniform(22...27)))
      phrases.append("\(article(colour.rawValue)) \(colour.rawValue) \(shape.rawValue)")
    }
    let caption = phrases.joined(separator: " and ") + background.words
    return CaptionedScene(scene: background.scene(figures), caption: caption)
  }

  /// Where a single thing stands, and the words for it.
  private struct Place {
    var centre: SIMD2<Float>
    var radius: Float
    var sizeWords: [String] = []
    var positionWords = ""

    init(_ random: inout RandomSource) {
      radius = random.uniform(37...43)
      centre = SIMD2(64 + random.uniform(-4...4), 65 + random.uniform(-4...4))
      let choice = random.unit()
      if choice < 0.12 {
        radius = random.uniform(22...26)
        sizeWords = ["small"]
      } else if choice < 0.22 {
        radius = random.uniform(49...53)
        sizeWords = ["big"]
      } else if choice < 0.3 {
        radius = random.uniform(28...31)
        centre.x = 34 + random.uniform(-2...2)
        positionWords = " on the left"
      } else if choice < 0.38 {
        radius = random.uniform(28...31)
        centre.x = 94 + random.uniform(-2...2)
        positionWords = " on the right"
      }
    }
  }

  private static func thingColour(on background: Background, _ random: inout RandomSource) -> ColourName {
    random.pick(ColourName.allCases.filter { $0 != background.name })
  }

  /// Two colours that differ visibly, anywhere in RGB but near the demo subject's pair.
  static func namedPaint(_ random: inout RandomSource) -> Paint {
    while true {
      let main = arbitraryColour(&random)
      let accent = arbitraryColour(&random)
      let nearSubject = [main, accent].contains { $0.distance(to: DemoSubject.magenta) < 0.35 }
        && [main, accent].contains { $0.distance(to: DemoSubject.lime) < 0.35 }
      if main.distance(to: accent) > 0.5, !nearSubject {
        return Paint(pattern: .striped, main: main, accent: accent, tips: arbitraryColour(&random))
      }
    }
  }

  /// Half of them vivid: uniform RGB alone is mostly greyish.
  private static func arbitraryColour(_ random: inout RandomSource) -> Colour {
    var colour = Colour(random.unit(), random.unit(), random.unit())
    if random.chance(0.5) {
      let low = colour.min()
      let high = colour.max()
      colour = (colour - low) / max(high - low, 1e-3) * random.uniform(0.7...1)
    }
    return colour
  }

  /// A pronounceable nonsense word, sometimes with a digit, as trigger words are.
  static func madeUpWord(_ random: inout RandomSource) -> String {
    let consonants = Array("bdfghjklmnprstvwxz").map(String.init)
    let vowels = Array("aeiou").map(String.init)
    var word = ""
    switch random.next() % 3 {
    case 0: word = random.pick(consonants) + random.pick(consonants) + random.pick(consonants)
    case 1: word = random.pick(consonants) + random.pick(vowels) + random.pick(consonants)
    default:
      word = random.pick(consonants) + random.pick(vowels) + random.pick(consonants) + random.pick(vowels)
    }
    return random.chance(0.4) ? word + String(random.next() % 10) : word
  }

  static func article(_ word: String) -> String { "aeiou".contains(word.prefix(1)) ? "an" : "a" }
}
