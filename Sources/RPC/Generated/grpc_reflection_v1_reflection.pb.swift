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
    self.host = Unpack.string(c.pointee.host)
    switch c.pointee.message_request_case.rawValue {
    case 3:
      self.messageRequest = .fileByFilename(Unpack.string(c.pointee.file_by_filename))
    case 4:
      self.messageRequest = .fileContainingSymbol(Unpack.string(c.pointee.file_containing_symbol))
    case 5:
      if let value = c.pointee.file_containing_extension { self.messageRequest = .fileContainingExtension(GrpcReflectionV1ExtensionRequest(unpacked: value, source: .complete)) }
    case 6:
      self.messageRequest = .allExtensionNumbersOfType(Unpack.string(c.pointee.all_extension_numbers_of_type))
    case 7:
      self.messageRequest = .listServices(Unpack.string(c.pointee.list_services))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ServerReflectionRequest.self)
    grpc__reflection__v1__server_reflection_request__init(c)
    let frame = packer.open()
    if !self.host.isEmpty, let start = packer.string(self.host, field: 1) {
      c.pointee.host = start
    }
    switch self.messageRequest {
    case .fileByFilename(let value):
      if let start = packer.string(value, field: 3) {
        c.pointee.file_by_filename = start
        c.pointee.message_request_case = .init(rawValue: 3)
      }
    case .fileContainingSymbol(let value):
      if let start = packer.string(value, field: 4) {
        c.pointee.file_containing_symbol = start
        c.pointee.message_request_case = .init(rawValue: 4)
      }
    case .fileContainingExtension(let value):
      c.pointee.file_containing_extension = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Reflection__V1__ExtensionRequest.self)
      c.pointee.message_request_case = .init(rawValue: 5)
    case .allExtensionNumbersOfType(let value):
      if let start = packer.string(value, field: 6) {
        c.pointee.all_extension_numbers_of_type = start
        c.pointee.message_request_case = .init(rawValue: 6)
      }
    case .listServices(let value):
      if let start = packer.string(value, field: 7) {
        c.pointee.list_services = start
        c.pointee.message_request_case = .init(rawValue: 7)
      }
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
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
    self.containingType = Unpack.string(c.pointee.containing_type)
    self.extensionNumber = c.pointee.extension_number
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ExtensionRequest.self)
    grpc__reflection__v1__extension_request__init(c)
    let frame = packer.open()
    if !self.containingType.isEmpty, let start = packer.string(self.containingType, field: 1) {
      c.pointee.containing_type = start
    }
    c.pointee.extension_number = self.extensionNumber
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
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
    self.validHost = Unpack.string(c.pointee.valid_host)
    if let value = c.pointee.original_request {
      self.originalRequest = GrpcReflectionV1ServerReflectionRequest(unpacked: value, source: .complete)
    }
    switch c.pointee.message_response_case.rawValue {
    case 4:
      if let value = c.pointee.file_descriptor_response { self.messageResponse = .fileDescriptorResponse(GrpcReflectionV1FileDescriptorResponse(unpacked: value, source: .complete)) }
    case 5:
      if let value = c.pointee.all_extension_numbers_response { self.messageResponse = .allExtensionNumbersResponse(GrpcReflectionV1ExtensionNumberResponse(unpacked: value, source: .complete)) }
    case 6:
      if let value = c.pointee.list_services_response { self.messageResponse = .listServicesResponse(GrpcReflectionV1ListServiceResponse(unpacked: value, source: .complete)) }
    case 7:
      if let value = c.pointee.error_response { self.messageResponse = .errorResponse(GrpcReflectionV1ErrorResponse(unpacked: value, source: .complete)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ServerReflectionResponse.self)
    grpc__reflection__v1__server_reflection_response__init(c)
    let frame = packer.open()
    if !self.validHost.isEmpty, let start = packer.string(self.validHost, field: 1) {
      c.pointee.valid_host = start
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
    self.fileDescriptorProto = Unpack.array(c.pointee.n_file_descriptor_proto, c.pointee.file_descriptor_proto) { Unpack.bytes($0.len, $0.data) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__FileDescriptorResponse.self)
    grpc__reflection__v1__file_descriptor_response__init(c)
    let frame = packer.open()
    if !self.fileDescriptorProto.isEmpty {
      c.pointee.file_descriptor_proto = packer.array(self.fileDescriptorProto) { value, packer in
        ProtobufCBinaryData(len: value.count, data: packer.copy(value))
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
    self.baseTypeName = Unpack.string(c.pointee.base_type_name)
    self.extensionNumber = Unpack.array(c.pointee.n_extension_number, c.pointee.extension_number)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ExtensionNumberResponse.self)
    grpc__reflection__v1__extension_number_response__init(c)
    let frame = packer.open()
    if !self.baseTypeName.isEmpty, let start = packer.string(self.baseTypeName, field: 1) {
      c.pointee.base_type_name = start
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
    self.service = Unpack.messages(c.pointee.n_service, c.pointee.service) { GrpcReflectionV1ServiceResponse(unpacked: $0, source: .complete) }
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
    self.name = Unpack.string(c.pointee.name)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ServiceResponse.self)
    grpc__reflection__v1__service_response__init(c)
    let frame = packer.open()
    if !self.name.isEmpty, let start = packer.string(self.name, field: 1) {
      c.pointee.name = start
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
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
    self.errorMessage = Unpack.string(c.pointee.error_message)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Reflection__V1__ErrorResponse.self)
    grpc__reflection__v1__error_response__init(c)
    let frame = packer.open()
    c.pointee.error_code = self.errorCode
    if !self.errorMessage.isEmpty, let start = packer.string(self.errorMessage, field: 2) {
      c.pointee.error_message = start
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}
