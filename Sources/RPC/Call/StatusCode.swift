internal import HTTP2

/// The outcome of a call, as `grpc-status` carries it.
public enum StatusCode: Int, Sendable, CaseIterable, CustomStringConvertible {
  /// The call did what it was to do.
  case ok = 0
  /// It was given up, mostly by the caller.
  case cancelled = 1
  /// Something else; what is not known to be anything better.
  case unknown = 2
  /// The request is wrong, whatever the state of the system.
  case invalidArgument = 3
  /// The deadline passed first. The call may have had its effect all the same.
  case deadlineExceeded = 4
  /// What the request names does not exist.
  case notFound = 5
  /// What the request wants to create exists.
  case alreadyExists = 6
  /// The caller is known, and may not do this.
  case permissionDenied = 7
  /// A quota, a size limit or some room is used up.
  case resourceExhausted = 8
  /// The system is not in the state that the request needs; trying again does not help until that changes.
  case failedPrecondition = 9
  /// Somebody else came first; the caller may start over at a higher level.
  case aborted = 10
  /// The request is past the end of what there is.
  case outOfRange = 11
  /// There is no such method here, or not with what the request wants.
  case unimplemented = 12
  /// Something that cannot be has happened; a fault of the software.
  case internalError = 13
  /// Nobody could be reached just now; trying again may help.
  case unavailable = 14
  /// Data is lost or corrupt beyond repair.
  case dataLoss = 15
  /// The caller has not shown who it is.
  case unauthenticated = 16

  /// The name the gRPC documentation uses, such as `NOT_FOUND`.
  public var description: String {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internalError: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }

  /// The code for a response that is no gRPC response (gRPC's "HTTP to gRPC status code mapping").
  init(httpStatus: Int) {
    self =
      switch httpStatus {
      case 400: .internalError
      case 401: .unauthenticated
      case 403: .permissionDenied
      case 404: .unimplemented
      case 429, 502, 503, 504: .unavailable
      default: .unknown
      }
  }

  /// The code for a stream that was reset before its status came (gRPC over HTTP/2, "Errors").
  init(reset code: HTTP2ErrorCode) {
    self =
      switch code {
      case .refusedStream: .unavailable
      case .cancel: .cancelled
      case .enhanceYourCalm: .resourceExhausted
      case .inadequateSecurity: .permissionDenied
      default: .internalError
      }
  }
}
