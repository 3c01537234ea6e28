internal import GRDB
import Foundation
import Protobuf

/// A list with filters: builds the condition, counts, and reads one page by key.
struct ListQuery {
  private let table: String
  private var conditions: [String] = []
  private var arguments = StatementArguments()

  init(table: String) { self.table = table }

  mutating func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
    conditions.append("(\(condition))")
    arguments += StatementArguments(values)
  }

  mutating func among(_ column: String, _ values: [Int32]) {
    guard !values.isEmpty else { return }
    // Numbers, not text from outside: they can stand in the statement.
    conditions.append("\(column) IN (\(values.map(String.init).joined(separator: ", ")))")
  }

  mutating func contains(_ column: String, _ text: String) {
    if !text.isEmpty { add("instr(lower(\(column)), lower(?)) > 0", text) }
  }

  func page<Resource: Message>(
    _ db: Database, _ page: PageRequest, fingerprint: [String], as type: Resource.Type
  ) throws -> Page<Resource> {
    let token = try PageToken.decode(page.token, filter: fingerprint)
    let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    let total = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table) WHERE \(condition)", arguments: arguments) ?? 0
    let rows = try Row.fetchCursor(
      db, sql: "SELECT seq, message FROM \(table) WHERE \(condition) AND seq < ? ORDER BY seq DESC LIMIT ?",
      arguments: arguments + [token?.before ?? Int64.max, page.size + 1])
    var shown = Page<Resource>(elements: [], nextToken: "", totalSize: total)
    var last: Int64 = 0
    var size = 0
    while let row = try rows.next() {
      let message: Data = row["message"]
      size += message.count
      guard shown.elements.isEmpty || (shown.elements.count < page.size && size <= page.byteLimit) else {
        shown.nextToken = PageToken(before: last).encode(filter: fingerprint)
        break
      }
      shown.elements.append(try Resource(stored: Array(message)))
      last = row["seq"]
    }
    return shown
  }
}
