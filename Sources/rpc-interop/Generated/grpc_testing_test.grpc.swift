// Generated from grpc/testing/test.proto by Protos/generate.sh; do not edit.

public import RPC

/// Has a method of each kind, whose requests say what the server is to do.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol GrpcTestingTestServiceProvider: Sendable {
  /// Answers nothing with nothing.
  func emptyCall(_ request: GrpcTestingEmpty, context: ServerContext) async throws -> GrpcTestingEmpty

  /// Answers with a payload of the wanted size, or the wanted status.
  func unaryCall(_ request: GrpcTestingSimpleRequest, context: ServerContext) async throws -> GrpcTestingSimpleResponse

  /// A download of messages of the wanted sizes.
  func streamingOutputCall(
    _ request: GrpcTestingStreamingOutputCallRequest, responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>, context: ServerContext
  ) async throws

  /// An upload; answers with its size.
  func streamingInputCall(
    _ requests: RequestStream<GrpcTestingStreamingInputCallRequest>, context: ServerContext
  ) async throws -> GrpcTestingStreamingInputCallResponse

  /// Answers each request at once with the messages it wants.
  func fullDuplexCall(
    _ requests: RequestStream<GrpcTestingStreamingOutputCallRequest>, responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>,
    context: ServerContext
  ) async throws

  /// Takes all requests, then answers them in order.
  func halfDuplexCall(
    _ requests: RequestStream<GrpcTestingStreamingOutputCallRequest>, responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>,
    context: ServerContext
  ) async throws

  /// No server has this method.
  func unimplementedCall(_ request: GrpcTestingEmpty, context: ServerContext) async throws -> GrpcTestingEmpty
}

extension GrpcTestingTestServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "grpc.testing.TestService",
      descriptorSet: InteropDescriptors.bytes,
      methods: [
        .unary(
          "EmptyCall", request: GrpcTestingEmpty.self, response: GrpcTestingEmpty.self,
          handler: self.emptyCall(_:context:)),
        .unary(
          "UnaryCall", request: GrpcTestingSimpleRequest.self, response: GrpcTestingSimpleResponse.self,
          handler: self.unaryCall(_:context:)),
        .serverStreaming(
          "StreamingOutputCall", request: GrpcTestingStreamingOutputCallRequest.self, response: GrpcTestingStreamingOutputCallResponse.self,
          handler: self.streamingOutputCall(_:responses:context:)),
        .clientStreaming(
          "StreamingInputCall", request: GrpcTestingStreamingInputCallRequest.self, response: GrpcTestingStreamingInputCallResponse.self,
          handler: self.streamingInputCall(_:context:)),
        .bidirectionalStreaming(
          "FullDuplexCall", request: GrpcTestingStreamingOutputCallRequest.self, response: GrpcTestingStreamingOutputCallResponse.self,
          handler: self.fullDuplexCall(_:responses:context:)),
        .bidirectionalStreaming(
          "HalfDuplexCall", request: GrpcTestingStreamingOutputCallRequest.self, response: GrpcTestingStreamingOutputCallResponse.self,
          handler: self.halfDuplexCall(_:responses:context:)),
        .unary(
          "UnimplementedCall", request: GrpcTestingEmpty.self, response: GrpcTestingEmpty.self,
          handler: self.unimplementedCall(_:context:)),
      ]
    )
  }
}

/// Has a method of each kind, whose requests say what the server is to do.
///
/// What a client calls.
public struct GrpcTestingTestServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let emptyCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "EmptyCall", kind: .unary)
    public static let unaryCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "UnaryCall", kind: .unary)
    public static let streamingOutputCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "StreamingOutputCall", kind: .serverStreaming)
    public static let streamingInputCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "StreamingInputCall", kind: .clientStreaming)
    public static let fullDuplexCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "FullDuplexCall", kind: .bidirectionalStreaming)
    public static let halfDuplexCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "HalfDuplexCall", kind: .bidirectionalStreaming)
    public static let unimplementedCall = MethodDescriptor(
      service: "grpc.testing.TestService", method: "UnimplementedCall", kind: .unary)
  }

  /// Answers nothing with nothing.
  public func emptyCall(
    _ request: GrpcTestingEmpty, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcTestingEmpty {
    try await client.unary(Methods.emptyCall, request, response: GrpcTestingEmpty.self, options: options)
  }

  /// Answers with a payload of the wanted size, or the wanted status.
  public func unaryCall(
    _ request: GrpcTestingSimpleRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcTestingSimpleResponse {
    try await client.unary(Methods.unaryCall, request, response: GrpcTestingSimpleResponse.self, options: options)
  }

  /// A download of messages of the wanted sizes.
  public func streamingOutputCall(
    _ request: GrpcTestingStreamingOutputCallRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<GrpcTestingStreamingOutputCallResponse> {
    try await client.serverStreaming(
      Methods.streamingOutputCall, request, response: GrpcTestingStreamingOutputCallResponse.self, options: options)
  }

  /// An upload; answers with its size.
  public func streamingInputCall(
    options: CallOptions = CallOptions(),
    _ send: (RequestWriter<GrpcTestingStreamingInputCallRequest>) async throws -> Void
  ) async throws(RPCError) -> GrpcTestingStreamingInputCallResponse {
    try await client.clientStreaming(
      Methods.streamingInputCall, response: GrpcTestingStreamingInputCallResponse.self, options: options, send: send)
  }

  /// Answers each request at once with the messages it wants.
  public func fullDuplexCall(
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> BidirectionalCall<GrpcTestingStreamingOutputCallRequest, GrpcTestingStreamingOutputCallResponse> {
    try await client.bidirectionalStreaming(
      Methods.fullDuplexCall, request: GrpcTestingStreamingOutputCallRequest.self, response: GrpcTestingStreamingOutputCallResponse.self, options: options)
  }

  /// Takes all requests, then answers them in order.
  public func halfDuplexCall(
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> BidirectionalCall<GrpcTestingStreamingOutputCallRequest, GrpcTestingStreamingOutputCallResponse> {
    try await client.bidirectionalStreaming(
      Methods.halfDuplexCall, request: GrpcTestingStreamingOutputCallRequest.self, response: GrpcTestingStreamingOutputCallResponse.self, options: options)
  }

  /// No server has this method.
  public func unimplementedCall(
    _ request: GrpcTestingEmpty, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcTestingEmpty {
    try await client.unary(Methods.unimplementedCall, request, response: GrpcTestingEmpty.self, options: options)
  }
}

/// No server has this service.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol GrpcTestingUnimplementedServiceProvider: Sendable {
  /// Nor its method.
  func unimplementedCall(_ request: GrpcTestingEmpty, context: ServerContext) async throws -> GrpcTestingEmpty
}

extension GrpcTestingUnimplementedServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "grpc.testing.UnimplementedService",
      descriptorSet: InteropDescriptors.bytes,
      methods: [
        .unary(
          "UnimplementedCall", request: GrpcTestingEmpty.self, response: GrpcTestingEmpty.self,
          handler: self.unimplementedCall(_:context:)),
      ]
    )
  }
}

/// No server has this service.
///
/// What a client calls.
public struct GrpcTestingUnimplementedServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let unimplementedCall = MethodDescriptor(
      service: "grpc.testing.UnimplementedService", method: "UnimplementedCall", kind: .unary)
  }

  /// Nor its method.
  public func unimplementedCall(
    _ request: GrpcTestingEmpty, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcTestingEmpty {
    try await client.unary(Methods.unimplementedCall, request, response: GrpcTestingEmpty.self, options: options)
  }
}
