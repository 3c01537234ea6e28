/// Counts denoising steps and their pace. The steps of images that an earlier run finished are done, but say nothing
/// of this run's pace.
struct StepMeter {
  private let finished: Int
  private let pending: Int
  private var done = 0
  private let begun = ContinuousClock.now

  init(finished: Int, pending: Int) {
    self.finished = finished
    self.pending = pending
  }

  mutating func advance() -> SamplingProgress {
    done += 1
    let elapsed = (ContinuousClock.now - begun).components
    let seconds = max(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, 1e-9)
    let pace = Double(done) / seconds
    return SamplingProgress(
      step: finished + done, totalSteps: finished + pending, stepsPerSecond: pace,
      secondsLeft: Double(pending - done) / pace)
  }
}
