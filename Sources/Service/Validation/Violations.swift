import Protobuf
import RPC

/// Collects everything that is wrong with a request, so that one answer names it all.
struct Violations {
  private var found: [(field: String, description: String)] = []

  var isEmpty: Bool { found.isEmpty }

  mutating func add(_ field: String, _ description: String) {
    found.append((field, description))
  }

  /// Adds a violation unless the condition holds.
  mutating func require(_ condition: Bool, _ field: String, _ description: @autoclosure () -> String) {
    if !condition { add(field, description()) }
  }

  mutating func requireRange<Number: Comparable>(_ value: Number?, in range: ClosedRange<Number>, _ field: String) {
    guard let value else { return }
    require(range.contains(value), field, "must be \(range.lowerBound) to \(range.upperBound), not \(value)")
  }

  mutating func requireLength(_ text: String, atMost limit: Int, _ field: String) {
    // Scalars, not characters: one character can hold any number of them.
    let count = text.unicodeScalars.count
    require(count <= limit, field, "must have at most \(limit) characters, not \(count)")
  }

  mutating func requireRequestID(_ id: String) {
    requireLength(id, atMost: 128, "request_id")
  }

  mutating func add(contentsOf other: Violations) {
    found += other.found
  }

  /// Ends the call if anything was found.
  /// - Throws: `INVALID_ARGUMENT` with a `google.rpc.BadRequest`.
  func check() throws(RPCError) {
    if !isEmpty { throw error(.invalidArgument) }
  }

  /// The violations under another code, such as `NOT_FOUND` for references to what is not there.
  func error(_ code: StatusCode) -> RPCError {
    var request = GoogleRPCBadRequest()
    request.fieldViolations = found.map { field, description in
      var violation = GoogleRPCBadRequest.FieldViolation()
      violation.field = field
      violation.description = description
      return violation
    }
    let shown = found.prefix(10).map { $0.field.isEmpty ? $0.description : "\($0.field): \($0.description)" }
    let rest = found.count > 10 ? ["and \(found.count - 10) more"] : []
    return RPCError(code, (shown + rest).joined(separator: "; "), details: [GoogleProtobufAny(packing: request)])
  }
}

extension RPCError {
  /// One wrong field.
  static func invalid(_ field: String, _ description: String) -> RPCError {
    var violations = Violations()
    violations.add(field, description)
    return violations.error(.invalidArgument)
  }
}
