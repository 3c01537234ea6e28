internal import GRDB
import Foundation
import LorikeetAPI

/// Assets that a newer version of the program renews: what it knows of them, or what stands under a name.
extension Store {
  /// Some of the assets that were last looked at in an older way, oldest first: those that `recordInspection` was not
  /// called for.
  package func outdatedAssets(limit: Int) async throws(StoreError) -> [Asset] {
    try await read { [inspection] db in
      try Data.fetchAll(
        db, sql: "SELECT message FROM assets WHERE inspection < ? ORDER BY seq LIMIT ?", arguments: [inspection, limit]
      ).map { try Asset(stored: Array($0)) }
    }
  }

  /// Notes that an asset was looked at in the present way. One that was deleted meanwhile stays deleted.
  ///
  /// - Parameter change: takes over what was found.
  package func recordInspection(
    of id: String, _ change: @escaping @Sendable (inout Asset) -> Void
  ) async throws(StoreError) {
    try await write { [inspection] db in
      guard var asset = try AssetRow.fetch(db, id) else { return }
      change(&asset)
      try AssetRow.update(db, asset)
      try db.execute(sql: "UPDATE assets SET inspection = ? WHERE id = ?", arguments: [inspection, id])
    }
  }

  /// Stores a new asset under the name that another one has. That one stays, under the next numbered name that is free.
  ///
  /// - Parameter keepsLoras: whether LoRAs that were trained on the other one go on naming it.
  /// - Returns: both as they are now.
  /// - Throws: `StoreError.notFound` when the other one is gone.
  package func createAsset(
    _ asset: Asset, displacing id: String, keepsLoras: Bool
  ) async throws(StoreError) -> (made: Asset, displaced: Asset) {
    try await write { [blobs, inspection] db in
      guard var displaced = try AssetRow.fetch(db, id) else { throw StoreError.notFound("asset “\(id)”") }
      let name = displaced.name
      displaced.name = try AssetRow.freeName(db, name)
      try AssetRow.update(db, displaced)
      if keepsLoras { try Self.renameBase(db, from: name, to: displaced.name) }
      let made = try AssetRow.insert(db, asset, nameIsFixed: true, inspection: inspection, blobs: blobs)
      return (made, displaced)
    }
  }

  private static func renameBase(_ db: Database, from name: String, to newName: String) throws {
    let loras = try Data.fetchAll(
      db, sql: "SELECT message FROM assets WHERE kind = ?", arguments: [AssetKind.lora.rawValue])
    for message in loras {
      var lora = try Asset(stored: Array(message))
      guard lora.lora?.baseCheckpoint == name else { continue }
      lora.lora?.baseCheckpoint = newName
      try AssetRow.update(db, lora)
    }
  }
}
