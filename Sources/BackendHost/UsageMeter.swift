import LorikeetAPI
import Protobuf
import Synchronization
import TrainingBackend

/// What a tune takes, from what it tells.
final class UsageMeter: Sendable {
  private struct State {
    var sawFirst = false
    /// After the first.
    var steps = 0
    /// Of these steps by themselves: what is made and saved between them is not theirs.
    var seconds = 0.0
  }

  private let begun = ContinuousClock.now
  private let state = Mutex(State())

  func take(_ event: TrainingEvent) {
    guard case .progress(let progress) = event else { return }
    state.withLock { state in
      // The first step warms caches and says little of the others.
      guard state.sawFirst else {
        state.sawFirst = true
        return
      }
      state.steps += 1
      state.seconds += progress.stepSeconds
    }
  }

  func usage(peakMemory: Int) -> TuneUsage {
    var usage = TuneUsage()
    usage.peakMemoryBytes = Int64(peakMemory)
    usage.duration = GoogleProtobufDuration(ContinuousClock.now - begun)
    let state = state.withLock { $0 }
    if state.steps > 0 { usage.secondsPerStep = state.seconds / Double(state.steps) }
    return usage
  }
}
