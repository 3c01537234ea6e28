import LorikeetAPI
import Protobuf
import RPC
import Testing

@testable import Service

@Suite("Looking at a tune before it is made", .timeLimit(.minutes(2)))
struct InspectionTests {
  let service: ServiceUnderTest

  init() async throws { service = try await .withPhoto() }

  private func tune(images: [String] = ["photo"]) -> Tune {
    .with {
      $0.triggerWord = "zorp"
      $0.images = images.map { image in .with { $0.asset = image } }
    }
  }

  private func masked(by mask: String) -> Tune {
    var tune = self.tune()
    tune.images[0].mask = mask
    return tune
  }

  private func lint(_ tune: Tune) async throws -> LintTuneResponse {
    try await service.tunes.lintTune(.with { $0.tune = tune })
  }

  @Test("a training backend answers beside its job, and nothing is made of the question")
  func lintBesideAJob() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    _ = try await backend.assignment()
    async let answer = lint(tune())
    let asked = try await backend.inspection()
    #expect(asked.lint && !asked.forecast)
    #expect(asked.tune?.images.map(\.caption) == ["a photo"])
    #expect(asked.tune?.images.first?.file?.localPath.isEmpty == false)
    #expect(asked.tune?.tune?.triggerWord == "zorp")
    try await backend.answer(asked) { $0.lint = .with { $0.usableImages = 1 } }
    #expect(try await answer.usableImages == 1)
    #expect(try await service.tunes.listTunes(ListTunesRequest()).tunes.map(\.name) == ["cat"])
    try await service.stop()
  }

  @Test("without a training backend, or when it is lost, the answer is UNAVAILABLE")
  func unavailable() async throws {
    #expect(await code { _ = try await lint(tune()) } == .unavailable)
    let backend = try await ScriptedBackend(service, .training)
    async let answer = code { _ = try await lint(tune()) }
    _ = try await backend.inspection()
    await backend.vanish()
    #expect(await answer == .unavailable)
    try await service.stop()
  }

  @Test("what is wrong with the request is said without asking a backend; what the backend finds wrong comes through")
  func faults() async throws {
    #expect(await code { _ = try await lint(tune(images: ["absent"])) } == .notFound)
    let backend = try await ScriptedBackend(service, .training)
    async let answer = failure { _ = try await lint(tune()) }
    let asked = try await backend.inspection()
    try await backend.answer(asked) {
      $0.failed = .with { ($0.code, $0.message) = (3, "the resolution must be a multiple of 8") }
    }
    let failure = await answer
    #expect(failure?.code == .invalidArgument && failure?.message == "the resolution must be a multiple of 8")
    try await service.stop()
  }

  @Test("images that would be left out are findings")
  func leftOut() async throws {
    let backend = try await ScriptedBackend(service, .training)
    let tune = Tune.with {
      $0 = self.tune(images: ["photo", "absent"])
      $0.continueOnRejection = true
    }
    async let answer = lint(tune)
    try await backend.answer(try await backend.inspection()) { $0.lint = LintTuneResponse() }
    let findings = try await answer.findings
    #expect(findings.map(\.rule) == ["unreadable"] && findings.first?.assets == ["absent"])
    try await service.stop()
  }

  @Test("a forecast goes by the pace of an earlier tune of the same kind on the same device")
  func forecast() async throws {
    let guess = TuneForecast.with {
      ($0.deviceMemoryBytes, $0.secondsPerStep, $0.basis) = (1 << 30, 2, "estimated")
      $0.duration = GoogleProtobufDuration(.seconds(2 * 400 + 5))
    }
    let backend = try await ScriptedBackend(service, .training)
    func forecast(rank: Int32?) async throws -> TuneForecast {
      let request = ForecastTuneRequest.with {
        $0.tune = self.tune()
        $0.tune?.settings = .with { $0.rank = rank }
      }
      async let answer = service.tunes.forecastTune(request)
      let asked = try await backend.inspection()
      #expect(asked.forecast && !asked.lint)
      try await backend.answer(asked) { $0.forecast = guess }
      return try await answer
    }
    #expect(try await forecast(rank: nil) == guess)
    try await service.createTune("cat")
    let assignment = try await backend.assignment()
    try await backend.report(assignment, .started(.with { $0.forecast = guess }))
    try await backend.finish(assignment) {
      $0.usage = .with { ($0.secondsPerStep, $0.peakMemoryBytes) = (0.5, 1 << 20) }
    }
    let done = try await service.waitForTune("cat", .succeeded)
    #expect(done.forecast == guess && done.usage?.secondsPerStep == 0.5)
    let informed = try await forecast(rank: nil)
    #expect(informed.basis == "measured" && informed.secondsPerStep == 0.5)
    #expect(informed.duration?.seconds == 205)
    #expect(try await forecast(rank: 8) == guess)
    try await service.stop()
  }

  @Test("masks and a safety checker reach the backend; a check without weights is refused")
  func inputs() async throws {
    try await service.upload("mask", Samples.png(salt: 1))
    let masked = masked(by: "mask")
    let backend = try await ScriptedBackend(service, .training)
    async let answer = lint(masked)
    let asked = try await backend.inspection()
    #expect(asked.tune?.images.first?.mask?.blob?.sha256 == Samples.sha256(Samples.png(salt: 1)))
    #expect(asked.tune?.images.first?.mask?.localPath.isEmpty == false)
    try await backend.answer(asked) { $0.lint = LintTuneResponse() }
    _ = try await answer
    let missing = await failure { _ = try await lint(self.masked(by: "absent")) }
    #expect(missing?.code == .notFound && missing?.fieldViolations.map(\.field) == ["tune.images[0].mask"])
    let refused = await failure {
      var checked = self.tune()
      checked.checkSafety = true
      _ = try await lint(checked)
    }
    #expect(refused?.code == .failedPrecondition && refused?.fieldViolations.map(\.field) == ["tune.check_safety"])
    try await service.stop()
  }

  @Test("a question whose caller has gone is withdrawn, and counts until the backend has stopped")
  func withdrawn() async throws {
    let backend = try await ScriptedBackend(service, .training)
    var callers: [Task<StatusCode?, Never>] = []
    var asked: [BackendInspection] = []
    for _ in 0..<8 {
      callers.append(Task { await code { _ = try await lint(tune()) } })
      asked.append(try await backend.inspection())
    }
    #expect(await code { _ = try await lint(tune()) } == .resourceExhausted)
    callers[2].cancel()
    #expect(await callers[2].value == .cancelled)
    let withdrawal = try await backend.cancellation()
    #expect(withdrawal.jobId == asked[2].id && withdrawal.attempt == 0)
    // The backend still works on it.
    #expect(await code { _ = try await lint(tune()) } == .resourceExhausted)
    try await backend.answer(asked[2]) { $0.failed = .with { $0.code = 1 } }
    // The next caller comes on another stream than that answer, and may be there first.
    async let next = askUntilAnswered()
    try await backend.answer(try await backend.inspection()) { $0.lint = .with { $0.usableImages = 1 } }
    #expect(try await next.usableImages == 1)
    for caller in callers { caller.cancel() }
    for caller in callers { _ = await caller.value }
    try await service.stop()
  }

  private func askUntilAnswered() async throws -> LintTuneResponse {
    while true {
      do {
        return try await lint(tune())
      } catch let error as RPCError where error.code == .resourceExhausted {
        await Task.yield()
      }
    }
  }

  @Test("the numbers of an unsound LoRA stand on its failed tune")
  func unsound() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    let health = AdapterHealth.with { ($0.layers, $0.zeroLayers) = (12, 12) }
    try await backend.report(
      assignment, .failed(.with { ($0.code, $0.message, $0.health) = (9, "the LoRA changes nothing", health) }))
    #expect(try await service.waitForTune("cat", .failed).result?.health == health)
    try await service.stop()
  }
}
