// Generated from grpc/reflection/v1/reflection.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos
public import Protobuf

/// One question.
public struct GrpcReflectionV1ServerReflectionRequest: Message {
  public static let protoFullName = "grpc.reflection.v1.ServerReflectionRequest"

  /// The host that the client believes it talks to.
  public var host: String = ""

  /// The question.
  public var messageRequest: MessageRequest? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The question.
  public enum MessageRequest: Sendable, Equatable {
    /// The file of this name.
    case fileByFilename(String)
    /// The file that declares this symbol.
    case fileContainingSymbol(String)
    /// The file that declares this extension.
    case fileContainingExtension(GrpcReflectionV1ExtensionRequest)
    /// All extension numbers of this message type.
    case allExtensionNumbersOfType(String)
    /// The names of all services; the value is ignored.
    case listServices(String)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ServerReflectionRequest>.size) { structure in
    grpc__reflection__v1__server_reflection_request__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ServerReflectionRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ServerReflectionRequest.self)
    self.host = source.string(c.pointee.host.len, c.pointee.host.data, "grpc.reflection.v1.ServerReflectionRequest.host")
    switch c.pointee.message_request_case.rawValue {
    case 3:
      self.messageRequest = .fileByFilename(source.string(c.pointee.file_by_filename.len, c.pointee.file_by_filename.data, "grpc.reflection.v1.ServerReflectionRequest.file_by_filename"))
    case 4:
      self.messageRequest = .fileContainingSymbol(source.string(c.pointee.file_containing_symbol.len, c.pointee.file_containing_symbol.data, "grpc.reflection.v1.ServerReflectionRequest.file_containing_symbol"))
    case 5:
      if let value = c.pointee.file_containing_extension { self.messageRequest = .fileContainingExtension(GrpcReflectionV1ExtensionRequest(unpacked: value, source: source.nested)) }
    case 6:
      self.messageRequest = .allExtensionNumbersOfType(source.string(c.pointee.all_extension_numbers_of_type.len, c.pointee.all_extension_numbers_of_type.data, "grpc.reflection.v1.ServerReflectionRequest.all_extension_numbers_of_type"))
    case 7:
      self.messageRequest = .listServices(source.string(c.pointee.list_services.len, c.pointee.list_services.data, "grpc.reflection.v1.ServerReflectionRequest.list_services"))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ServerReflectionRequest.self)
    grpc__reflection__v1__server_reflection_request__init(c)
    let frame = packer.open()
    if !self.host.isEmpty {
      c.pointee.host = ProtobufCBinaryData(packer.text(self.host))
    }
    switch self.messageRequest {
    case .fileByFilename(let value):
      c.pointee.file_by_filename = ProtobufCBinaryData(packer.text(value))
      c.pointee.message_request_case = .init(rawValue: 3)
    case .fileContainingSymbol(let value):
      c.pointee.file_containing_symbol = ProtobufCBinaryData(packer.text(value))
      c.pointee.message_request_case = .init(rawValue: 4)
    case .fileContainingExtension(let value):
      c.pointee.file_containing_extension = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionRequest.self)
      c.pointee.message_request_case = .init(rawValue: 5)
    case .allExtensionNumbersOfType(let value):
      c.pointee.all_extension_numbers_of_type = ProtobufCBinaryData(packer.text(value))
      c.pointee.message_request_case = .init(rawValue: 6)
    case .listServices(let value):
      c.pointee.list_services = ProtobufCBinaryData(packer.text(value))
      c.pointee.message_request_case = .init(rawValue: 7)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.host = wire.string()
      case 26: self.messageRequest = .fileByFilename(wire.string())
      case 34: self.messageRequest = .fileContainingSymbol(wire.string())
      case 50: self.messageRequest = .allExtensionNumbersOfType(wire.string())
      case 58: self.messageRequest = .listServices(wire.string())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.host.isEmpty { size.string(self.host, tag: 10) }
    switch self.messageRequest {
    case .fileByFilename(let value): size.string(value, tag: 26)
    case .fileContainingSymbol(let value): size.string(value, tag: 34)
    case .allExtensionNumbersOfType(let value): size.string(value, tag: 50)
    case .listServices(let value): size.string(value, tag: 58)
    case .some: size.giveUp()
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.host.isEmpty { wire.string(self.host, tag: 10) }
    switch self.messageRequest {
    case .fileByFilename(let value): wire.string(value, tag: 26)
    case .fileContainingSymbol(let value): wire.string(value, tag: 34)
    case .allExtensionNumbersOfType(let value): wire.string(value, tag: 50)
    case .listServices(let value): wire.string(value, tag: 58)
    case .some: break
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// Names an extension field.
public struct GrpcReflectionV1ExtensionRequest: Message {
  public static let protoFullName = "grpc.reflection.v1.ExtensionRequest"

  /// The full name of the extended message.
  public var containingType: String = ""

  /// The number of the extension.
  public var extensionNumber: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ExtensionRequest>.size) { structure in
    grpc__reflection__v1__extension_request__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionRequest.self)
    self.containingType = source.string(c.pointee.containing_type.len, c.pointee.containing_type.data, "grpc.reflection.v1.ExtensionRequest.containing_type")
    self.extensionNumber = c.pointee.extension_number
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ExtensionRequest.self)
    grpc__reflection__v1__extension_request__init(c)
    let frame = packer.open()
    if !self.containingType.isEmpty {
      c.pointee.containing_type = ProtobufCBinaryData(packer.text(self.containingType))
    }
    c.pointee.extension_number = self.extensionNumber
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.containingType = wire.string()
      case 16: self.extensionNumber = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.containingType.isEmpty { size.string(self.containingType, tag: 10) }
    if self.extensionNumber != 0 { size.int32(self.extensionNumber, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.containingType.isEmpty { wire.string(self.containingType, tag: 10) }
    if self.extensionNumber != 0 { wire.int32(self.extensionNumber, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// One answer.
public struct GrpcReflectionV1ServerReflectionResponse: Message {
  public static let protoFullName = "grpc.reflection.v1.ServerReflectionResponse"

  /// The host of the request.
  public var validHost: String = ""

  /// The request that this answers.
  public var originalRequest: GrpcReflectionV1ServerReflectionRequest? = nil

  /// The answer.
  public var messageResponse: MessageResponse? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The answer.
  public enum MessageResponse: Sendable, Equatable {
    /// Files, each with the files it imports.
    case fileDescriptorResponse(GrpcReflectionV1FileDescriptorResponse)
    /// Extension numbers.
    case allExtensionNumbersResponse(GrpcReflectionV1ExtensionNumberResponse)
    /// Service names.
    case listServicesResponse(GrpcReflectionV1ListServiceResponse)
    /// Why there is no answer.
    case errorResponse(GrpcReflectionV1ErrorResponse)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ServerReflectionResponse>.size) { structure in
    grpc__reflection__v1__server_reflection_response__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ServerReflectionResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ServerReflectionResponse.self)
    self.validHost = source.string(c.pointee.valid_host.len, c.pointee.valid_host.data, "grpc.reflection.v1.ServerReflectionResponse.valid_host")
    if let value = c.pointee.original_request {
      self.originalRequest = GrpcReflectionV1ServerReflectionRequest(unpacked: value, source: source.nested)
    }
    switch c.pointee.message_response_case.rawValue {
    case 4:
      if let value = c.pointee.file_descriptor_response { self.messageResponse = .fileDescriptorResponse(GrpcReflectionV1FileDescriptorResponse(unpacked: value, source: source.nested)) }
    case 5:
      if let value = c.pointee.all_extension_numbers_response { self.messageResponse = .allExtensionNumbersResponse(GrpcReflectionV1ExtensionNumberResponse(unpacked: value, source: source.nested)) }
    case 6:
      if let value = c.pointee.list_services_response { self.messageResponse = .listServicesResponse(GrpcReflectionV1ListServiceResponse(unpacked: value, source: source.nested)) }
    case 7:
      if let value = c.pointee.error_response { self.messageResponse = .errorResponse(GrpcReflectionV1ErrorResponse(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ServerReflectionResponse.self)
    grpc__reflection__v1__server_reflection_response__init(c)
    let frame = packer.open()
    if !self.validHost.isEmpty {
      c.pointee.valid_host = ProtobufCBinaryData(packer.text(self.validHost))
    }
    if let value = self.originalRequest {
      c.pointee.original_request = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ServerReflectionRequest.self)
    }
    switch self.messageResponse {
    case .fileDescriptorResponse(let value):
      c.pointee.file_descriptor_response = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__FileDescriptorResponse.self)
      c.pointee.message_response_case = .init(rawValue: 4)
    case .allExtensionNumbersResponse(let value):
      c.pointee.all_extension_numbers_response = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionNumberResponse.self)
      c.pointee.message_response_case = .init(rawValue: 5)
    case .listServicesResponse(let value):
      c.pointee.list_services_response = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ListServiceResponse.self)
      c.pointee.message_response_case = .init(rawValue: 6)
    case .errorResponse(let value):
      c.pointee.error_response = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ErrorResponse.self)
      c.pointee.message_response_case = .init(rawValue: 7)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Serialized `google.protobuf.FileDescriptorProto` messages.
public struct GrpcReflectionV1FileDescriptorResponse: Message {
  public static let protoFullName = "grpc.reflection.v1.FileDescriptorResponse"

  /// One entry a file.
  public var fileDescriptorProto: [[UInt8]] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__FileDescriptorResponse>.size) { structure in
    grpc__reflection__v1__file_descriptor_response__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__FileDescriptorResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__FileDescriptorResponse.self)
    self.fileDescriptorProto = Unpack.array(c.pointee.n_file_descriptor_proto, c.pointee.file_descriptor_proto) { source.nested.bytes($0.len, $0.data) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__FileDescriptorResponse.self)
    grpc__reflection__v1__file_descriptor_response__init(c)
    let frame = packer.open()
    if !self.fileDescriptorProto.isEmpty {
      c.pointee.file_descriptor_proto = packer.array(self.fileDescriptorProto) { value, packer in
        ProtobufCBinaryData(packer.copy(value))
      }
      c.pointee.n_file_descriptor_proto = self.fileDescriptorProto.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The extension numbers of one message type.
public struct GrpcReflectionV1ExtensionNumberResponse: Message {
  public static let protoFullName = "grpc.reflection.v1.ExtensionNumberResponse"

  /// The full name of the message type.
  public var baseTypeName: String = ""

  /// Its extension numbers.
  public var extensionNumber: [Int32] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ExtensionNumberResponse>.size) { structure in
    grpc__reflection__v1__extension_number_response__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionNumberResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionNumberResponse.self)
    self.baseTypeName = source.string(c.pointee.base_type_name.len, c.pointee.base_type_name.data, "grpc.reflection.v1.ExtensionNumberResponse.base_type_name")
    self.extensionNumber = Unpack.array(c.pointee.n_extension_number, c.pointee.extension_number)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ExtensionNumberResponse.self)
    grpc__reflection__v1__extension_number_response__init(c)
    let frame = packer.open()
    if !self.baseTypeName.isEmpty {
      c.pointee.base_type_name = ProtobufCBinaryData(packer.text(self.baseTypeName))
    }
    if !self.extensionNumber.isEmpty {
      c.pointee.extension_number = packer.array(self.extensionNumber)
      c.pointee.n_extension_number = self.extensionNumber.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The services of the server.
public struct GrpcReflectionV1ListServiceResponse: Message {
  public static let protoFullName = "grpc.reflection.v1.ListServiceResponse"

  /// One entry a service.
  public var service: [GrpcReflectionV1ServiceResponse] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ListServiceResponse>.size) { structure in
    grpc__reflection__v1__list_service_response__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ListServiceResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ListServiceResponse.self)
    self.service = Unpack.messages(c.pointee.n_service, c.pointee.service) { GrpcReflectionV1ServiceResponse(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ListServiceResponse.self)
    grpc__reflection__v1__list_service_response__init(c)
    let frame = packer.open()
    if !self.service.isEmpty {
      c.pointee.service = packer.array(self.service) { value, packer -> UnsafeMutablePointer<Grpc__Reflection__V1__ServiceResponse>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ServiceResponse.self)
      }
      c.pointee.n_service = self.service.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One service.
public struct GrpcReflectionV1ServiceResponse: Message {
  public static let protoFullName = "grpc.reflection.v1.ServiceResponse"

  /// Its full name.
  public var name: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ServiceResponse>.size) { structure in
    grpc__reflection__v1__service_response__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ServiceResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ServiceResponse.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.reflection.v1.ServiceResponse.name")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ServiceResponse.self)
    grpc__reflection__v1__service_response__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.name = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.name.isEmpty { size.string(self.name, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.name.isEmpty { wire.string(self.name, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Why a question has no answer.
public struct GrpcReflectionV1ErrorResponse: Message {
  public static let protoFullName = "grpc.reflection.v1.ErrorResponse"

  /// A gRPC status code.
  public var errorCode: Int32 = 0

  /// A sentence for people.
  public var errorMessage: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Reflection__V1__ErrorResponse>.size) { structure in
    grpc__reflection__v1__error_response__init(structure.assumingMemoryBound(to: Grpc__Reflection__V1__ErrorResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Reflection__V1__ErrorResponse.self)
    self.errorCode = c.pointee.error_code
    self.errorMessage = source.string(c.pointee.error_message.len, c.pointee.error_message.data, "grpc.reflection.v1.ErrorResponse.error_message")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ErrorResponse.self)
    grpc__reflection__v1__error_response__init(c)
    let frame = packer.open()
    c.pointee.error_code = self.errorCode
    if !self.errorMessage.isEmpty {
      c.pointee.error_message = ProtobufCBinaryData(packer.text(self.errorMessage))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.errorCode = wire.int32()
      case 18: self.errorMessage = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.errorCode != 0 { size.int32(self.errorCode, tag: 8) }
    if !self.errorMessage.isEmpty { size.string(self.errorMessage, tag: 18) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.errorCode != 0 { wire.int32(self.errorCode, tag: 8) }
    if !self.errorMessage.isEmpty { wire.string(self.errorMessage, tag: 18) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
