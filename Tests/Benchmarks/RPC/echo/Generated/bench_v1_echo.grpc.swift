// Generated from bench/v1/echo.proto by Protos/generate.sh; do not edit.

public import RPC

/// Echoes, counts and repeats.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol BenchV1EchoProvider: Sendable {
  /// The request, sent back.
  func unary(_ request: BenchV1EchoMessage, context: ServerContext) async throws -> BenchV1EchoMessage

  /// As many messages as asked for, all of one size.
  func serverStream(
    _ request: BenchV1StreamRequest, responses: ResponseWriter<BenchV1EchoMessage>, context: ServerContext
  ) async throws

  /// Counts what came.
  func clientStream(
    _ requests: RequestStream<BenchV1EchoMessage>, context: ServerContext
  ) async throws -> BenchV1StreamSummary
}

extension BenchV1EchoProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "bench.v1.Echo",
      descriptorSet: EchoDescriptors.bytes,
      methods: [
        .unary(
          "Unary", request: BenchV1EchoMessage.self, response: BenchV1EchoMessage.self,
          handler: self.unary(_:context:)),
        .serverStreaming(
          "ServerStream", request: BenchV1StreamRequest.self, response: BenchV1EchoMessage.self,
          handler: self.serverStream(_:responses:context:)),
        .clientStreaming(
          "ClientStream", request: BenchV1EchoMessage.self, response: BenchV1StreamSummary.self,
          handler: self.clientStream(_:context:)),
      ]
    )
  }
}

/// Echoes, counts and repeats.
///
/// What a client calls.
public struct BenchV1EchoClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let unary = MethodDescriptor(
      service: "bench.v1.Echo", method: "Unary", kind: .unary)
    public static let serverStream = MethodDescriptor(
      service: "bench.v1.Echo", method: "ServerStream", kind: .serverStreaming)
    public static let clientStream = MethodDescriptor(
      service: "bench.v1.Echo", method: "ClientStream", kind: .clientStreaming)
  }

  /// The request, sent back.
  public func unary(
    _ request: BenchV1EchoMessage, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> BenchV1EchoMessage {
    try await client.unary(Methods.unary, request, response: BenchV1EchoMessage.self, options: options)
  }

  /// As many messages as asked for, all of one size.
  public func serverStream(
    _ request: BenchV1StreamRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<BenchV1EchoMessage> {
    try await client.serverStreaming(
      Methods.serverStream, request, response: BenchV1EchoMessage.self, options: options)
  }

  /// Counts what came.
  public func clientStream(
    options: CallOptions = CallOptions(),
    _ send: (RequestWriter<BenchV1EchoMessage>) async throws -> Void
  ) async throws(RPCError) -> BenchV1StreamSummary {
    try await client.clientStreaming(
      Methods.clientStream, response: BenchV1StreamSummary.self, options: options, send: send)
  }
}
