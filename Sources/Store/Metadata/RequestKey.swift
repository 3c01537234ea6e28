internal import GRDB

/// Makes a create idempotent: the same request id gives the resource that the first call made.
package struct RequestKey: Sendable {
  package var method: String
  package var requestID: String
  /// A digest of the request, so that an id used twice for different things is noticed.
  package var fingerprint: Digest

  /// `nil` without a request id: such calls are not idempotent.
  package init?(method: String, requestID: String, request: [UInt8]) {
    guard !requestID.isEmpty else { return nil }
    self.method = method
    self.requestID = requestID
    fingerprint = Digest(of: request)
  }

  /// The resource that an earlier call made.
  func existing(_ db: Database) throws -> String? {
    guard let row = try Row.fetchOne(
      db, sql: "SELECT fingerprint, resource_id FROM requests WHERE method = ? AND request_id = ?",
      arguments: [method, requestID])
    else { return nil }
    guard row["fingerprint"] == fingerprint.hex else { throw StoreError.requestIDReused(requestID) }
    return row["resource_id"]
  }

  func record(_ db: Database, resource: String) throws {
    try db.execute(
      sql: "INSERT INTO requests (method, request_id, fingerprint, resource_id) VALUES (?, ?, ?, ?)",
      arguments: [method, requestID, fingerprint.hex, resource])
  }

  static func forget(_ db: Database, resource: String) throws {
    try db.execute(sql: "DELETE FROM requests WHERE resource_id = ?", arguments: [resource])
  }
}
