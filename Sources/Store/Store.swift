internal import GRDB
import Foundation
import Logging

/// What the service remembers: metadata in SQLite, bytes in blobs. The only place with SQL.
///
/// Every change is one transaction, and is on disk when the call returns. A call that was begun is completed even when
/// the caller's task is cancelled, so that a caller who vanished never leaves half a change.
package final class Store: Sendable {
  package let blobs: BlobStore
  let database: DatabasePool
  /// The number of the inspection that new assets have been through; those of lower numbers are to be looked at again.
  let inspection: Int
  private let lock: DataDirectoryLock
  private let logger: Logger

  /// Opens, or makes, the store in a directory: locks it, migrates the database, and removes blobs nobody points at.
  ///
  /// - Parameter inspection: the number of the present way of looking at assets.
  /// - Throws: `StoreError.locked` when another process has it.
  package init(directory: String, inspection: Int = 0, logger: Logger) async throws(StoreError) {
    self.logger = logger
    self.inspection = inspection
    try POSIXFile.makeDirectory(directory)
    lock = try DataDirectoryLock(directory: directory)
    blobs = try BlobStore(root: "\(directory)/blobs")
    do {
      var configuration = Configuration()
      configuration.maximumReaderCount = 4
      configuration.busyMode = .timeout(10)
      configuration.prepareDatabase { db in
        // FULL: with WAL, NORMAL may lose the last transactions on a loss of power, and accepted work must not be lost.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA cache_size = -2000")
      }
      database = try DatabasePool(path: "\(directory)/lorikeet.sqlite", configuration: configuration)
      try Schema.migrator.migrate(database)
    } catch {
      throw StoreError(wrapping: error)
    }
    let removed = try await collectAllGarbage()
    if removed > 0 { logger.info("removed blobs that nothing points at", metadata: ["count": "\(removed)"]) }
  }

  /// Ends the store's work: later calls fail, and another process may open the directory.
  package func close() {
    // Readers that are still open keep their snapshot; the log is merged at the next start then.
    try? database.close()
    lock.unlock()
  }

  /// One transaction that changes something.
  func write<Value: Sendable>(
    _ updates: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      database.asyncWrite(updates) { _, result in continuation.resume(returning: result) }
    }
    do { return try result.get() } catch { throw StoreError(wrapping: error) }
  }

  /// One consistent look.
  func read<Value: Sendable>(
    _ look: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      database.asyncRead { access in
        continuation.resume(returning: Result { try look(access.get()) })
      }
    }
    do { return try result.get() } catch { throw StoreError(wrapping: error) }
  }

  /// Whether something new could be stored now, metadata and blobs: what health reports.
  package func check() async throws(StoreError) {
    try await setSetting("last check", "\(Date().timeIntervalSince1970)")
    // Never committed: its file goes when it does.
    try await blobs.makeWriter(limit: 1).append([0])
  }

  /// Removes what a change has left over. The change is done and stays done: a failure here is only logged, and the
  /// next start removes the blobs.
  func removeOrphans(_ candidates: [Digest]) async {
    do {
      try await collectGarbage(candidates)
    } catch {
      logger.warning("blobs that nothing points at could not be removed", metadata: ["error": "\(error)"])
    }
  }

  /// Removes those of the blobs that nothing points at and nobody holds.
  @discardableResult
  func collectGarbage(_ candidates: [Digest]) async throws(StoreError) -> Int {
    guard !candidates.isEmpty else { return 0 }
    // In a write transaction no other one can add a reference meanwhile; a blob between commit and metadata is held.
    return try await write { [blobs] db in
      let references = try db.makeStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM asset_blobs WHERE sha256 = ?1)
            OR EXISTS (SELECT 1 FROM job_blobs WHERE sha256 = ?1)
          """)
      var removed = 0
      for digest in Set(candidates) {
        let isNeeded = try Bool.fetchOne(references, arguments: [digest.hex]) ?? true
        if !isNeeded, blobs.removeUnlessHeld(digest) { removed += 1 }
      }
      return removed
    }
  }

  /// Removes every blob that nothing points at, such as what a backend wrote before it was lost.
  @discardableResult
  func collectAllGarbage() async throws(StoreError) -> Int {
    try await collectGarbage(blobs.allDigests())
  }

  /// A small fact that outlives a restart.
  package func setting(_ name: String) async throws(StoreError) -> String? {
    try await read { db in
      try String.fetchOne(db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
    }
  }

  package func setSetting(_ name: String, _ value: String) async throws(StoreError) {
    try await write { db in
      try db.execute(sql: "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", arguments: [name, value])
    }
  }
}

extension StoreError {
  init(wrapping error: any Error) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .diskFull("the database")
    case let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB:
      self = .corrupt("pages")
    case let error: self = .io("the database: \(error)")
    }
  }
}
