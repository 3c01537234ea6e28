import Foundation

extension TrainingSettings.Schedule {
  /// The factor on the peak rate; `progress` runs from 0 after the warm-up towards 1 at the end.
  func factor(_ progress: Double, cycles: Int) -> Double {
    switch self {
    case .constant: 1
    case .linear: 1 - progress
    case .cosine: 0.5 * (1 + cos(.pi * progress))
    case .cosineWithRestarts:
      0.5 * (1 + cos(.pi * (Double(cycles) * progress).truncatingRemainder(dividingBy: 1)))
    }
  }
}
