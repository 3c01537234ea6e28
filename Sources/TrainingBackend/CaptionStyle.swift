/// How a caption is varied from use to use.
struct CaptionStyle {
  let trigger: String
  let shuffles: Bool
  /// Parts at the start that stay where they are.
  let keepTokens: Int
  /// The share replaced by the empty caption.
  let dropout: Double

  init(_ settings: TrainingSettings, trigger: String) {
    self.trigger = trigger
    shuffles = settings.shuffleCaptions
    keepTokens = settings.keepTokens
    dropout = settings.captionDropout
  }

  /// - Parameters:
  ///   - coin: 0..<1, whether it is dropped.
  ///   - seed: of the order.
  func varied(_ caption: String, coin: Double, seed: UInt64) -> String {
    if coin < dropout { return "" }
    return shuffles ? shuffled(caption, seed: seed) : caption
  }

  /// The comma-separated parts in another order. The first ones stay, and so does the part with the trigger word.
  private func shuffled(_ caption: String, seed: UInt64) -> String {
    var parts = caption.split(separator: ",").map(Captions.trimmed).filter { !$0.isEmpty }
    let places = parts.indices.filter { index in
      index >= keepTokens && (trigger.isEmpty || Captions.withTrigger(parts[index], trigger: trigger).changed)
    }
    var generator = SplitMix(state: seed)
    let order = places.shuffled(using: &generator)
    let moved = order.map { parts[$0] }
    for (place, part) in zip(places, moved) { parts[place] = part }
    return parts.joined(separator: ", ")
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return StepRandomness.mix(state)
  }
}
