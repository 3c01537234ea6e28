import LorikeetAPI
import Protobuf
import Synchronization
import TrainingBackend

/// What a tune takes, from what it tells.
final class UsageMeter: Sendable {
  private struct State {
    var first: ContinuousClock.Instant?
    var last: ContinuousClock.Instant?
    /// After the first.
    var steps = 0
  }

  private let begun = ContinuousClock.now
  private let state = Mutex(State())

  func take(_ event: TrainingEvent) {
    guard case .progress = event else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      // The first step warms caches and says little of the others.
      if state.first == nil { state.first = now } else { state.steps += 1 }
      state.last = now
    }
  }

  func usage(peakMemory: Int) -> TuneUsage {
    var usage = TuneUsage()
    usage.peakMemoryBytes = Int64(peakMemory)
    usage.duration = GoogleProtobufDuration(ContinuousClock.now - begun)
    let state = state.withLock { $0 }
    if state.steps > 0, let first = state.first, let last = state.last {
      let taken = (last - first).components
      usage.secondsPerStep = (Double(taken.seconds) + Double(taken.attoseconds) * 1e-18) / Double(state.steps)
    }
    return usage
  }
}
