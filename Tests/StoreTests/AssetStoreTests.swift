import GRDB
import Logging
import LorikeetAPI
import Testing

@testable import Store

@Suite("Assets in the store")
struct AssetStoreTests {
  let directory: TemporaryDirectory
  let store: Store

  init() async throws {
    directory = try TemporaryDirectory()
    store = try await Store.temporary(directory)
  }

  private func digest(_ asset: Asset) throws -> Digest {
    try #require(Digest(hex: asset.files[0].sha256))
  }

  @Test("an asset is found by id and by name, with every field")
  func lookUp() async throws {
    let asset = try await store.makeAsset("cat", "meow")
    #expect(try await store.asset(asset.id) == asset)
    #expect(try await store.asset("cat") == asset)
    #expect(try await store.asset("dog") == nil)
    #expect(try await store.assets(named: ["cat", "dog", asset.id]) == ["cat": asset, asset.id: asset])
  }

  @Test("a taken name is refused, or numbered where it was only a wish")
  func names() async throws {
    try await store.makeAsset("cat", "one")
    await #expect(throws: StoreError.alreadyExists("an asset named “cat”")) { try await store.makeAsset("cat", "two") }
    let hold = try await store.blobs.write([1])
    let second = try await store.createAsset(.sample("cat", hold, kind: .image), nameIsFixed: false)
    let third = try await store.createAsset(.sample("cat", hold, kind: .image), nameIsFixed: false)
    #expect([second.name, third.name] == ["cat-2", "cat-3"])
  }

  @Test("metadata never points at a blob that is not there")
  func missingBlob() async throws {
    let hold = try await store.blobs.write([1])
    var asset = Asset.sample("cat", hold, kind: .image)
    asset.files[0].sha256 = String(repeating: "0", count: 64)
    await #expect(throws: StoreError.self) { try await store.createAsset(asset, nameIsFixed: true) }
    #expect(try await store.asset("cat") == nil)
  }

  @Test("the bytes go with the last asset that needs them")
  func sharedBytes() async throws {
    let first = try await store.makeAsset("one", "same")
    try await store.makeAsset("two", "same")
    try await store.deleteAsset("one")
    #expect(store.blobs.contains(try digest(first)))
    try await store.deleteAsset("two")
    #expect(!store.blobs.contains(try digest(first)))
    await #expect(throws: StoreError.notFound("asset “two”")) { try await store.deleteAsset("two") }
  }

  @Test("a repeated request makes one asset; another request with its id is refused")
  func requestID() async throws {
    let key = try #require(RequestKey(method: "m", requestID: "r", request: [1]))
    let first = try await store.makeAsset("cat", "meow", key: key)
    let again = try await store.makeAsset("cat", "meow", key: key)
    #expect(first == again)
    let other = try #require(RequestKey(method: "m", requestID: "r", request: [2]))
    await #expect(throws: StoreError.requestIDReused("r")) { try await store.makeAsset("dog", "woof", key: other) }
    #expect(try await store.asset("dog") == nil)
    try await store.deleteAsset("cat")
    let anew = try await store.makeAsset("cat", "meow", key: key)
    #expect(anew.id != first.id)
  }

  @Test("consumed parts are gone and their bytes stay in the whole")
  func consumption() async throws {
    let part = try await store.makeAsset("part", "weights", kind: .file)
    var whole = Asset()
    whole.id = Identifier.make(.asset)
    whole.name = "whole"
    whole.kind = .checkpoint
    whole.files = part.files
    _ = try await store.createAsset(whole, nameIsFixed: true, consuming: [part.id])
    #expect(try await store.asset("part") == nil)
    #expect(store.blobs.contains(try digest(part)))
  }

  @Test("pages hold every asset once, newest first, while assets come and go")
  func pages() async throws {
    for index in 0..<7 { try await store.makeAsset("a\(index)", "\(index)") }
    try await store.makeAsset("file", "file", kind: .file)
    let first = try await store.assets(AssetFilter(), page: PageRequest(size: 3, token: ""))
    #expect(first.elements.map(\.name) == ["a6", "a5", "a4"])
    #expect(first.totalSize == 7)
    try await store.makeAsset("late", "late")
    try await store.deleteAsset("a3")
    let second = try await store.assets(AssetFilter(), page: PageRequest(size: 3, token: first.nextToken))
    #expect(second.elements.map(\.name) == ["a2", "a1", "a0"])
    #expect(second.nextToken == "")
  }

  @Test("a page ends where its bytes do, but holds one asset at least")
  func largeElements() async throws {
    for index in 0..<3 { try await store.makeAsset("a\(index)", "\(index)") }
    var names: [[String]] = []
    var token = ""
    repeat {
      let page = try await store.assets(AssetFilter(), page: PageRequest(size: 10, token: token, byteLimit: 1))
      names.append(page.elements.map(\.name))
      token = page.nextToken
    } while !token.isEmpty
    #expect(names == [["a2"], ["a1"], ["a0"]])
  }

  @Test("names that are wishes are numbered without a gap")
  func numberedNames() async throws {
    var names: [String] = []
    for _ in 0..<20 {
      let hold = try await store.blobs.write([1])
      names.append(try await store.createAsset(.sample("a", hold, kind: .image), nameIsFixed: false).name)
    }
    #expect(names == ["a"] + (2...20).map { "a-\($0)" })
  }

  @Test("a page token of another list, or no token at all, is refused", arguments: ["x", "MTIz", "....", "MS5hYWFh"])
  func badToken(token: String) async throws {
    await #expect(throws: StoreError.invalidPageToken) {
      try await store.assets(AssetFilter(), page: PageRequest(size: 3, token: token))
    }
    for index in 0..<2 { try await store.makeAsset("a\(index)", "\(index)") }
    let page = try await store.assets(AssetFilter(), page: PageRequest(size: 1, token: ""))
    await #expect(throws: StoreError.invalidPageToken) {
      try await store.assets(AssetFilter(nameContains: "a"), page: PageRequest(size: 1, token: page.nextToken))
    }
  }

  @Test("filters choose by kind, part of the name and origin")
  func filters() async throws {
    try await store.makeAsset("Cat-1", "1")
    try await store.makeAsset("dog", "2", source: "tune_x")
    try await store.makeAsset("cat-lora", "3", kind: .lora)
    func names(_ filter: AssetFilter) async throws -> [String] {
      try await store.assets(filter, page: PageRequest(size: 10, token: "")).elements.map(\.name)
    }
    #expect(try await names(AssetFilter(nameContains: "cat")) == ["cat-lora", "Cat-1"])
    #expect(try await names(AssetFilter(kinds: [.lora])) == ["cat-lora"])
    #expect(try await names(AssetFilter(source: "tune_x")) == ["dog"])
    #expect(try await names(AssetFilter(nameContains: "%")) == [])
  }

  @Test("everything is there again after a restart, and orphaned blobs are gone")
  func restart() async throws {
    let asset = try await store.makeAsset("cat", "meow")
    let orphan: Digest
    do { orphan = try await store.blobs.write([9, 9]).digest }
    #expect(store.blobs.contains(orphan))
    store.close()
    let again = try await Store.temporary(directory)
    #expect(try await again.asset("cat") == asset)
    #expect(again.blobs.contains(try digest(asset)))
    #expect(!again.blobs.contains(orphan))
  }

  @Test("an asset is found by kind and content, the one asked for first; one that is not ready is not found")
  func byContent() async throws {
    let first = try await store.makeAsset("first", "meow"), second = try await store.makeAsset("second", "meow")
    try await store.makeAsset("other", "meow", kind: .lora)
    let content = ContentDigest.of(first.files)
    #expect(content == first.files[0].sha256)
    #expect(try await store.asset(kind: .image, content: content, preferring: "")?.name == "first")
    #expect(try await store.asset(kind: .image, content: content, preferring: second.id)?.name == "second")
    #expect(try await store.asset(kind: .lora, content: content, preferring: first.id)?.name == "other")
    #expect(try await store.asset(kind: .vae, content: content, preferring: "") == nil)
    try await store.deleteAsset("first")
    #expect(try await store.asset(kind: .image, content: content, preferring: first.id)?.name == "second")
  }

  @Test("a database of before learns its assets' content")
  func migration() async throws {
    let asset = try await store.makeAsset("cat", "meow")
    store.close()
    let queue = try DatabaseQueue(path: "\(directory.path)/lorikeet.sqlite")
    try await queue.write { db in
      try db.execute(
        sql: """
          DROP INDEX assets_content;
          ALTER TABLE assets DROP COLUMN content;
          ALTER TABLE assets DROP COLUMN inspection;
          ALTER TABLE jobs DROP COLUMN engine;
          ALTER TABLE jobs DROP COLUMN keep;
          DELETE FROM grdb_migrations WHERE identifier NOT LIKE '1:%';
          """)
    }
    try queue.close()
    let again = try await Store.temporary(directory)
    let content = ContentDigest.of(asset.files)
    #expect(try await again.asset(kind: .image, content: content, preferring: "")?.id == asset.id)
    again.close()
    // And that nobody has looked at them as one does now.
    let newer = try await Store(
      directory: directory.path, inspection: 1, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(try await newer.outdatedAssets(limit: 10).map(\.asset.id) == [asset.id])
    let place = try #require(try await newer.outdatedAssets(limit: 1).first).place
    #expect(try await newer.outdatedAssets(after: place, limit: 10).isEmpty)
    #expect(try await newer.outdatedAssets(after: place - 1, limit: 10).map(\.place) == [place])
    var found = asset
    found.family = .stableDiffusionXl
    var absent = Asset()
    absent.id = "absent"
    try await newer.recordInspections([absent, found]) { $0.family = $1.family }
    #expect(try await newer.outdatedAssets(limit: 10).isEmpty)
    let page = PageRequest(size: 1, token: "")
    #expect(try await newer.assets(AssetFilter(family: .stableDiffusionXl), page: page).totalSize == 1)
  }

  @Test("a new asset takes another's name, which goes on under the next that is free, with its LoRAs or without")
  func displacing() async throws {
    for keepsLoras in [true, false] {
      let base = keepsLoras ? "sd" : "xl"
      let before = try await store.makeAsset(base, "one of \(base)", kind: .checkpoint)
      try await store.makeAsset("\(base)-2", "something else")
      let hold = try await store.blobs.write(Array("lora of \(base)".utf8))
      var lora = Asset.sample("\(base)-lora", hold, kind: .lora)
      lora.lora = .with { $0.baseCheckpoint = base }
      _ = try await store.createAsset(lora, nameIsFixed: true)
      let content = try await store.blobs.write(Array("two of \(base)".utf8))
      let (made, displaced) = try await store.createAsset(
        .sample(base, content, kind: .checkpoint), displacing: before.id, keepsLoras: keepsLoras)
      #expect(made.name == base && displaced.name == "\(base)-3" && displaced.id == before.id)
      #expect(try await store.asset(base)?.id == made.id)
      #expect(try await store.asset("\(base)-3")?.files == before.files)
      #expect(try await store.asset("\(base)-lora")?.lora?.baseCheckpoint == (keepsLoras ? "\(base)-3" : base))
    }
    let hold = try await store.blobs.write([1])
    await #expect(throws: StoreError.notFound("asset “absent”")) {
      try await store.createAsset(.sample("x", hold, kind: .checkpoint), displacing: "absent", keepsLoras: false)
    }
  }

  @Test("a second store on the same directory is refused")
  func lock() async throws {
    await #expect(throws: StoreError.locked(directory.path)) { _ = try await Store.temporary(directory) }
  }
}
