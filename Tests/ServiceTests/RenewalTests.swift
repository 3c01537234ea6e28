import Foundation
import Logging
import LorikeetAPI
import Store
import Testing

@testable import Service

/// What a newer version of the program does to an older one's data directory.
@Suite("Renewal of older data", .timeLimit(.minutes(2)))
struct RenewalTests {
  let directory: TestDirectory
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() throws { directory = try TestDirectory() }

  private func store() async throws -> Store {
    try await Store(directory: directory.data, inspection: ContentInspector.version, logger: logger)
  }

  private func bundled(_ store: Store) -> BundledCheckpoint {
    BundledCheckpoint(folder: "\(directory.models)/lorikeet-tiny", name: "lorikeet-tiny", store: store)
  }

  private func add(_ file: String, _ bytes: [UInt8]) throws {
    let target = URL(fileURLWithPath: "\(directory.models)/lorikeet-tiny/\(file)")
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
  }

  private func addLora(_ name: String, to store: Store) async throws {
    let hold = try await store.blobs.write(Samples.lora)
    var asset = Asset()
    (asset.id, asset.name, asset.kind, asset.state) = (Identifier.make(.asset), name, .lora, .ready)
    asset.files = [
      .with { ($0.path, $0.sha256, $0.sizeBytes) = ("\(name).safetensors", hold.digest.hex, hold.count) }
    ]
    asset.lora = .with { ($0.triggerWords, $0.baseCheckpoint) = (["zorp"], "lorikeet-tiny") }
    _ = try await store.createAsset(asset, nameIsFixed: true)
  }

  private static let weights = Samples.safetensors(
    "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", data: [77])

  @Test(
    "a bundled checkpoint whose content has changed takes its name, and the one of before stays under another",
    arguments: [("safety_checker/model.safetensors", "lorikeet-tiny"), ("unet/model.safetensors", "lorikeet-tiny-2")])
  func changedContent(file: String, base: String) async throws {
    let store = try await store()
    try await bundled(store).importIfNew(logger: logger)
    try await addLora("style", to: store)
    let before = try #require(try await store.asset("lorikeet-tiny"))
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny") == before)
    // Versions of before noted only that there was an import.
    try await store.setSetting("bundled checkpoint lorikeet-tiny", "imported")
    try add(file, Self.weights)
    try await bundled(store).importIfNew(logger: logger)
    let after = try #require(try await store.asset("lorikeet-tiny"))
    #expect(after.id != before.id)
    #expect(after.files.contains { $0.path == file && $0.sha256 == Samples.sha256(Self.weights) })
    let kept = try #require(try await store.asset("lorikeet-tiny-2"))
    #expect(kept.id == before.id && kept.files == before.files)
    // A LoRA goes with the weights that it was trained on; another safety checker makes no others.
    #expect(try await store.asset("style")?.lora?.baseCheckpoint == base)
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny-3") == nil)
  }

  @Test("a bundled checkpoint that a user has deleted, or put another in the place of, is left so")
  func usersChoice() async throws {
    let store = try await store()
    try await bundled(store).importIfNew(logger: logger)
    try await store.deleteAsset("lorikeet-tiny")
    try add("safety_checker/model.safetensors", Self.weights)
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny") == nil)
    try await addLora("lorikeet-tiny", to: store)
    try add("safety_checker/model.safetensors", Samples.lora)
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny")?.kind == .lora)
    #expect(try await store.asset("lorikeet-tiny-2") == nil)
  }

  private func moveFolder(away: Bool) throws {
    let (folder, aside) = ("\(directory.models)/lorikeet-tiny", "\(directory.path)/aside")
    try FileManager.default.moveItem(atPath: away ? folder : aside, toPath: away ? aside : folder)
  }

  @Test("only the first import needs the bundled folder; a start later on does without, and keeps what is there")
  func missingFolder() async throws {
    let store = try await store()
    try moveFolder(away: true)
    await #expect(throws: (any Error).self) { try await bundled(store).importIfNew(logger: logger) }
    try moveFolder(away: false)
    try await bundled(store).importIfNew(logger: logger)
    let before = try #require(try await store.asset("lorikeet-tiny"))
    try moveFolder(away: true)
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny") == before)
  }

  @Test("a renewal that fails leaves everything as it was, and is made when it can be")
  func failingRenewal() async throws {
    let store = try await store()
    try await bundled(store).importIfNew(logger: logger)
    let before = try #require(try await store.asset("lorikeet-tiny"))
    try add("unet/model.safetensors", [1, 2, 3])
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny") == before)
    #expect(try await store.asset("lorikeet-tiny-2") == nil)
    try add("unet/model.safetensors", Self.weights)
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny-2")?.id == before.id)
  }

  @Test("a renewal that ended before it was noted is not made twice", arguments: [true, false])
  func unnotedRenewal(isOld: Bool) async throws {
    let store = try await store()
    let setting = "bundled checkpoint lorikeet-tiny"
    try await bundled(store).importIfNew(logger: logger)
    let earlier = try #require(try await store.setting(setting))
    try add("unet/model.safetensors", Self.weights)
    try await bundled(store).importIfNew(logger: logger)
    let renewed = try #require(try await store.asset("lorikeet-tiny"))
    let content = try await store.setting(setting)
    // Versions of before noted only that there was an import.
    try await store.setSetting(setting, isOld ? "imported" : earlier)
    try await bundled(store).importIfNew(logger: logger)
    #expect(try await store.asset("lorikeet-tiny") == renewed)
    #expect(try await store.asset("lorikeet-tiny-3") == nil)
    #expect(try await store.setting(setting) == content && content != earlier)
  }

  @Test("tunes from before a renewal stay with the weights that they were accepted for, and so do their LoRAs")
  func tunesAcrossRenewal() async throws {
    let service = try await ServiceUnderTest(directory)
    try await service.upload("photo", Samples.png())
    try await service.createTune("cat")
    let backend = try await ScriptedBackend(service, .training)
    let begun = try await backend.assignment()
    _ = try await service.cancelTune("cat", keep: true)
    _ = try await backend.cancellation()
    try await backend.handOver(begun, step: 40, state: [4, 0])
    _ = try await service.waitForTune("cat", .cancelled)
    await backend.vanish()
    try await service.createTune("dog")
    try await service.stop()

    try add("unet/model.safetensors", Self.weights)
    let renewed = try await ServiceUnderTest(directory)
    let next = try await ScriptedBackend(renewed, .training)
    try await next.finish(next.assignment())
    let dog = try await renewed.waitForTune("dog", .succeeded)
    for name in ["cat", "dog"] {
      let lora = try await renewed.assets.getAsset(.with { $0.asset = name })
      #expect(lora.lora?.baseCheckpoint == "lorikeet-tiny-2", "\(name)")
    }
    #expect(dog.baseCheckpoint == "lorikeet-tiny")
    // What is left out is as it was, whatever that is called now.
    let resumed = try await renewed.createTune("cat-2", images: []) { ($0.resumeFrom, $0.triggerWord) = ("cat", "") }
    #expect(resumed.baseCheckpoint == "lorikeet-tiny-2")
    try await renewed.stop()
  }

  @Test("an asset that cannot be read now is passed by, and looked at when it can be")
  func unreadable() async throws {
    let older = try await Store(directory: directory.data, inspection: ContentInspector.version - 1, logger: logger)
    try await addLora("style", to: older)
    try await bundled(older).importIfNew(logger: logger)
    older.close()
    let store = try await store()
    let (file, aside) = (store.blobs.path(of: Digest(of: Samples.lora)), "\(directory.path)/aside")
    try FileManager.default.moveItem(atPath: file, toPath: aside)
    let reinspection = Reinspection(store: store, limits: ServiceLimits(), logger: logger)
    await reinspection.run()
    #expect(try await store.outdatedAssets(limit: 10).map(\.asset.name) == ["style"])
    try FileManager.default.moveItem(atPath: aside, toPath: file)
    await reinspection.run()
    #expect(try await store.outdatedAssets(limit: 10).isEmpty)
    #expect(try await store.asset("style")?.lora?.matchedLayers == 1)
  }

  @Test("assets of an older version learn at the next start what this one finds in them, and keep what they were given")
  func reinspection() async throws {
    let older = try await Store(directory: directory.data, inspection: ContentInspector.version - 1, logger: logger)
    try await addLora("style", to: older)
    try await bundled(older).importIfNew(logger: logger)
    let hold = try await older.blobs.write([1, 2, 3])
    var odd = Asset()
    (odd.id, odd.name, odd.kind, odd.state) = (Identifier.make(.asset), "odd", .vae, .ready)
    odd.files = [.with { ($0.path, $0.sha256, $0.sizeBytes) = ("odd", hold.digest.hex, hold.count) }]
    _ = try await older.createAsset(odd, nameIsFixed: true)
    older.close()

    let store = try await store()
    #expect(try await store.outdatedAssets(limit: 10).map(\.asset.name) == ["style", "lorikeet-tiny", "odd"])
    await Reinspection(store: store, limits: ServiceLimits(), logger: logger).run()
    let lora = try #require(try await store.asset("style"))
    #expect(lora.family == .stableDiffusion1 && lora.lora?.matchedLayers == 1 && lora.lora?.rank == 4)
    #expect(lora.lora?.triggerWords == ["zorp"] && lora.lora?.baseCheckpoint == "lorikeet-tiny")
    #expect(lora.files.map(\.path) == ["style.safetensors"])
    // What would be refused now stays as it was.
    #expect(try await store.asset("odd") == odd)
    let page = PageRequest(size: 10, token: "")
    #expect(try await store.assets(AssetFilter(family: .stableDiffusion1), page: page).elements.contains(lora))
    #expect(try await store.outdatedAssets(limit: 10).isEmpty)
  }

  @Test("the service looks at them again when it starts")
  func atStart() async throws {
    let older = try await Store(directory: directory.data, logger: logger)
    try await addLora("style", to: older)
    older.close()
    let service = try await ServiceUnderTest(directory)
    // It does so beside its calls: the suite's time limit ends a wait that is in vain.
    var lora = LoraInfo()
    while lora.matchedLayers != 1 {
      lora = try #require(try await service.assets.getAsset(.with { $0.asset = "style" }).lora)
    }
    try await service.stop()
    let store = try await store()
    #expect(try await store.outdatedAssets(limit: 10).isEmpty)
  }
}
