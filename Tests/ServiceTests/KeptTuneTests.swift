import Foundation
import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Tunes that are stopped and kept", .timeLimit(.minutes(2)))
struct KeptTuneTests {
  let service: ServiceUnderTest
  private var directory: TestDirectory { service.directory }

  init() async throws { service = try await .withPhoto() }

  /// A tune that was stopped and kept after 40 steps.
  private func keep(_ name: String, by backend: ScriptedBackend) async throws {
    let assignment = try await backend.assignment()
    _ = try await service.cancelTune(name, keep: true)
    #expect(try await backend.cancellation().keep)
    try await backend.handOver(assignment, step: 40, state: [4, 0])
    _ = try await service.waitForTune(name, .cancelled)
  }

  /// The tune "cat" with a training checkpoint of step 30, whose backend has been told to stop and keep its work.
  private func beginKeeping() async throws -> (backend: ScriptedBackend, assignment: BackendAssignment) {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    try await backend.checkpoint(assignment, step: 30, [3, 0])
    _ = try await service.cancelTune("cat", keep: true)
    _ = try await backend.cancellation()
    return (backend, assignment)
  }

  @Test("what a kept tune has learned becomes a LoRA, and another tune goes on from where it stopped")
  func keepAndResume() async throws {
    try await service.createTune("cat") { $0.seed = 7 }
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    let stopping = try await service.cancelTune("cat", keep: true)
    #expect(stopping.state == .running && stopping.stateReason.contains("kept"))
    #expect(try await backend.cancellation().keep)
    try await backend.handOver(assignment, step: 40, state: [4, 0])
    let kept = try await service.waitForTune("cat", .cancelled)
    #expect(kept.result?.keptStep == 40)
    var get = GetAssetRequest()
    get.asset = "cat"
    #expect(try await service.assets.getAsset(get).id == kept.result?.loraAsset)

    // Nothing but the name and where to go on from: the rest is as it was.
    let next = try await service.createTune("cat-2", images: []) {
      $0.resumeFrom = "cat"
      $0.triggerWord = ""
    }
    #expect(next.seed == 7 && next.steps == 400 && next.triggerWord == "zorp")
    guard case .tune(let job) = try await backend.assignment().job else { throw RPCError(.unknown, "not a tune") }
    #expect(job.resumeFrom?.step == 40)
    #expect(try Data(contentsOf: URL(fileURLWithPath: #require(job.resumeFile).localPath)) == Data([4, 0]))
    try await service.stop()
  }

  @Test("a tune that goes on must say the same of checkpoint, images, captions and settings; what differs is named")
  func differences() async throws {
    try await service.upload("other", Samples.png(salt: 3))
    try await service.createTune("cat") { $0.seed = 7 }
    try await keep("cat", by: ScriptedBackend(service, .training))
    let refusal = await failure {
      try await service.createTune("cat-2", images: ["photo", "other"]) {
        $0.resumeFrom = "cat"
        $0.steps = 500
        $0.settings = .with { $0.rank = 8 }
      }
    }
    #expect(refusal?.code == .failedPrecondition)
    #expect(Set(refusal?.fieldViolations.map(\.field) ?? []) == ["tune.images", "tune.steps", "tune.settings"])
    let shownOtherwise = await failure {
      try await service.createTune("cat-3") {
        $0.resumeFrom = "cat"
        $0.settings = .with { $0.previewPrompts = ["zorp"] }
      }
    }
    #expect(shownOtherwise == nil)
    try await service.stop()
  }

  @Test("there is nothing to go on from in a tune that was not kept, or is not there")
  func nothingKept() async throws {
    try await service.createTune("cat")
    _ = try await service.cancelTune("cat")
    #expect(await code { try await service.createTune("dog") { $0.resumeFrom = "cat" } } == .failedPrecondition)
    #expect(await code { try await service.createTune("dog") { $0.resumeFrom = "absent" } } == .notFound)
    try await service.stop()
  }

  @Test("a backend that is lost before it hands over leaves its last training checkpoint to go on from")
  func lostWhileKeeping() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    try await backend.checkpoint(assignment, step: 30, [3, 0])
    try await backend.progress(assignment, step: 31)
    for try await response in try await service.watch("cat") {
      if case .event(let event) = response.payload, case .progress = event.payload { break }
      if case .snapshot(let tune) = response.payload, tune.progress?.step == 31 { break }
    }
    _ = try await service.cancelTune("cat", keep: true)
    _ = try await backend.cancellation()
    await backend.vanish()
    let kept = try await service.waitForTune("cat", .cancelled)
    #expect(kept.result?.keptStep == 30 && kept.result?.loraAsset.isEmpty == true)
    try await service.createTune("cat-2") { $0.resumeFrom = "cat" }
    try await service.stop()
  }

  @Test("a backend that fails before it hands over leaves its last training checkpoint too")
  func failedWhileKeeping() async throws {
    let (backend, assignment) = try await beginKeeping()
    try await backend.fail(assignment, "the disk is full", retryable: false)
    let kept = try await service.waitForTune("cat", .cancelled)
    #expect(kept.result?.keptStep == 30 && kept.stateReason.contains("the disk is full"))
    try await service.createTune("cat-2") { $0.resumeFrom = "cat" }
    try await service.stop()
  }

  @Test("the safety check of a kept tune goes on with it, and with no other checker")
  func safetyCheck() async throws {
    let names = [
      "concept_embeds", "concept_embeds_weights", "special_care_embeds", "special_care_embeds_weights",
      "visual_projection.weight",
    ]
    let entries = names.indices.map { index in
      "\"\(names[index])\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[\(index * 4),\(index * 4 + 4)]}"
    }
    let header = "{\(entries.joined(separator: ","))}"
    for (name, salt) in [("checker", UInt8(1)), ("other", UInt8(2))] {
      let file = Samples.safetensors(header, data: [UInt8](repeating: salt, count: 4 * names.count))
      try await service.upload(name, file, kind: .safetyChecker)
    }
    try await service.createTune("cat") {
      $0.checkSafety = true
      $0.safetyChecker = "checker"
    }
    let backend = try await ScriptedBackend(service, .training)
    try await keep("cat", by: backend)
    let refusal = await failure {
      try await service.createTune("cat-2") {
        $0.resumeFrom = "cat"
        $0.safetyChecker = "other"
        $0.continueOnRejection = true
      }
    }
    #expect(refusal?.code == .failedPrecondition)
    #expect(
      Set(refusal?.fieldViolations.map(\.field) ?? []) == ["tune.safety_checker", "tune.continue_on_rejection"])
    let next = try await service.createTune("cat-3") { $0.resumeFrom = "cat" }
    #expect(next.checkSafety && next.safetyChecker == "checker")
    guard case .tune(let job) = try await backend.assignment().job else { throw RPCError(.unknown, "not a tune") }
    #expect(job.safetyChecker?.name == "checker")
    try await service.stop()
  }

  /// A tune with the constant schedule that has succeeded, its last step's state sent or not.
  private func finish(_ name: String, by backend: ScriptedBackend, sendsState: Bool = true) async throws {
    try await service.createTune(name) {
      ($0.seed, $0.steps) = (7, 40)
      $0.settings = .with { $0.schedule = .constant }
    }
    let assignment = try await backend.assignment()
    if sendsState { try await backend.checkpoint(assignment, step: 40, [4, 0]) }
    try await backend.finish(assignment)
    _ = try await service.waitForTune(name, .succeeded)
  }

  @Test("a finished tune with a constant rate goes on to more steps, as one that meant to from the beginning")
  func longer() async throws {
    let backend = try await ScriptedBackend(service, .training)
    try await finish("cat", by: backend)
    #expect(try await service.tune("cat").result?.keptStep == 40)
    let asFar = await failure { try await service.createTune("cat-2", images: []) { $0.resumeFrom = "cat" } }
    #expect(asFar?.code == .failedPrecondition && asFar?.fieldViolations.map(\.field) == ["tune.steps"])
    let next = try await service.createTune("cat-2", images: []) {
      ($0.resumeFrom, $0.triggerWord, $0.steps) = ("cat", "", 100)
    }
    // 5 % of the 40 steps that it first had, not of the 100: those are done.
    #expect(next.steps == 100 && next.seed == 7 && next.settings?.warmupSteps == 2)
    let assignment = try await backend.assignment()
    guard case .tune(let job) = assignment.job else { throw RPCError(.unknown, "not a tune") }
    #expect(job.resumeFrom?.step == 40 && job.tune?.steps == 100 && !job.images.isEmpty)
    // And on from there, whether the warm-up is said or not: it stays that of the first one.
    try await backend.checkpoint(assignment, step: 100, [1, 0, 0])
    try await backend.finish(assignment)
    _ = try await service.waitForTune("cat-2", .succeeded)
    for (name, warmup) in [("cat-3", nil), ("cat-4", 2)] as [(String, Int32?)] {
      let third = try await service.createTune(name) {
        ($0.resumeFrom, $0.steps) = ("cat-2", 120)
        $0.settings = .with { ($0.schedule, $0.warmupSteps) = (.constant, warmup) }
      }
      #expect(third.settings?.warmupSteps == 2)
    }
    guard case .tune(let third) = try await backend.assignment().job else { throw RPCError(.unknown, "not a tune") }
    #expect(third.resumeFrom?.step == 100)
    try await service.stop()
  }

  @Test("a finished tune whose rate has fallen, or whose last state did not arrive, has nothing to go on from")
  func noLonger() async throws {
    let backend = try await ScriptedBackend(service, .training)
    try await finish("cat", by: backend, sendsState: false)
    try await service.createTune("dog") { $0.steps = 40 }
    let falling = try await backend.assignment()
    try await backend.checkpoint(falling, step: 40, [4, 0])
    try await backend.finish(falling)
    _ = try await service.waitForTune("dog", .succeeded)
    for name in ["cat", "dog"] {
      #expect(try await service.tune(name).result?.keptStep == 0)
      let refusal = await failure { try await service.createTune("more") { ($0.resumeFrom, $0.steps) = (name, 100) } }
      #expect(refusal?.code == .failedPrecondition && refusal?.message.contains("constant schedule") == true)
    }
    #expect(!directory.strayBlobs.contains { $0.hasSuffix(Samples.sha256([4, 0])) })
    try await service.stop()
  }

  @Test("a kept tune with a constant rate may end elsewhere than it meant to, but not before where it is")
  func otherEnd() async throws {
    try await service.createTune("cat") { $0.settings = .with { $0.schedule = .constant } }
    try await keep("cat", by: ScriptedBackend(service, .training))
    let before = await failure { try await service.createTune("dog") { ($0.resumeFrom, $0.steps) = ("cat", 39) } }
    #expect(before?.fieldViolations.map(\.field).contains("tune.steps") == true)
    let next = try await service.createTune("cat-2") { ($0.resumeFrom, $0.steps) = ("cat", 200) }
    #expect(next.settings?.warmupSteps == 20)
    try await service.stop()
  }

  @Test("the wish to keep outlives a restart of the service")
  func restart() async throws {
    _ = try await beginKeeping()
    try await service.stop()
    let restarted = try await ServiceUnderTest(directory)
    #expect(try await restarted.waitForTune("cat", .cancelled).result?.keptStep == 30)
    try await restarted.stop()
  }

  @Test("a kept training checkpoint goes with its tune")
  func deletion() async throws {
    try await service.createTune("cat")
    try await keep("cat", by: ScriptedBackend(service, .training))
    let state = Samples.sha256([4, 0])
    #expect(directory.strayBlobs.contains { $0.hasSuffix(state) })
    var request = DeleteTuneRequest()
    request.tune = "cat"
    _ = try await service.tunes.deleteTune(request)
    #expect(!directory.strayBlobs.contains { $0.hasSuffix(state) })
    try await service.stop()
  }

  @Test("one who no longer wants to keep it cancels again, and the tune ends at once")
  func cancelledAfterAll() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    _ = try await backend.assignment()
    _ = try await service.cancelTune("cat", keep: true)
    #expect(try await service.cancelTune("cat").state == .cancelled)
    #expect(try await service.tune("cat").result == nil)
    try await service.stop()
  }
}
