internal import GRDB
import LorikeetAPI

extension Store {
  /// The asset with this id or name.
  package func asset(_ idOrName: String) async throws(StoreError) -> Asset? {
    try await read { db in try AssetRow.fetch(db, idOrName) }
  }

  /// Those of the assets that exist, under the ids or names they were asked for.
  package func assets(named names: [String]) async throws(StoreError) -> [String: Asset] {
    try await read { db in
      var found: [String: Asset] = [:]
      for name in Set(names) { found[name] = try AssetRow.fetch(db, name) }
      return found
    }
  }

  /// A usable asset of this kind and content: the one with this id where it is one, or else the oldest.
  package func asset(
    kind: AssetKind, content: String, preferring id: String
  ) async throws(StoreError) -> Asset? {
    try await read { db in
      let bytes = try [UInt8].fetchBlob(
        db,
        sql: """
          SELECT message FROM assets WHERE content = ? AND kind = ? AND state = ? ORDER BY id = ? DESC, seq LIMIT 1
          """, [content, kind.rawValue, AssetState.ready.rawValue, id])
      return try bytes.map { try Asset(stored: $0) }
    }
  }

  /// Gives up a blob that nothing is to point at after all.
  package func discard(_ hold: BlobHold) async {
    hold.release()
    await removeOrphans([hold.digest])
  }

  /// Stores a new asset, whose files are blobs already.
  ///
  /// - Parameter nameIsFixed: whether a taken name is an error; otherwise a number is added to it.
  /// - Returns: the asset, or the one that an earlier call with the same key made.
  package func createAsset(
    _ asset: Asset, nameIsFixed: Bool, key: RequestKey? = nil, consuming parts: [String] = []
  ) async throws(StoreError) -> Asset {
    let (made, orphans): (Asset, [Digest]) = try await write { [blobs, inspection] db in
      if let key, let id = try key.existing(db), let earlier = try AssetRow.fetch(db, id) { return (earlier, []) }
      let made = try AssetRow.insert(db, asset, nameIsFixed: nameIsFixed, inspection: inspection, blobs: blobs)
      try key?.record(db, resource: made.id)
      var orphans: [Digest] = []
      for part in parts { orphans += try AssetRow.delete(db, id: part) }
      return (made, orphans)
    }
    await removeOrphans(orphans)
    return made
  }

  /// The asset that an earlier call with this key made.
  package func asset(madeBy key: RequestKey) async throws(StoreError) -> Asset? {
    try await read { db in try key.existing(db).flatMap { try AssetRow.fetch(db, $0) } }
  }

  /// Deletes the asset, and its bytes where nothing else needs them.
  /// - Throws: `StoreError.notFound`.
  package func deleteAsset(_ idOrName: String) async throws(StoreError) {
    let orphans = try await write { db in
      guard let asset = try AssetRow.fetch(db, idOrName) else { throw StoreError.notFound("asset “\(idOrName)”") }
      return try AssetRow.delete(db, id: asset.id)
    }
    await removeOrphans(orphans)
  }

  /// One page of the assets, newest first.
  package func assets(_ filter: AssetFilter, page: PageRequest) async throws(StoreError) -> Page<Asset> {
    try await read { db in
      var query = ListQuery(table: "assets")
      query.among("kind", filter.kinds.map(\.rawValue))
      if filter.kinds.isEmpty { query.add("kind <> ?", AssetKind.file.rawValue) }
      query.among("state", filter.states.map(\.rawValue))
      query.contains("name", filter.nameContains)
      if filter.family != .unspecified { query.add("family = ?", filter.family.rawValue) }
      if !filter.source.isEmpty { query.add("source = ?", filter.source) }
      return try query.page(db, page, fingerprint: filter.fingerprint, as: Asset.self)
    }
  }
}

/// The asset's row and its references, inside a transaction.
enum AssetRow {
  static func fetch(_ db: Database, _ idOrName: String) throws -> Asset? {
    let bytes = try [UInt8].fetchBlob(
      db, sql: "SELECT message FROM assets WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1", [idOrName])
    return try bytes.map { try Asset(stored: $0) }
  }

  static func insert(
    _ db: Database, _ asset: Asset, nameIsFixed: Bool, inspection: Int, blobs: BlobStore
  ) throws -> Asset {
    var asset = asset
    let name = try freeName(db, asset.name)
    if name != asset.name {
      guard !nameIsFixed else { throw StoreError.alreadyExists("an asset named “\(asset.name)”") }
      asset.name = name
    }
    try db.execute(
      sql: """
        INSERT INTO assets (id, name, kind, state, family, source, content, inspection, message)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        asset.id, asset.name, asset.kind.rawValue, asset.state.rawValue, asset.family.rawValue, asset.source,
        ContentDigest.of(asset.files), inspection, asset.storedData,
      ])
    for sha256 in Set(asset.files.map(\.sha256)) {
      guard let digest = Digest(hex: sha256), blobs.contains(digest) else {
        throw StoreError.notFound("blob \(sha256)")
      }
      try db.execute(
        sql: "INSERT INTO asset_blobs (asset_id, sha256) VALUES (?, ?)", arguments: [asset.id, digest.hex])
    }
    return asset
  }

  /// Writes what may change of an asset: its name and what it was found to be.
  static func update(_ db: Database, _ asset: Asset) throws {
    try db.execute(
      sql: "UPDATE assets SET name = ?, family = ?, message = ? WHERE id = ?",
      arguments: [asset.name, asset.family.rawValue, asset.storedData, asset.id])
  }

  /// The name, or where it is taken the name with the next number that is free behind it.
  ///
  /// Found between a taken number and a free one by halving: a name that was wanted a thousand times costs no thousand
  /// look-ups. Numbers that deletions freed may stay unused.
  static func freeName(_ db: Database, _ wanted: String) throws -> String {
    let lookup = try db.makeStatement(sql: "SELECT EXISTS (SELECT 1 FROM assets WHERE name = ?)")
    func isTaken(_ name: String) throws -> Bool { try Bool.fetchOne(lookup, arguments: [name]) == true }
    guard try isTaken(wanted) else { return wanted }
    func name(_ number: Int) -> String { "\(wanted.prefix(120))-\(number)" }
    var taken = 1
    var free = 2
    while try isTaken(name(free)) { (taken, free) = (free, free * 2) }
    while free - taken > 1 {
      let middle = (taken + free) / 2
      if try isTaken(name(middle)) { taken = middle } else { free = middle }
    }
    return name(free)
  }

  /// Deletes the row; answers the blobs that may be orphans now.
  static func delete(_ db: Database, id: String) throws -> [Digest] {
    let digests = try String.fetchAll(db, sql: "SELECT sha256 FROM asset_blobs WHERE asset_id = ?", arguments: [id])
    try db.execute(sql: "DELETE FROM assets WHERE id = ?", arguments: [id])
    try RequestKey.forget(db, resource: id)
    return digests.compactMap(Digest.init(hex:))
  }
}
