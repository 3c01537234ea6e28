import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Manifests and replays", .timeLimit(.minutes(2)))
struct ReplayTests {
  let service: ServiceUnderTest

  init() async throws { service = try await ServiceUnderTest(TestDirectory()) }

  private func hello(_ hello: inout BackendHello, device: String = "cuda:1 Fast GPU") {
    (hello.version, hello.device, hello.precision) = ("1.0", device, "float16")
  }

  private func backend(_ id: String = "scripted", device: String = "cuda:1 Fast GPU") async throws -> ScriptedBackend {
    try await ScriptedBackend(service, .sampling, id: id, slots: 4) { hello(&$0, device: device) }
  }

  /// Lets the backend make one image, telling what it chose.
  private func make(_ backend: ScriptedBackend) async throws -> Generation {
    let assignment = try await backend.assignment()
    guard case .generation(let job) = assignment.job else { throw RPCError(.unknown, "not a generation") }
    var started = BackendJobStarted()
    started.settings = job.generation?.settings
    started.settings?.width = 48
    started.settings?.height = 32
    started.settings?.prompt = "no backend's to change"
    try await backend.report(assignment, .started(started))
    try await backend.image(assignment, index: 0)
    try await backend.report(assignment, .generationFinished(BackendGenerationFinished()))
    return try await service.waitForGeneration(assignment.jobId, .succeeded)
  }

  private func replay(_ source: ReplayGenerationRequest.Source, allowDifferences: Bool = false) async throws -> Generation {
    try await service.generations.replayGeneration(
      .with { ($0.source, $0.allowDifferences) = (source, allowDifferences) })
  }

  @Test("a finished generation tells what decided over its pixels, and its replay says the same of itself")
  func manifest() async throws {
    try await service.upload("style", Samples.lora, kind: .lora)
    _ = try await service.createGeneration { $0.loras = [.with { $0.asset = "style" }] }
    let backend = try await backend()
    let made = try await make(backend)
    let manifest = try #require(made.manifest)
    #expect(manifest.inputs.map(\.role) == ["checkpoint", "lora"])
    #expect(manifest.inputs.map(\.name) == ["lorikeet-tiny", "style"])
    #expect(manifest.inputs[1].digest == Samples.sha256(Samples.lora))
    #expect((manifest.engineVersion, manifest.device, manifest.precision) == ("1.0", "cuda Fast GPU", "float16"))
    let settings = try #require(manifest.settings)
    #expect(settings.checkpoint == manifest.inputs[0].asset && settings.loras[0].asset == manifest.inputs[1].asset)
    #expect(settings.prompt == "a cat" && settings.steps == 30 && settings.seeds.count == 1)
    // What was left to the checkpoint is filled in, in both.
    #expect(settings.width == 48 && made.settings?.width == 48 && made.settings?.height == 32)
    #expect(made.settings?.checkpoint == "lorikeet-tiny" && made.settings?.loras[0].asset == "style")
    #expect(made.images[0].pixelsSha256 == Samples.sha256([0]))

    let accepted = try await replay(.generation(made.id))
    #expect(accepted.id != made.id)
    let again = try await make(backend)
    #expect(again.id == accepted.id && again.manifest == manifest)
    // The manifest alone will do.
    _ = try await replay(.manifest(manifest))
    let third = try await make(backend)
    #expect(third.manifest == manifest)
    try await service.stop()
  }

  @Test("an input is found by its content, whatever it is called now; what is missing is named, all of it")
  func inputsByContent() async throws {
    try await service.upload("style", Samples.lora, kind: .lora)
    try await service.upload("photo", Samples.png(salt: 3))
    _ = try await service.createGeneration { settings in
      settings.loras = [.with { $0.asset = "style" }]
      settings.initImage = "photo"
    }
    let backend = try await backend()
    let made = try await make(backend)
    for name in ["style", "photo"] { _ = try await service.assets.deleteAsset(.with { $0.asset = name }) }
    let refused = await failure { _ = try await replay(.generation(made.id)) }
    #expect(refused?.code == .failedPrecondition)
    #expect(refused?.fieldViolations.map(\.field) == ["manifest.inputs[2]", "manifest.inputs[1]"])
    #expect(refused?.message.contains("“style”") == true && refused?.message.contains("“photo”") == true)
    // The same bytes under other names; a file of another kind with that content would not do.
    try await service.upload("other-style", Samples.lora, kind: .lora) { $0.fileName = "renamed.safetensors" }
    try await service.upload("other-photo", Samples.png(salt: 3)) { $0.fileName = "renamed.png" }
    let accepted = try await replay(.generation(made.id))
    let names = try await service.assetNames()
    #expect(names.contains("other-style"))
    let lora = try await service.assets.getAsset(.with { $0.asset = "other-style" })
    #expect(accepted.settings?.loras[0].asset == lora.id)
    #expect(try await backend.assignment().jobId == accepted.id)
    try await service.stop()
  }

  @Test("another engine, device or precision is refused by name, and goes on only where it may differ")
  func differences() async throws {
    _ = try await service.createGeneration()
    let backend = try await backend()
    let made = try await make(backend)
    var manifest = try #require(made.manifest)
    manifest.engineVersion = "0.9"
    manifest.precision = "float32"
    let refused = await failure { _ = try await replay(.manifest(manifest)) }
    #expect(refused?.code == .failedPrecondition)
    #expect(refused?.fieldViolations.map(\.field) == ["manifest.engine_version", "manifest.precision"])
    #expect(refused?.message.contains("“0.9”") == true && refused?.message.contains("allow_differences") == true)
    let accepted = try await replay(.manifest(manifest), allowDifferences: true)
    let again = try await make(backend)
    #expect(again.id == accepted.id && again.manifest?.engineVersion == "1.0")
    try await service.stop()
  }

  @Test("a replay goes to the backend that makes the same pixels, past others with room, and lets later jobs by")
  func suitedBackend() async throws {
    _ = try await service.createGeneration()
    let first = try await backend()
    let made = try await make(first)
    let other = try await backend("other", device: "cuda:0 Slow GPU")
    let accepted = try await replay(.generation(made.id))
    #expect(try await first.assignment().jobId == accepted.id)
    await first.vanish()
    // Back in the queue: nobody suits it, and it is in nobody's way.
    _ = try await service.waitForGeneration(accepted.id, .pending)
    let plain = try await service.createGeneration()
    #expect(try await other.assignment().jobId == plain.id)
    #expect(try await service.generation(accepted.id).state == .pending)
    let back = try await backend("back", device: "cuda:3 Fast GPU")
    #expect(try await back.assignment().jobId == accepted.id)
    try await service.stop()
  }

  @Test("a replay whose last suited backend has gone says what it waits for, and a new one is refused")
  func backendGone() async throws {
    _ = try await service.createGeneration()
    let first = try await backend()
    let made = try await make(first)
    let other = try await backend("other", device: "cuda:0 Slow GPU")
    let accepted = try await replay(.generation(made.id))
    #expect(accepted.stateReason == "waits for a backend with 1.0 on cuda Fast GPU in float16")
    _ = try await first.assignment()
    await first.vanish()
    var said = ""
    for try await event in try await service.generations.watchGeneration(.with { $0.generation = accepted.id }) {
      switch event.payload {
      case .snapshot(let generation), .state(let generation): said = generation.stateReason
      default: break
      }
      if said.contains("none is attached") { break }
    }
    #expect(said.hasPrefix("waits for a backend with 1.0 on cuda Fast GPU in float16"))
    #expect(said.contains("allow_differences"))
    let refused = await failure { _ = try await replay(.generation(made.id)) }
    #expect(refused?.code == .failedPrecondition && refused?.fieldViolations.map(\.field) == ["manifest.device"])
    await other.vanish()
    let back = try await backend("back")
    #expect(try await back.assignment().jobId == accepted.id)
    #expect(try await service.waitForGeneration(accepted.id, .running).stateReason.isEmpty)
    try await service.stop()
  }

  @Test("a manifest of an older version, with settings that had no effect, is replayed without them")
  func idleSettings() async throws {
    _ = try await service.createGeneration()
    let backend = try await backend()
    let made = try await make(backend)
    var manifest = try #require(made.manifest)
    manifest.settings?.strength = 0.5
    let accepted = try await replay(.manifest(manifest))
    #expect(accepted.settings?.strength == nil)
    try await service.stop()
  }

  @Test("a manifest that says too little is refused by field")
  func badManifests() async throws {
    typealias Edit = @Sendable (inout GenerationManifest) -> Void
    let cases: [(Edit, String)] = [
      ({ $0.settings = nil }, "manifest.settings"), ({ $0.settings?.seeds = [] }, "settings.seeds"),
      ({ $0.settings?.checkpoint = "" }, "settings.checkpoint"), ({ $0.inputs = [] }, "manifest.inputs"),
      ({ $0.inputs[0].digest = "x" }, "manifest.inputs[0].digest"),
      ({ $0.settings?.steps = .max }, "settings.steps"),
      ({ $0.inputs = Array(repeating: $0.inputs[0], count: 65) }, "manifest.inputs"),
    ]
    for (edit, field) in cases {
      var manifest = GenerationManifest.with { made in
        made.settings = .with { ($0.checkpoint, $0.seeds, $0.prompt) = ("c", [1], "a cat") }
        made.inputs = [
          .with { ($0.role, $0.asset, $0.digest) = ("checkpoint", "c", String(repeating: "0", count: 64)) }
        ]
      }
      edit(&manifest)
      let asked = manifest
      let refused = await failure { _ = try await replay(.manifest(asked)) }
      #expect(refused?.code == .invalidArgument && refused?.fieldViolations.first?.field == field, "\(field)")
    }
    let empty = await code { _ = try await service.generations.replayGeneration(ReplayGenerationRequest()) }
    #expect(empty == .invalidArgument)
    let generation = try await service.createGeneration()
    let early = await code { _ = try await replay(.generation(generation.id)) }
    #expect(early == .failedPrecondition)
    try await service.stop()
  }

  @Test("images of two engines leave a manifest that no single engine answers to")
  func twoEngines() async throws {
    let generation = try await service.createGeneration { $0.imageCount = 2 }
    let first = try await backend()
    let begun = try await first.assignment()
    try await first.report(begun, .started(BackendJobStarted()))
    try await first.image(begun, index: 0)
    try await first.fail(begun, "once more", retryable: true)
    await first.vanish()
    let second = try await backend("second", device: "cpu Old")
    let again = try await second.assignment()
    try await second.report(again, .started(BackendJobStarted()))
    try await second.image(again, index: 1)
    try await second.report(again, .generationFinished(BackendGenerationFinished()))
    let done = try await service.waitForGeneration(generation.id, .succeeded)
    #expect(done.manifest?.device == "cuda Fast GPU and cpu Old")
    #expect(done.manifest?.engineVersion == "1.0")
    let refused = await failure { _ = try await replay(.generation(done.id)) }
    #expect(refused?.fieldViolations.map(\.field) == ["manifest.device"])
    try await service.stop()
  }
}
