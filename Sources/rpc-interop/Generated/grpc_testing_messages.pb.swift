// Generated from grpc/testing/messages.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CInteropProtos
public import Protobuf

/// The kinds of payload there are.
public enum GrpcTestingPayloadType: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Zeros, which any algorithm compresses.
  case compressable
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .compressable }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .compressable
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .compressable: 0
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .compressable: "COMPRESSABLE"
    case .unrecognized: nil
    }
  }

  public static let allCases: [GrpcTestingPayloadType] = [
    .compressable,
  ]
}

/// A flag that can also be absent: a client that cannot see compression leaves it out.
public struct GrpcTestingBoolValue: Message {
  public static let protoFullName = "grpc.testing.BoolValue"

  /// The flag.
  public var value: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__BoolValue>.size) { structure in
    grpc__testing__bool_value__init(structure.assumingMemoryBound(to: Grpc__Testing__BoolValue.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    self.value = c.pointee.value != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__BoolValue.self)
    grpc__testing__bool_value__init(c)
    let frame = packer.open()
    c.pointee.value = self.value ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.value = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.value { size.bool(self.value, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.value { wire.bool(self.value, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// Bytes that give a message its size.
public struct GrpcTestingPayload: Message {
  public static let protoFullName = "grpc.testing.Payload"

  /// The kind of the bytes.
  public var type: GrpcTestingPayloadType = .compressable

  /// The bytes; zeros.
  public var body: [UInt8] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__Payload>.size) { structure in
    grpc__testing__payload__init(structure.assumingMemoryBound(to: Grpc__Testing__Payload.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__Payload.self)
    self.type = GrpcTestingPayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.type.rawValue))
    self.body = source.bytes(c.pointee.body.len, c.pointee.body.data)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__Payload.self)
    grpc__testing__payload__init(c)
    let frame = packer.open()
    c.pointee.type = Grpc__Testing__PayloadType(rawValue: .init(truncatingIfNeeded: self.type.rawValue))
    if !self.body.isEmpty, let start = packer.bytes(self.body, field: 2) {
      c.pointee.body = ProtobufCBinaryData(start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.type = GrpcTestingPayloadType(rawValue: wire.int32())
      case 18: self.body = wire.bytes()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.type.rawValue != 0 { size.int32(self.type.rawValue, tag: 8) }
    if !self.body.isEmpty { size.bytes(self.body, tag: 18) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.type.rawValue != 0 { wire.int32(self.type.rawValue, tag: 8) }
    if !self.body.isEmpty { wire.bytes(self.body, tag: 18) }
    wire.unknown(self.unknownFields)
  }
}

/// A status the server is asked to end the call with.
public struct GrpcTestingEchoStatus: Message {
  public static let protoFullName = "grpc.testing.EchoStatus"

  /// The number of a gRPC status code.
  public var code: Int32 = 0

  /// The status message, sent back as it is.
  public var message: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__EchoStatus>.size) { structure in
    grpc__testing__echo_status__init(structure.assumingMemoryBound(to: Grpc__Testing__EchoStatus.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__EchoStatus.self)
    self.code = c.pointee.code
    self.message = source.string(c.pointee.message.len, c.pointee.message.data, "grpc.testing.EchoStatus.message")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__EchoStatus.self)
    grpc__testing__echo_status__init(c)
    let frame = packer.open()
    c.pointee.code = self.code
    if !self.message.isEmpty {
      c.pointee.message = ProtobufCBinaryData(packer.text(self.message))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.code = wire.int32()
      case 18: self.message = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.code != 0 { size.int32(self.code, tag: 8) }
    if !self.message.isEmpty { size.string(self.message, tag: 18) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.code != 0 { wire.int32(self.code, tag: 8) }
    if !self.message.isEmpty { wire.string(self.message, tag: 18) }
    wire.unknown(self.unknownFields)
  }
}

/// What a unary call asks for.
public struct GrpcTestingSimpleRequest: Message {
  public static let protoFullName = "grpc.testing.SimpleRequest"

  /// The kind of payload wanted.
  public var responseType: GrpcTestingPayloadType = .compressable

  /// The size of the payload wanted, in bytes.
  public var responseSize: Int32 = 0

  /// Sent to give the request its size.
  public var payload: GrpcTestingPayload? = nil

  /// Asks who the caller is; needs credentials, so this server leaves the answer empty.
  public var fillUsername: Bool = false

  /// Asks for the caller's OAuth scope; as above.
  public var fillOauthScope: Bool = false

  /// Asks for a compressed response, or for one that is not.
  public var responseCompressed: GrpcTestingBoolValue? = nil

  /// Asks for this status instead of a response.
  public var responseStatus: GrpcTestingEchoStatus? = nil

  /// Whether this request came compressed; the server checks it.
  public var expectCompressed: GrpcTestingBoolValue? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__SimpleRequest>.size) { structure in
    grpc__testing__simple_request__init(structure.assumingMemoryBound(to: Grpc__Testing__SimpleRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__SimpleRequest.self)
    self.responseType = GrpcTestingPayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.response_type.rawValue))
    self.responseSize = c.pointee.response_size
    if let value = c.pointee.payload {
      self.payload = GrpcTestingPayload(unpacked: value, source: source.nested)
    }
    self.fillUsername = c.pointee.fill_username != 0
    self.fillOauthScope = c.pointee.fill_oauth_scope != 0
    if let value = c.pointee.response_compressed {
      self.responseCompressed = GrpcTestingBoolValue(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.response_status {
      self.responseStatus = GrpcTestingEchoStatus(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.expect_compressed {
      self.expectCompressed = GrpcTestingBoolValue(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__SimpleRequest.self)
    grpc__testing__simple_request__init(c)
    let frame = packer.open()
    c.pointee.response_type = Grpc__Testing__PayloadType(rawValue: .init(truncatingIfNeeded: self.responseType.rawValue))
    c.pointee.response_size = self.responseSize
    if let value = self.payload {
      c.pointee.payload = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__Payload.self)
    }
    c.pointee.fill_username = self.fillUsername ? 1 : 0
    c.pointee.fill_oauth_scope = self.fillOauthScope ? 1 : 0
    if let value = self.responseCompressed {
      c.pointee.response_compressed = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    }
    if let value = self.responseStatus {
      c.pointee.response_status = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__EchoStatus.self)
    }
    if let value = self.expectCompressed {
      c.pointee.expect_compressed = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The answer of a unary call.
public struct GrpcTestingSimpleResponse: Message {
  public static let protoFullName = "grpc.testing.SimpleResponse"

  /// As large as was asked for.
  public var payload: GrpcTestingPayload? = nil

  /// Who the caller is.
  public var username: String = ""

  /// The caller's OAuth scope.
  public var oauthScope: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__SimpleResponse>.size) { structure in
    grpc__testing__simple_response__init(structure.assumingMemoryBound(to: Grpc__Testing__SimpleResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__SimpleResponse.self)
    if let value = c.pointee.payload {
      self.payload = GrpcTestingPayload(unpacked: value, source: source.nested)
    }
    self.username = source.string(c.pointee.username.len, c.pointee.username.data, "grpc.testing.SimpleResponse.username")
    self.oauthScope = source.string(c.pointee.oauth_scope.len, c.pointee.oauth_scope.data, "grpc.testing.SimpleResponse.oauth_scope")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__SimpleResponse.self)
    grpc__testing__simple_response__init(c)
    let frame = packer.open()
    if let value = self.payload {
      c.pointee.payload = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__Payload.self)
    }
    if !self.username.isEmpty {
      c.pointee.username = ProtobufCBinaryData(packer.text(self.username))
    }
    if !self.oauthScope.isEmpty {
      c.pointee.oauth_scope = ProtobufCBinaryData(packer.text(self.oauthScope))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One message of an upload.
public struct GrpcTestingStreamingInputCallRequest: Message {
  public static let protoFullName = "grpc.testing.StreamingInputCallRequest"

  /// Counted by the server.
  public var payload: GrpcTestingPayload? = nil

  /// Whether this message came compressed; the server checks it.
  public var expectCompressed: GrpcTestingBoolValue? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__StreamingInputCallRequest>.size) { structure in
    grpc__testing__streaming_input_call_request__init(structure.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallRequest.self)
    if let value = c.pointee.payload {
      self.payload = GrpcTestingPayload(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.expect_compressed {
      self.expectCompressed = GrpcTestingBoolValue(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__StreamingInputCallRequest.self)
    grpc__testing__streaming_input_call_request__init(c)
    let frame = packer.open()
    if let value = self.payload {
      c.pointee.payload = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__Payload.self)
    }
    if let value = self.expectCompressed {
      c.pointee.expect_compressed = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The answer to an upload.
public struct GrpcTestingStreamingInputCallResponse: Message {
  public static let protoFullName = "grpc.testing.StreamingInputCallResponse"

  /// The sum of the sizes of all payloads, in bytes.
  public var aggregatedPayloadSize: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__StreamingInputCallResponse>.size) { structure in
    grpc__testing__streaming_input_call_response__init(structure.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallResponse.self)
    self.aggregatedPayloadSize = c.pointee.aggregated_payload_size
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__StreamingInputCallResponse.self)
    grpc__testing__streaming_input_call_response__init(c)
    let frame = packer.open()
    c.pointee.aggregated_payload_size = self.aggregatedPayloadSize
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.aggregatedPayloadSize = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.aggregatedPayloadSize != 0 { size.int32(self.aggregatedPayloadSize, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.aggregatedPayloadSize != 0 { wire.int32(self.aggregatedPayloadSize, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// Describes one message of a download.
public struct GrpcTestingResponseParameters: Message {
  public static let protoFullName = "grpc.testing.ResponseParameters"

  /// The size of its payload, in bytes.
  public var size: Int32 = 0

  /// How long to wait before it, in microseconds.
  public var intervalUs: Int32 = 0

  /// Asks for it to be compressed, or not to be.
  public var compressed: GrpcTestingBoolValue? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__ResponseParameters>.size) { structure in
    grpc__testing__response_parameters__init(structure.assumingMemoryBound(to: Grpc__Testing__ResponseParameters.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__ResponseParameters.self)
    self.size = c.pointee.size
    self.intervalUs = c.pointee.interval_us
    if let value = c.pointee.compressed {
      self.compressed = GrpcTestingBoolValue(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__ResponseParameters.self)
    grpc__testing__response_parameters__init(c)
    let frame = packer.open()
    c.pointee.size = self.size
    c.pointee.interval_us = self.intervalUs
    if let value = self.compressed {
      c.pointee.compressed = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for a download, or for the next part of one.
public struct GrpcTestingStreamingOutputCallRequest: Message {
  public static let protoFullName = "grpc.testing.StreamingOutputCallRequest"

  /// The kind of payload wanted.
  public var responseType: GrpcTestingPayloadType = .compressable

  /// The messages wanted, in order.
  public var responseParameters: [GrpcTestingResponseParameters] = []

  /// Sent to give the request its size.
  public var payload: GrpcTestingPayload? = nil

  /// Asks for this status instead of more responses.
  public var responseStatus: GrpcTestingEchoStatus? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__StreamingOutputCallRequest>.size) { structure in
    grpc__testing__streaming_output_call_request__init(structure.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallRequest.self)
    self.responseType = GrpcTestingPayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.response_type.rawValue))
    self.responseParameters = Unpack.messages(c.pointee.n_response_parameters, c.pointee.response_parameters) { GrpcTestingResponseParameters(unpacked: $0, source: source.nested) }
    if let value = c.pointee.payload {
      self.payload = GrpcTestingPayload(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.response_status {
      self.responseStatus = GrpcTestingEchoStatus(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__StreamingOutputCallRequest.self)
    grpc__testing__streaming_output_call_request__init(c)
    let frame = packer.open()
    c.pointee.response_type = Grpc__Testing__PayloadType(rawValue: .init(truncatingIfNeeded: self.responseType.rawValue))
    if !self.responseParameters.isEmpty {
      c.pointee.response_parameters = packer.array(self.responseParameters) { value, packer -> UnsafeMutablePointer<Grpc__Testing__ResponseParameters>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__ResponseParameters.self)
      }
      c.pointee.n_response_parameters = self.responseParameters.count
    }
    if let value = self.payload {
      c.pointee.payload = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__Payload.self)
    }
    if let value = self.responseStatus {
      c.pointee.response_status = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__EchoStatus.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One message of a download.
public struct GrpcTestingStreamingOutputCallResponse: Message {
  public static let protoFullName = "grpc.testing.StreamingOutputCallResponse"

  /// As large as was asked for.
  public var payload: GrpcTestingPayload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__StreamingOutputCallResponse>.size) { structure in
    grpc__testing__streaming_output_call_response__init(structure.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallResponse.self)
    if let value = c.pointee.payload {
      self.payload = GrpcTestingPayload(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__StreamingOutputCallResponse.self)
    grpc__testing__streaming_output_call_response__init(c)
    let frame = packer.open()
    if let value = self.payload {
      c.pointee.payload = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Testing__Payload.self)
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
