/// `grpc.reflection`: lets a client discover services and their messages at run time.
///
/// Versions v1 and v1alpha have the same messages on the wire, so one implementation answers both.
public struct ReflectionService: GrpcReflectionV1ServerReflectionProvider {
  private let names: [String]
  private let index: DescriptorIndex

  /// - Parameter services: what to show; services without a descriptor set are listed but cannot be described.
  public init(services: [ServiceDefinition]) {
    names = (services.map(\.name) + [Self.version1, Self.version1Alpha]).sorted()
    // Generated services of one module share one set.
    var sets: [[UInt8]] = []
    for set in services.map(\.descriptorSet) + [RPCDescriptors.bytes] where !set.isEmpty && !sets.contains(set) {
      sets.append(set)
    }
    index = DescriptorIndex(sets: sets)
  }

  private static let version1 = "grpc.reflection.v1.ServerReflection"
  private static let version1Alpha = "grpc.reflection.v1alpha.ServerReflection"

  /// The service under both of its names.
  public var definitions: [ServiceDefinition] {
    let current = definition
    return [current, ServiceDefinition(name: Self.version1Alpha, methods: current.methods)]
  }

  public func serverReflectionInfo(
    _ requests: RequestStream<GrpcReflectionV1ServerReflectionRequest>,
    responses: ResponseWriter<GrpcReflectionV1ServerReflectionResponse>, context: ServerContext
  ) async throws {
    for try await request in requests {
      var response = GrpcReflectionV1ServerReflectionResponse()
      response.validHost = request.host
      response.originalRequest = request
      response.messageResponse = answer(request)
      try await responses.write(response)
    }
  }

  private typealias Answer = GrpcReflectionV1ServerReflectionResponse.MessageResponse

  private func answer(_ request: GrpcReflectionV1ServerReflectionRequest) -> Answer {
    switch request.messageRequest {
    case .fileByFilename(let name):
      return index.file(named: name) == nil ? notFound("file \"\(name)\"") : files(name)
    case .fileContainingSymbol(let symbol):
      return index.file(declaring: symbol).map(files) ?? notFound("symbol \"\(symbol)\"")
    case .fileContainingExtension(let wanted):
      return index.file(extending: wanted.containingType, number: wanted.extensionNumber).map(files)
        ?? notFound("extension \(wanted.extensionNumber) of \"\(wanted.containingType)\"")
    case .allExtensionNumbersOfType(let type):
      guard let numbers = index.extensionNumbers(of: type) else { return notFound("type \"\(type)\"") }
      var response = GrpcReflectionV1ExtensionNumberResponse()
      response.baseTypeName = type
      response.extensionNumber = numbers
      return .allExtensionNumbersResponse(response)
    case .listServices:
      var response = GrpcReflectionV1ListServiceResponse()
      response.service = names.map { name in
        var service = GrpcReflectionV1ServiceResponse()
        service.name = name
        return service
      }
      return .listServicesResponse(response)
    case nil:
      return error(.invalidArgument, "the request asks nothing this server understands")
    }
  }

  private func files(_ name: String) -> Answer {
    var response = GrpcReflectionV1FileDescriptorResponse()
    response.fileDescriptorProto = index.closure(of: name)
    return .fileDescriptorResponse(response)
  }

  private func notFound(_ what: String) -> Answer { error(.notFound, "\(what) is not known here") }

  private func error(_ code: StatusCode, _ message: String) -> Answer {
    var response = GrpcReflectionV1ErrorResponse()
    response.errorCode = Int32(code.rawValue)
    response.errorMessage = message
    return .errorResponse(response)
  }
}
