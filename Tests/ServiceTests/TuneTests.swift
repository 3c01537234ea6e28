import Foundation
import Logging
import LorikeetAPI
import RPC
import Store
import Testing

@testable import Service

@Suite("Tunes", .timeLimit(.minutes(2)))
struct TuneTests {
  let service: ServiceUnderTest
  private var directory: TestDirectory { service.directory }

  init() async throws { service = try await .withPhoto() }

  @Test("a tune runs from its request to its LoRA, and a watcher sees every step of it")
  func wholeLife() async throws {
    let tune = try await service.createTune("cat") { $0.seed = 7 }
    #expect(tune.state == .pending)
    #expect(tune.steps == 400)
    #expect(tune.baseCheckpoint == "lorikeet-tiny")
    #expect(tune.settings?.rank == nil)
    let watch = try await service.watch("cat")
    var watched = watch.makeAsyncIterator()
    #expect(try await watched.next()?.payload == .snapshot(tune))

    let backend = try await ScriptedBackend(service, .training)
    #expect(backend.welcome.leaseMs == 600_000)
    let assignment = try await backend.assignment()
    guard case .tune(let job) = assignment.job else { throw RPCError(.unknown, "not a tune") }
    #expect(assignment.jobId == tune.id && assignment.attempt == 1)
    #expect(job.tune?.seed == 7 && job.tune?.steps == 400)
    #expect(job.resumeFrom == nil)
    #expect(job.images.map(\.caption) == ["a photo"] && job.tune?.images.isEmpty == true)
    let picture = try #require(job.images.first?.file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: picture.localPath)) == Data(Samples.png()))
    #expect(Set(job.checkpoint?.files.map(\.path) ?? []) == Set(Samples.checkpointFiles.keys))

    try await backend.progress(assignment, step: 50)
    var preview = BackendTunePreviewReport()
    preview.step = 50
    preview.prompt = "a zorp cat"
    preview.picture = try await backend.write(Samples.png(salt: 9))
    try await backend.report(assignment, .tunePreview(preview))
    try await backend.report(assignment, .warning("one caption lacks the trigger word"))
    try await backend.finish(assignment)

    var kinds: [String] = []
    var sequences: [Int64] = []
    var last: Tune?
    while let response = try await watched.next() {
      guard case .event(let event) = response.payload else { continue }
      sequences.append(event.sequence)
      switch event.payload {
      case .state(let tune):
        kinds.append("\(tune.state)")
        last = tune
      case .progress: kinds.append("progress")
      case .preview: kinds.append("preview")
      case .warning: kinds.append("warning")
      case nil: kinds.append("nothing")
      }
    }
    #expect(kinds.filter { $0 != "progress" } == ["running", "preview", "warning", "succeeded"])
    #expect(sequences == sequences.sorted() && Set(sequences).count == sequences.count)
    #expect(sequences.last == 6)
    let result = try #require(last?.result)
    #expect(result.finalLoss == 0.25)
    var get = GetAssetRequest()
    get.asset = "cat"
    let lora = try await service.assets.getAsset(get)
    #expect(lora.id == result.loraAsset && lora.kind == .lora && lora.source == tune.id)
    #expect(lora.lora?.triggerWords == ["zorp"])
    #expect(try await service.assetNames().contains("cat-step-50"))
    try await service.stop()
  }

  @Test("the LoRA of a tune is described as an uploaded one is; one that cannot be read, as its backend does")
  func madeLora() async throws {
    let uploaded = try await service.upload("uploaded", Samples.lora, kind: .lora)
    let backend = try await ScriptedBackend(service, .training)
    try await service.createTune("cat")
    try await backend.finish(try await backend.assignment()) { ($0.rank, $0.alpha) = (99, 99) }
    _ = try await service.waitForTune("cat", .succeeded)
    let made = try await service.assets.getAsset(.with { $0.asset = "cat" })
    var expected = try #require(uploaded.lora)
    (expected.triggerWords, expected.baseCheckpoint) = (["zorp"], "lorikeet-tiny")
    #expect(made.lora == expected && expected.rank == 4 && expected.matchedLayers == 1)
    #expect(made.family == uploaded.family && made.family == .stableDiffusion1)

    try await service.createTune("dog")
    try await backend.finish(try await backend.assignment(), lora: [1, 2, 3])
    _ = try await service.waitForTune("dog", .succeeded)
    let odd = try await service.assets.getAsset(.with { $0.asset = "dog" })
    #expect(odd.lora?.rank == 4 && odd.lora?.tensorCount == 3 && odd.lora?.format == .kohya)
    try await service.stop()
  }

  @Test("a tune whose backend is lost goes on from its last training checkpoint, elsewhere")
  func lostBackend() async throws {
    try await service.createTune("cat")
    let first = try await ScriptedBackend(service, .training, id: "first")
    let lost = try await first.assignment()
    try await first.checkpoint(lost, step: 40, [1, 2, 3])
    try await first.checkpoint(lost, step: 80, [4, 5, 6])
    try await first.progress(lost, step: 90)
    for try await response in try await service.watch("cat") {
      if case .event(let event) = response.payload, case .progress = event.payload { break }
      if case .snapshot(let tune) = response.payload, tune.progress?.step == 90 { break }
    }
    await first.vanish()
    let second = try await ScriptedBackend(service, .training, id: "second")
    let again = try await second.assignment()
    guard case .tune(let job) = again.job else { throw RPCError(.unknown, "not a tune") }
    #expect(again.jobId == lost.jobId && again.attempt == 2)
    #expect(job.resumeFrom?.step == 80)
    let state = try #require(job.resumeFile)
    #expect(try Data(contentsOf: URL(fileURLWithPath: state.localPath)) == Data([4, 5, 6]))
    var read = BackendReadBlobRequest()
    read.sha256 = try #require(state.blob?.sha256)
    read.offset = 1
    var bytes: [UInt8] = []
    for try await response in try await second.service.readBlob(read) { bytes += response.chunk }
    #expect(bytes == [5, 6])
    try await second.finish(again)
    let done = try await service.waitForTune("cat", .succeeded)
    #expect(done.attempt == 2)
    #expect(try await service.assetNames().filter { $0.hasPrefix("cat") } == ["cat"])
    try await service.stop()
  }

  @Test("previews and warnings that a resumed tune repeats are not kept twice")
  func repeatedPreviews() async throws {
    try await service.createTune("cat")
    func report(_ backend: ScriptedBackend, _ assignment: BackendAssignment, step: Int32, salt: UInt8) async throws {
      var preview = BackendTunePreviewReport()
      preview.step = step
      preview.prompt = "a zorp cat"
      preview.picture = try await backend.write(Samples.png(salt: salt))
      try await backend.report(assignment, .tunePreview(preview))
      try await backend.report(assignment, .warning("one caption lacks the trigger word"))
    }
    let first = try await ScriptedBackend(service, .training, id: "first")
    let lost = try await first.assignment()
    try await report(first, lost, step: 50, salt: 1)
    for try await response in try await service.watch("cat") {
      if case .event(let event) = response.payload, case .warning = event.payload { break }
      if case .snapshot(let tune) = response.payload, tune.lastSequence == 4 { break }
    }
    await first.vanish()
    let second = try await ScriptedBackend(service, .training, id: "second")
    let again = try await second.assignment()
    try await report(second, again, step: 50, salt: 2)
    try await report(second, again, step: 100, salt: 3)
    try await second.finish(again)
    let done = try await service.waitForTune("cat", .succeeded)
    #expect(done.result?.previewAssets.count == 2)
    var warnings = 0
    for try await response in try await service.watch("cat", after: 1) {
      if case .event(let event) = response.payload, case .warning = event.payload { warnings += 1 }
    }
    #expect(warnings == 1)
    let kept = [1, 2, 3].map { salt in
      directory.strayBlobs.contains { $0.hasSuffix(Samples.sha256(Samples.png(salt: salt))) }
    }
    #expect(kept == [true, false, true])
    try await service.stop()
  }

  @Test("ten thousand absent images make an answer that arrives")
  func manyViolations() async throws {
    let failure = await failure { try await service.createTune("cat", images: (0..<10_000).map { "absent-\($0)" }) }
    #expect(failure?.code == .notFound)
    #expect(failure?.fieldViolations.first?.field == "tune.images[0].asset")
    #expect(failure?.fieldViolations.last?.description.hasSuffix("more") == true)
    try await service.stop()
  }

  @Test("reports of an attempt that is no longer the job's own change nothing")
  func staleAttempt() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training, slots: 2)
    let first = try await backend.assignment()
    try await backend.fail(first, "a passing fault", retryable: true)
    let second = try await backend.assignment()
    #expect(second.attempt == 2)
    try await backend.finish(first, attempt: 1)
    try await backend.progress(first, step: 99)
    let cancel = try await backend.cancellation()
    #expect(cancel.jobId == first.jobId && cancel.attempt == 1)
    let tune = try await service.tune("cat")
    #expect(tune.state == .running && tune.attempt == 2 && tune.result == nil)
    try await backend.finish(second)
    _ = try await service.waitForTune("cat", .succeeded)
    #expect(try await service.assetNames().filter { $0.hasPrefix("cat") } == ["cat"])
    try await service.stop()
  }

  @Test("a tune that fails again and again ends as failed, with the reason")
  func tooManyAttempts() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    for attempt in 1...5 as ClosedRange<Int32> {
      let assignment = try await backend.assignment()
      #expect(assignment.attempt == attempt)
      try await backend.fail(assignment, "the device burns", retryable: true)
    }
    let failed = try await service.waitForTune("cat", .failed)
    #expect(failed.stateReason.contains("5 attempts") && failed.stateReason.contains("the device burns"))
    try await service.stop()
  }

  @Test("a tune that cannot be done fails at once, with the rejected images")
  func finalFailure() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    var failed = BackendJobFailed()
    failed.code = 3
    failed.message = "no image can be decoded; upload others"
    var rejected = RejectedImage()
    rejected.asset = "photo"
    rejected.reason = "cut off"
    failed.rejectedImages = [rejected]
    try await backend.report(assignment, .failed(failed))
    let tune = try await service.waitForTune("cat", .failed)
    #expect(tune.stateReason == failed.message)
    #expect(tune.result?.rejectedImages == [rejected])
    try await service.stop()
  }

  @Test("a backend that falls silent loses its job")
  func lease() async throws {
    try await service.stop()
    let service = try await ServiceUnderTest(directory) { $0.dispatchTiming.lease = .milliseconds(300) }
    try await service.createTune("cat")
    let silent = try await ScriptedBackend(service, .training, id: "silent")
    let first = try await silent.assignment()
    // The service closes the stream of its own accord, and the job waits for another backend.
    #expect(await code { while try await silent.next() != nil {} } == nil)
    let waiting = try await service.waitForTune("cat", .pending)
    #expect(waiting.id == first.jobId && waiting.attempt == 1)
    #expect(waiting.stateReason.contains("was silent"))
    try await service.stop()
  }

  @Test("an orderly restart of the service gives a running tune back, and it goes on from its checkpoint")
  func restart() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    try await backend.checkpoint(assignment, step: 10, [1])
    try await backend.progress(assignment, step: 12)
    for try await response in try await service.watch("cat", after: 2) {
      if case .event(let event) = response.payload, case .progress = event.payload { break }
    }
    try await service.stop()
    let restarted = try await ServiceUnderTest(directory)
    let other = try await ScriptedBackend(restarted, .training)
    let again = try await other.assignment()
    #expect(again.attempt == 2)
    guard case .tune(let job) = again.job else { throw RPCError(.unknown, "not a tune") }
    #expect(job.resumeFrom?.step == 10)
    try await other.finish(again)
    _ = try await restarted.waitForTune("cat", .succeeded)
    try await restarted.stop()
  }

  @Test("a tune that was running when the service was killed runs again")
  func recovery() async throws {
    let tune = try await service.createTune("cat")
    try await service.stop()
    // What a killed service leaves: a running job without a backend.
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let store = try await Store(directory: directory.data, logger: logger)
    _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.pending], attempt: 0) { tune, _ in
      tune.state = .running
      tune.attempt = 1
    }
    store.close()
    let restarted = try await ServiceUnderTest(directory)
    let backend = try await ScriptedBackend(restarted, .training)
    let assignment = try await backend.assignment()
    #expect(assignment.jobId == tune.id && assignment.attempt == 2)
    try await restarted.stop()
  }

  @Test("cancelling a running tune tells the backend, and its late result is not kept")
  func cancelRunning() async throws {
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    var request = CancelTuneRequest()
    request.tune = "cat"
    let cancelled = try await service.tunes.cancelTune(request)
    #expect(cancelled.state == .cancelled)
    let cancel = try await backend.cancellation()
    #expect(cancel.jobId == assignment.jobId && cancel.attempt == 1)
    try await backend.finish(assignment)
    // The slot is free again: the next tune comes only when the late report has been handled.
    try await service.createTune("dog")
    let next = try await backend.assignment()
    #expect(next.jobId != assignment.jobId)
    #expect(try await service.tune("cat").state == .cancelled)
    #expect(try await !service.assetNames().contains("cat"))
    // The answer to one more report shows that the late one is done with: its blob is gone, too.
    try await backend.progress(assignment, step: 1)
    _ = try await backend.cancellation()
    #expect(!directory.strayBlobs.contains { $0.hasSuffix(Samples.sha256(Samples.lora)) })
    #expect(try await service.tunes.cancelTune(request).state == .cancelled)
    try await service.stop()
  }

  @Test("a cancelled tune that was still waiting is never handed out")
  func cancelPending() async throws {
    try await service.createTune("cat")
    try await service.createTune("dog")
    var request = CancelTuneRequest()
    request.tune = "cat"
    _ = try await service.tunes.cancelTune(request)
    let backend = try await ScriptedBackend(service, .training)
    guard case .tune(let job) = try await backend.assignment().job else { throw RPCError(.unknown, "not a tune") }
    #expect(job.tune?.name == "dog")
    try await service.stop()
  }

  @Test("deleting a tune leaves its images and its LoRA, and the other way round")
  func deletion() async throws {
    for name in ["cat", "dog"] {
      try await service.createTune(name)
      let backend = try await ScriptedBackend(service, .training, id: name)
      try await backend.finish(try await backend.assignment(), lora: Samples.lora + [UInt8](name.utf8))
      _ = try await service.waitForTune(name, .succeeded)
      await backend.vanish()
    }
    var request = DeleteTuneRequest()
    request.tune = "cat"
    _ = try await service.tunes.deleteTune(request)
    #expect(await code { _ = try await service.tune("cat") } == .notFound)
    #expect(Set(try await service.assetNames()).isSuperset(of: ["cat", "photo"]))
    for name in ["dog", "photo"] {
      var request = DeleteAssetRequest()
      request.asset = name
      _ = try await service.assets.deleteAsset(request)
    }
    let dog = try await service.tune("dog")
    #expect(dog.state == .succeeded && dog.images.map(\.asset) == ["photo"])
    #expect(await code { _ = try await service.tunes.deleteTune(request) } == .notFound)
    try await service.stop()
  }

  @Test("deleting the images of a running tune does not disturb it")
  func deletedInputs() async throws {
    try await service.createTune("cat")
    var request = DeleteAssetRequest()
    request.asset = "photo"
    _ = try await service.assets.deleteAsset(request)
    let backend = try await ScriptedBackend(service, .training)
    guard case .tune(let job) = try await backend.assignment().job else { throw RPCError(.unknown, "not a tune") }
    let path = try #require(job.images.first?.file?.localPath)
    #expect(FileManager.default.fileExists(atPath: path))
    try await service.stop()
  }

  @Test("a name is given once; a repeated request is not a second tune")
  func names() async throws {
    let tune = try await service.createTune("cat")
    #expect(await code { try await service.createTune("cat") } == .alreadyExists)
    var request = CreateTuneRequest()
    request.tune = tune
    request.tune?.name = "dog"
    request.requestId = "r-1"
    let dog = try await service.tunes.createTune(request)
    #expect(try await service.tunes.createTune(request) == dog)
    request.tune?.name = "bird"
    let failure = await failure { _ = try await service.tunes.createTune(request) }
    #expect(failure?.fieldViolations.map(\.field) == ["request_id"])
    #expect(try await service.tunes.listTunes(ListTunesRequest()).tunes.map(\.name) == ["dog", "cat"])
    try await service.stop()
  }

  @Test("one answer names every wrong field")
  func violations() async throws {
    let failure = await failure {
      try await service.createTune("no spaces", images: ["", "absent"]) { tune in
        tune.triggerWord = "a,b"
        tune.steps = 0
        tune.seed = -1
        tune.resolution = 100
        tune.baseCheckpoint = "photo"
        var settings = TrainingSettings()
        settings.rank = 257
        settings.learningRate = .nan
        settings.schedule = .unrecognized(9)
        settings.batchSize = 0
        settings.captionDropout = 1.5
        settings.previewPrompts = Array(repeating: "p", count: 9)
        settings.checkpointInterval = 0
        tune.settings = settings
      }
    }
    #expect(failure?.code == .invalidArgument)
    #expect(
      Set(failure?.fieldViolations.map(\.field) ?? []) == [
        "tune.name", "tune.trigger_word", "tune.steps", "tune.seed", "tune.resolution", "tune.base_checkpoint",
        "tune.images[0].asset", "tune.images[1].asset", "tune.settings.rank", "tune.settings.learning_rate",
        "tune.settings.schedule", "tune.settings.batch_size", "tune.settings.caption_dropout",
        "tune.settings.preview_prompts", "tune.settings.checkpoint_interval",
      ])
    #expect(try await service.tunes.listTunes(ListTunesRequest()).tunes.isEmpty)
    try await service.stop()
  }

  @Test("a missing image is NOT_FOUND, one of the wrong kind FAILED_PRECONDITION, and both are named")
  func references() async throws {
    let missing = await failure { try await service.createTune("cat", images: ["absent"]) }
    #expect(missing?.code == .notFound)
    #expect(missing?.fieldViolations.map(\.field) == ["tune.images[0].asset"])
    let wrong = await failure { try await service.createTune("cat", images: ["lorikeet-tiny"]) }
    #expect(wrong?.code == .failedPrecondition)
    #expect(wrong?.message.contains("is a checkpoint, not a picture") == true)
    try await service.stop()
  }

  @Test("with continue_on_rejection unusable images are listed instead, as long as one is left")
  func continueOnRejection() async throws {
    let tune = try await service.createTune("cat", images: ["photo", "absent"]) { $0.continueOnRejection = true }
    #expect(tune.result?.rejectedImages.map(\.asset) == ["absent"])
    let none = await failure {
      try await service.createTune("dog", images: ["absent"]) { $0.continueOnRejection = true }
    }
    #expect(none?.code == .invalidArgument)
    try await service.stop()
  }
}
