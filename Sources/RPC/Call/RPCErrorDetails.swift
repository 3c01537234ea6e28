public import Protobuf

extension RPCError {
  /// `INVALID_ARGUMENT` that names every fault of a request at once, as a `google.rpc.BadRequest`.
  ///
  /// - Parameter violations: the path of a field, such as `images[3].caption`, and what is wrong and would be right.
  public static func invalidArgument(violations: [(field: String, description: String)]) -> RPCError {
    var details = GoogleRPCBadRequest()
    details.fieldViolations = violations.map { violation in
      var entry = GoogleRPCBadRequest.FieldViolation()
      entry.field = violation.field
      entry.description = violation.description
      return entry
    }
    let message = violations.map { "\($0.field): \($0.description)" }.joined(separator: "; ")
    return RPCError(.invalidArgument, message, details: [GoogleProtobufAny(packing: details)])
  }

  /// An error with `google.rpc` details.
  public init(_ code: StatusCode, _ message: String, details: [GoogleProtobufAny]) {
    self.init(code, message)
    self.details = details
  }

  /// The typed details of `grpc-status-details-bin`; empty when there are none or they cannot be read.
  public var details: [GoogleProtobufAny] {
    get { (try? GoogleRPCStatus(serializedBytes: statusDetails))?.details ?? [] }
    set {
      var status = GoogleRPCStatus()
      status.code = Int32(code.rawValue)
      status.message = message
      status.details = newValue
      statusDetails = newValue.isEmpty ? [] : status.serializedBytes()
    }
  }

  /// The faults a `google.rpc.BadRequest` among the details names.
  public var fieldViolations: [(field: String, description: String)] {
    details.compactMap { try? $0.unpack(GoogleRPCBadRequest.self) }
      .flatMap { $0.fieldViolations.map { (field: $0.field, description: $0.description) } }
  }
}
