import LorikeetAPI
import RPC
import Testing

@testable import lorikeet

@Suite("Following jobs")
struct WatchTests {
  func snapshot(_ state: JobState, step: Int32 = 0, sequence: Int64 = 0) -> WatchTuneResponse {
    .with {
      $0.payload = .snapshot(
        .with {
          ($0.name, $0.state, $0.lastSequence) = ("cat", state, sequence)
          if step > 0 { $0.progress = .with { ($0.step, $0.totalSteps) = (step, 100) } }
        })
    }
  }

  func event(_ sequence: Int64, _ payload: TuneEvent.Payload) -> WatchTuneResponse {
    .with { $0.payload = .event(.with { ($0.sequence, $0.payload) = (sequence, payload) }) }
  }

  @Test("a tune's life in a pipe is readable line by line")
  func life() throws {
    let capture = Capture()
    let display = ProgressDisplay(capture.console(.plain))
    var shown = TuneWatch.Shown()
    let progress = TuneProgress.with {
      ($0.step, $0.totalSteps, $0.loss, $0.learningRate, $0.imagesPerSecond) = (50, 100, 0.0821, 1e-4, 12.34)
      $0.timeLeft = .with { $0.seconds = 42 }
    }
    var done = Tune.with {
      ($0.name, $0.state, $0.progress) = ("cat", .succeeded, .with { ($0.step, $0.totalSteps) = (100, 100) })
      $0.result = .with {
        $0.loraAsset = "asset_9"
        $0.rejectedImages = [.with { ($0.asset, $0.reason) = ("asset_2", "not a picture") }]
      }
    }
    done.progress?.loss = 0.05
    let messages = [
      snapshot(.pending, sequence: 1), event(2, .state(.with { $0.state = .running })), event(3, .progress(progress)),
      event(4, .warning("caption 3 lacks the trigger word")),
      event(5, .preview(.with { ($0.step, $0.prompt, $0.asset) = (50, "a cat", "asset_7") })), event(6, .state(done)),
    ]
    let ended = messages.compactMap { shown.take($0, display: display) }
    #expect(ended == [done] && shown.sequence == 6)
    #expect(
      capture.text == """
        waiting for a backend
        preparing
        training 50%, step 50/100, loss 0.0821, 12.3 images/s, 0:42 left, lr 1e-04
        warning: caption 3 lacks the trigger word
        preview at step 50: asset_7  a cat
        training 100%, step 100/100, loss 0.05, 0 images/s, lr 0
        warning: asset_2 was not used: not a picture
        lora: asset_9

        """)
  }

  @Test("a tune that goes back to waiting says why; an end of any kind ends the watch")
  func otherEnds() {
    let capture = Capture()
    let display = ProgressDisplay(capture.console(.plain))
    var shown = TuneWatch.Shown()
    #expect(shown.take(snapshot(.running, step: 10), display: display) == nil)
    #expect(shown.take(event(1, .state(.with { $0.state = .pending })), display: display) == nil)
    #expect(capture.text.contains("the backend was lost"))
    #expect(shown.take(snapshot(.failed), display: display)?.state == .failed)
    #expect(shown.take(snapshot(.cancelled), display: nil)?.state == .cancelled)
    #expect(shown.take(WatchTuneResponse(), display: display) == nil)
  }

  @Test("a generation's events lead to images and an end")
  func generation() {
    let capture = Capture()
    var watch = GenerationWatch(display: ProgressDisplay(capture.console(.plain)))
    func take(_ sequence: Int64, _ payload: GenerationEvent.Payload) -> GenerationWatch.Step? {
      watch.take(.with { ($0.sequence, $0.payload) = (sequence, payload) })
    }
    #expect(take(1, .snapshot(.with { $0.state = .pending })) == nil)
    #expect(take(2, .queued(.with { $0.jobsAhead = 2 })) == nil)
    #expect(take(3, .progress(.with { ($0.step, $0.totalSteps, $0.stepsPerSecond) = (5, 20, 2.5) })) == nil)
    #expect(take(0, .preview(.init())) == nil && watch.sequence == 3)
    guard case .image(let image)? = take(4, .image(.with { $0.asset = "asset_1" })) else {
      Issue.record("no image")
      return
    }
    #expect(image.asset == "asset_1")
    guard case .ended(let ended)? = take(5, .summary(.with { $0.state = .succeeded })) else {
      Issue.record("no end")
      return
    }
    #expect(ended.state == .succeeded)
    #expect(capture.text == "waiting\ngenerating 25%, step 5/20, 2.5 steps/s\n")
  }

  @Test("a generation's warnings, and why it waits, are noted once each")
  func notes() {
    let capture = Capture()
    var watch = GenerationWatch(display: ProgressDisplay(capture.console(.plain)))
    let waiting = Generation.with { ($0.state, $0.stateReason) = (.pending, "waits for a backend with 1.0") }
    for _ in 0..<2 { _ = watch.take(.with { $0.payload = .snapshot(waiting) }) }
    _ = watch.take(.with { $0.payload = .warning("the mask is empty") })
    let ended = Generation.with { ($0.state, $0.warnings) = (.succeeded, ["the mask is empty", "a LoRA fits half"]) }
    guard case .ended(ended)? = watch.take(.with { $0.payload = .summary(ended) }) else {
      Issue.record("no end")
      return
    }
    #expect(
      capture.text == """
        waits for a backend with 1.0
        waiting
        warning: the mask is empty
        warning: a LoRA fits half

        """)
    let details = GenerationView.details(ended).rendered(style: .plain)
    #expect(details.contains("warning\tthe mask is empty\n") && details.contains("warning\ta LoRA fits half\n"))
  }

  @Test("a lost connection is tried again as long as there was life, and only then")
  func reconnecting() async throws {
    let patient = Reconnecting(patience: .seconds(86_400), pause: .zero)
    var attempts = 0
    var losses = 0
    let result = try await patient.run { _ in
      losses += 1
    } _: { heard in
      attempts += 1
      if attempts < 4 {
        if attempts == 1 { heard() }
        throw RPCError(.unavailable, "gone")
      }
      return "end"
    }
    #expect(result == "end" && attempts == 4 && losses == 3)

    var first = 0
    await #expect(throws: RPCError.self) {
      try await patient.run { _ in
      } _: { _ in
        first += 1
        throw RPCError(.unavailable, "never there")
      }
    }
    #expect(first == 1)

    var other = 0
    await #expect(throws: RPCError.self) {
      try await patient.run { _ in
      } _: { heard in
        heard()
        other += 1
        throw RPCError(.notFound, "deleted")
      }
    }
    #expect(other == 1)

    await #expect(throws: RPCError.self) {
      try await Reconnecting(patience: .zero, pause: .zero).run { _ in
      } _: { heard in
        heard()
        throw RPCError(.unavailable, "gone for good")
      }
    }
  }
}
