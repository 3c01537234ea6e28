// Generated from grpc/health/v1/health.proto by Protos/generate.sh; do not edit.


/// Tells load balancers and supervisors whether to send calls here.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol GrpcHealthV1HealthProvider: Sendable {
  /// The state now; `NOT_FOUND` for a service that is not here.
  func check(_ request: GrpcHealthV1HealthCheckRequest, context: ServerContext) async throws -> GrpcHealthV1HealthCheckResponse

  /// The states of all services; `RESOURCE_EXHAUSTED` when there are more than 100.
  func list(_ request: GrpcHealthV1HealthListRequest, context: ServerContext) async throws -> GrpcHealthV1HealthListResponse

  /// The state now and at every change.
  func watch(
    _ request: GrpcHealthV1HealthCheckRequest, responses: ResponseWriter<GrpcHealthV1HealthCheckResponse>, context: ServerContext
  ) async throws
}

extension GrpcHealthV1HealthProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "grpc.health.v1.Health",
      descriptorSet: RPCDescriptors.bytes,
      methods: [
        .unary(
          "Check", request: GrpcHealthV1HealthCheckRequest.self, response: GrpcHealthV1HealthCheckResponse.self,
          handler: self.check(_:context:)),
        .unary(
          "List", request: GrpcHealthV1HealthListRequest.self, response: GrpcHealthV1HealthListResponse.self,
          handler: self.list(_:context:)),
        .serverStreaming(
          "Watch", request: GrpcHealthV1HealthCheckRequest.self, response: GrpcHealthV1HealthCheckResponse.self,
          handler: self.watch(_:responses:context:)),
      ]
    )
  }
}

/// Tells load balancers and supervisors whether to send calls here.
///
/// What a client calls.
public struct GrpcHealthV1HealthClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let check = MethodDescriptor(
      service: "grpc.health.v1.Health", method: "Check", kind: .unary)
    public static let list = MethodDescriptor(
      service: "grpc.health.v1.Health", method: "List", kind: .unary)
    public static let watch = MethodDescriptor(
      service: "grpc.health.v1.Health", method: "Watch", kind: .serverStreaming)
  }

  /// The state now; `NOT_FOUND` for a service that is not here.
  public func check(
    _ request: GrpcHealthV1HealthCheckRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcHealthV1HealthCheckResponse {
    try await client.unary(Methods.check, request, response: GrpcHealthV1HealthCheckResponse.self, options: options)
  }

  /// The states of all services; `RESOURCE_EXHAUSTED` when there are more than 100.
  public func list(
    _ request: GrpcHealthV1HealthListRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcHealthV1HealthListResponse {
    try await client.unary(Methods.list, request, response: GrpcHealthV1HealthListResponse.self, options: options)
  }

  /// The state now and at every change.
  public func watch(
    _ request: GrpcHealthV1HealthCheckRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<GrpcHealthV1HealthCheckResponse> {
    try await client.serverStreaming(
      Methods.watch, request, response: GrpcHealthV1HealthCheckResponse.self, options: options)
  }
}
