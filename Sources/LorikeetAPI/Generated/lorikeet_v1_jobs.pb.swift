// Generated from lorikeet/v1/jobs.proto by Protos/generate.sh; do not edit.


/// Where a job is in its life.
///
///   PENDING ⇄ RUNNING → SUCCEEDED | FAILED | CANCELLED
///
/// A running job whose backend is lost goes back to PENDING and runs again from its last checkpoint.
public enum JobState: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not known; for a filter, any.
  case unspecified
  /// Accepted and stored, waiting for a backend.
  case pending
  /// On a backend.
  case running
  /// Done; the result is stored.
  case succeeded
  /// It cannot be done; the reason says why.
  case failed
  /// Stopped by a user.
  case cancelled
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .pending
    case 2: self = .running
    case 3: self = .succeeded
    case 4: self = .failed
    case 5: self = .cancelled
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .pending: 1
    case .running: 2
    case .succeeded: 3
    case .failed: 4
    case .cancelled: 5
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "JOB_STATE_UNSPECIFIED"
    case .pending: "JOB_STATE_PENDING"
    case .running: "JOB_STATE_RUNNING"
    case .succeeded: "JOB_STATE_SUCCEEDED"
    case .failed: "JOB_STATE_FAILED"
    case .cancelled: "JOB_STATE_CANCELLED"
    case .unrecognized: nil
    }
  }

  public static let allCases: [JobState] = [
    .unspecified, .pending, .running, .succeeded, .failed, .cancelled,
  ]
}
