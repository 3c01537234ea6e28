import LorikeetAPI
import RPC

/// Shows the events of a generation.
struct GenerationWatch {
  let display: ProgressDisplay?
  private(set) var sequence: Int64 = 0
  /// Why it waits, where that was said.
  private var reason = ""
  private var warnings: Set<String> = []

  init(display: ProgressDisplay?) { self.display = display }

  enum Step {
    case image(GeneratedImage)
    case ended(Generation)
  }

  /// Shows one event. Returns what the caller has to act on.
  mutating func take(_ event: GenerationEvent) -> Step? {
    sequence = max(sequence, event.sequence)
    switch event.payload {
    case .snapshot(let generation), .state(let generation): return take(generation)
    case .queued(let queued):
      display?.show(
        ProgressLine(
          label: "waiting", facts: queued.jobsAhead > 0 ? ["\(Format.count(Int(queued.jobsAhead), "job")) ahead"] : []))
    case .progress(let progress): display?.show(Self.line(progress))
    case .image(let image): return .image(image)
    case .warning(let text): warn(text)
    case .summary(let generation): return take(generation)
    case .preview, nil: break
    }
    return nil
  }

  /// Those of a snapshot may have been shown before a connection was lost.
  private mutating func warn(_ text: String) {
    if warnings.insert(text).inserted { display?.note("warning: \(text.printable)") }
  }

  private mutating func take(_ generation: Generation) -> Step? {
    for warning in generation.warnings { warn(warning) }
    if generation.state == .pending, !generation.stateReason.isEmpty, generation.stateReason != reason {
      reason = generation.stateReason
      display?.note(reason.printable)
    }
    if generation.state.isFinal { return .ended(generation) }
    if let progress = generation.progress, progress.step > 0 {
      display?.show(Self.line(progress))
    } else {
      display?.show(ProgressLine(label: generation.state == .running ? "preparing" : "waiting"))
    }
    return nil
  }

  static func line(_ progress: GenerationProgress) -> ProgressLine {
    var facts = ["step \(progress.step)/\(progress.totalSteps)"]
    if progress.stepsPerSecond > 0 { facts.append("\(Format.number(progress.stepsPerSecond)) steps/s") }
    if let left = Format.timeLeft(progress.timeLeft) { facts.append(left) }
    return ProgressLine(
      label: "generating", fraction: progress.totalSteps > 0 ? Double(progress.step) / Double(progress.totalSteps) : 0,
      facts: facts)
  }
}
