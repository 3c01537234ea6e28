// Generated from grpc/health/v1/health.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos
public import Protobuf

/// Names the service that is asked about; empty means the server as a whole.
public struct GrpcHealthV1HealthCheckRequest: Message {
  public static let protoFullName = "grpc.health.v1.HealthCheckRequest"

  /// A full service name, such as `lorikeet.v1.TuneService`.
  public var service: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Health__V1__HealthCheckRequest>.size) { structure in
    grpc__health__v1__health_check_request__init(structure.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckRequest.self)
    self.service = Unpack.string(c.pointee.service)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Health__V1__HealthCheckRequest.self)
    grpc__health__v1__health_check_request__init(c)
    let frame = packer.open()
    if !self.service.isEmpty, let start = packer.string(self.service, field: 1) {
      c.pointee.service = start
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Whether the service can take calls.
public struct GrpcHealthV1HealthCheckResponse: Message {
  public static let protoFullName = "grpc.health.v1.HealthCheckResponse"

  /// The state.
  public var status: GrpcHealthV1HealthCheckResponse.ServingStatus = .unknown

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The states of a service.
  public enum ServingStatus: RawRepresentable, CaseIterable, Hashable, Sendable {
    /// Not known yet.
    case unknown
    /// It takes calls.
    case serving
    /// It does not take calls now.
    case notServing
    /// `Watch` only: no such service here.
    case serviceUnknown
    /// A number that this version of the schema has no name for.
    case unrecognized(Int32)

    public init() { self = .unknown }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .unknown
      case 1: self = .serving
      case 2: self = .notServing
      case 3: self = .serviceUnknown
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .unknown: 0
      case .serving: 1
      case .notServing: 2
      case .serviceUnknown: 3
      case .unrecognized(let number): number
      }
    }

    /// The name in the schema; nil for an unrecognized number.
    public var protoName: String? {
      switch self {
      case .unknown: "UNKNOWN"
      case .serving: "SERVING"
      case .notServing: "NOT_SERVING"
      case .serviceUnknown: "SERVICE_UNKNOWN"
      case .unrecognized: nil
      }
    }

    public static let allCases: [ServingStatus] = [
      .unknown, .serving, .notServing, .serviceUnknown,
    ]
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Health__V1__HealthCheckResponse>.size) { structure in
    grpc__health__v1__health_check_response__init(structure.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckResponse.self)
    self.status = GrpcHealthV1HealthCheckResponse.ServingStatus(rawValue: Int32(truncatingIfNeeded: c.pointee.status.rawValue))
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Health__V1__HealthCheckResponse.self)
    grpc__health__v1__health_check_response__init(c)
    let frame = packer.open()
    c.pointee.status = Grpc__Health__V1__HealthCheckResponse__ServingStatus(rawValue: .init(truncatingIfNeeded: self.status.rawValue))
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}
