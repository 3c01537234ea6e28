// Generated from grpc/reflection/v1/reflection.proto by Protos/generate.sh; do not edit.


/// Lets a client discover services and their messages at run time.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol GrpcReflectionV1ServerReflectionProvider: Sendable {
  /// One answer for each request, in order.
  func serverReflectionInfo(
    _ requests: RequestStream<GrpcReflectionV1ServerReflectionRequest>, responses: ResponseWriter<GrpcReflectionV1ServerReflectionResponse>,
    context: ServerContext
  ) async throws
}

extension GrpcReflectionV1ServerReflectionProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "grpc.reflection.v1.ServerReflection",
      descriptorSet: RPCDescriptors.bytes,
      methods: [
        .bidirectionalStreaming(
          "ServerReflectionInfo", request: GrpcReflectionV1ServerReflectionRequest.self, response: GrpcReflectionV1ServerReflectionResponse.self,
          handler: self.serverReflectionInfo(_:responses:context:)),
      ]
    )
  }
}

/// Lets a client discover services and their messages at run time.
///
/// What a client calls.
public struct GrpcReflectionV1ServerReflectionClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let serverReflectionInfo = MethodDescriptor(
      service: "grpc.reflection.v1.ServerReflection", method: "ServerReflectionInfo", kind: .bidirectionalStreaming)
  }

  /// One answer for each request, in order.
  public func serverReflectionInfo(
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> BidirectionalCall<GrpcReflectionV1ServerReflectionRequest, GrpcReflectionV1ServerReflectionResponse> {
    try await client.bidirectionalStreaming(
      Methods.serverReflectionInfo, request: GrpcReflectionV1ServerReflectionRequest.self, response: GrpcReflectionV1ServerReflectionResponse.self, options: options)
  }
}
