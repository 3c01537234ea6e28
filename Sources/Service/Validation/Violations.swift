import Protobuf
import RPC

/// Collects everything that is wrong with a request, so that one answer names it all.
///
/// The answer travels in header fields, whose size peers limit, many to 8 KiB: of thousands of faults it names the
/// first ones and counts the others, and long texts of the client's own are cut.
struct Violations {
  private static let mostInDetails = 32
  private static let mostInMessage = 10
  /// In bytes of UTF-8.
  private static let detailsSize = 3 << 10
  private static let messageSize = 1 << 10
  private static let descriptionSize = 512
  private var found: [(field: String, description: String)] = []

  var isEmpty: Bool { found.isEmpty }

  mutating func add(_ field: String, _ description: String) {
    found.append((field, description.cut(to: Self.descriptionSize)))
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
    var size = 0
    for (field, description) in found.prefix(Self.mostInDetails) {
      size += field.utf8.count + description.utf8.count
      guard size <= Self.detailsSize else { break }
      request.fieldViolations.append(.init(field: field, description: description))
    }
    let unnamed = found.count - request.fieldViolations.count
    if unnamed > 0 { request.fieldViolations.append(.init(field: "", description: "and \(unnamed) more")) }
    var shown = ""
    for (index, violation) in found.prefix(Self.mostInMessage).enumerated() {
      if index > 0 { shown += "; " }
      shown += violation.field.isEmpty ? violation.description : "\(violation.field): \(violation.description)"
    }
    let rest = found.count > Self.mostInMessage ? "; and \(found.count - Self.mostInMessage) more" : ""
    return RPCError(code, shown.cut(to: Self.messageSize) + rest, details: [GoogleProtobufAny(packing: request)])
  }
}

extension GoogleRPCBadRequest.FieldViolation {
  fileprivate init(field: String, description: String) {
    self.init()
    self.field = field
    self.description = description
  }
}

extension String {
  /// As much of the text as fits into so many bytes of UTF-8: whole scalars, for one character may take megabytes.
  func prefix(bytes size: Int) -> Substring {
    guard utf8.count > size else { return self[...] }
    var end = utf8.index(startIndex, offsetBy: size)
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return self[..<end]
  }

  /// The text, or as much of it as fits into so many bytes of UTF-8, with “…” behind it.
  fileprivate func cut(to size: Int) -> String { utf8.count > size ? "\(prefix(bytes: size))…" : self }
}

extension RPCError {
  /// One wrong field.
  static func invalid(_ field: String, _ description: String) -> RPCError {
    var violations = Violations()
    violations.add(field, description)
    return violations.error(.invalidArgument)
  }
}
