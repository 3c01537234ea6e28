/// Seconds a step, over about the last twenty.
struct TrainingPace {
  private(set) var secondsPerStep = 0.0
  /// Of the last step alone.
  private(set) var lastSeconds = 0.0
  private var steps = 0

  mutating func add(_ duration: Duration) {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    lastSeconds = seconds
    // The first step warms caches and says little of the others: the second replaces it.
    steps += 1
    let weight = steps <= 2 ? 1 : max(1 / Double(steps - 1), 0.05)
    secondsPerStep = max(secondsPerStep + weight * (seconds - secondsPerStep), 1e-9)
  }
}
