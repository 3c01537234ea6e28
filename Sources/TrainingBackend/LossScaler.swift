/// What the loss is multiplied with in float16, so that small gradients do not vanish on their way back (Micikevicius
/// et al., arXiv 1710.03740). The numbers are those of PyTorch's GradScaler.
struct LossScaler: Sendable, Codable, Equatable {
  private(set) var scale = 65_536.0
  /// Steps since it last changed.
  private(set) var steadySteps = 0

  /// How many steps in a row have to be sound before more is tried.
  static let growthInterval = 2000

  /// Whether a run could have come to these numbers.
  var isPlausible: Bool {
    scale > 0 && scale <= 0x1p32 && (0..<Self.growthInterval).contains(steadySteps)
  }

  /// After each step: an overflow halves the scale, a long time without one doubles it.
  mutating func update(overflowed: Bool) {
    if overflowed {
      scale /= 2
      steadySteps = 0
      return
    }
    steadySteps += 1
    guard steadySteps == Self.growthInterval else { return }
    // Beyond this the scaled loss itself would leave float32's range one day.
    scale = min(scale * 2, 0x1p32)
    steadySteps = 0
  }
}
