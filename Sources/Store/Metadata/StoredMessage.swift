internal import GRDB
import Foundation
import Protobuf

extension Message {
  /// Reads a message back that this store wrote.
  init(stored bytes: [UInt8]) throws(StoreError) {
    do {
      self = try Self(serializedBytes: bytes)
    } catch {
      throw .corrupt("a \(Self.protoFullName)")
    }
  }

  /// The message as a column's value.
  var storedData: Data { Data(serializedBytes()) }
}

extension [UInt8] {
  /// The first column of the first row, as bytes.
  static func fetchBlob(_ db: Database, sql: String, _ arguments: StatementArguments) throws -> [UInt8]? {
    try Data.fetchOne(db, sql: sql, arguments: arguments).map(Array.init)
  }
}
