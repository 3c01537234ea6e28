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
    self.service = source.string(c.pointee.service.len, c.pointee.service.data, "grpc.health.v1.HealthCheckRequest.service")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Health__V1__HealthCheckRequest.self)
    grpc__health__v1__health_check_request__init(c)
    let frame = packer.open()
    if !self.service.isEmpty {
      c.pointee.service = ProtobufCBinaryData(packer.text(self.service))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.service = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.service.isEmpty { size.string(self.service, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.service.isEmpty { wire.string(self.service, tag: 10) }
    wire.unknown(self.unknownFields)
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

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.status = GrpcHealthV1HealthCheckResponse.ServingStatus(rawValue: wire.int32())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.status.rawValue != 0 { size.int32(self.status.rawValue, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.status.rawValue != 0 { wire.int32(self.status.rawValue, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// Asks for the state of every service.
public struct GrpcHealthV1HealthListRequest: Message {
  public static let protoFullName = "grpc.health.v1.HealthListRequest"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Health__V1__HealthListRequest>.size) { structure in
    grpc__health__v1__health_list_request__init(structure.assumingMemoryBound(to: Grpc__Health__V1__HealthListRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Health__V1__HealthListRequest.self)
    grpc__health__v1__health_list_request__init(c)
    let frame = packer.open()
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    if !wire.isAtEnd { wire.giveUp() }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    wire.unknown(self.unknownFields)
  }
}

/// The state of every service.
public struct GrpcHealthV1HealthListResponse: Message {
  public static let protoFullName = "grpc.health.v1.HealthListResponse"

  /// By the service's full name; the empty one is the server as a whole.
  public var statuses: [String: GrpcHealthV1HealthCheckResponse] = [:]

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Health__V1__HealthListResponse>.size) { structure in
    grpc__health__v1__health_list_response__init(structure.assumingMemoryBound(to: Grpc__Health__V1__HealthListResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Health__V1__HealthListResponse.self)
    self.statuses = Unpack.dictionary(c.pointee.n_statuses, c.pointee.statuses) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "grpc.health.v1.HealthListResponse.StatusesEntry.key"),
       entry.pointee.value.map { GrpcHealthV1HealthCheckResponse(unpacked: $0, source: source.nested) } ?? GrpcHealthV1HealthCheckResponse())
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Health__V1__HealthListResponse.self)
    grpc__health__v1__health_list_response__init(c)
    let frame = packer.open()
    if !self.statuses.isEmpty {
      let entries = self.statuses.sorted { $0.key < $1.key }
      c.pointee.statuses = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Grpc__Health__V1__HealthListResponse__StatusesEntry>? in
        let c = packer.allocate(Grpc__Health__V1__HealthListResponse__StatusesEntry.self)
        grpc__health__v1__health_list_response__statuses_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = entry.value.pack(into: &packer).assumingMemoryBound(to: Grpc__Health__V1__HealthCheckResponse.self)
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_statuses = self.statuses.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
