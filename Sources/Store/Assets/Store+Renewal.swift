internal import GRDB
import Foundation
import LorikeetAPI

/// An asset that was last looked at in an older way.
package struct OutdatedAsset: Sendable {
  /// Where it stands among all of them.
  package let place: Int64
  package let asset: Asset
}

/// Assets that a newer version of the program renews: what it knows of them, or what stands under a name.
extension Store {
  /// Some of the assets that were last looked at in an older way, oldest first: those that `recordInspections` was not
  /// called for.
  ///
  /// - Parameter place: the last one's of the portion before.
  package func outdatedAssets(after place: Int64 = 0, limit: Int) async throws(StoreError) -> [OutdatedAsset] {
    try await read { [inspection] db in
      try Row.fetchAll(
        db, sql: "SELECT seq, message FROM assets WHERE inspection < ? AND seq > ? ORDER BY seq LIMIT ?",
        arguments: [inspection, place, limit]
      ).compactMap { row in
        guard let message = row["message"] as Data? else { return nil }
        return OutdatedAsset(place: row["seq"], asset: try Asset(stored: Array(message)))
      }
    }
  }

  /// Notes that assets were looked at in the present way, all in one transaction. Those that were deleted meanwhile
  /// stay deleted.
  ///
  /// - Parameters:
  ///   - found: the assets as they were found to be.
  ///   - change: takes over what was found, the second one, into the asset as it is now.
  package func recordInspections(
    _ found: [Asset], _ change: @escaping @Sendable (inout Asset, Asset) -> Void
  ) async throws(StoreError) {
    guard !found.isEmpty else { return }
    try await write { [inspection] db in
      for found in found {
        guard var asset = try AssetRow.fetch(db, found.id) else { continue }
        change(&asset, found)
        try AssetRow.update(db, asset)
        try db.execute(sql: "UPDATE assets SET inspection = ? WHERE id = ?", arguments: [inspection, found.id])
      }
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
