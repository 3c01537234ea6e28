// Generated from lorikeet/backend/v1/backend.proto by Protos/generate.sh; do not edit.

public import RPC

/// What the service offers to backends.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol BackendServiceProvider: Sendable {
  /// The life of one backend: `hello` first, then whatever happens. The stream's end is the backend's end.
  func attach(
    _ requests: RequestStream<BackendAttachRequest>, responses: ResponseWriter<BackendAttachResponse>,
    context: ServerContext
  ) async throws

  /// The bytes of a file that an assignment named, for a backend that does not share the service's disk.
  func readBlob(
    _ request: BackendReadBlobRequest, responses: ResponseWriter<BackendReadBlobResponse>, context: ServerContext
  ) async throws

  /// Stores the bytes of a result, a preview or a training checkpoint. Storing the same bytes twice is one blob.
  func writeBlob(
    _ requests: RequestStream<BackendWriteBlobRequest>, context: ServerContext
  ) async throws -> BackendBlob
}

extension BackendServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "lorikeet.backend.v1.BackendService",
      descriptorSet: LorikeetAPIDescriptors.bytes,
      methods: [
        .bidirectionalStreaming(
          "Attach", request: BackendAttachRequest.self, response: BackendAttachResponse.self,
          handler: self.attach(_:responses:context:)),
        .serverStreaming(
          "ReadBlob", request: BackendReadBlobRequest.self, response: BackendReadBlobResponse.self,
          handler: self.readBlob(_:responses:context:)),
        .clientStreaming(
          "WriteBlob", request: BackendWriteBlobRequest.self, response: BackendBlob.self,
          handler: self.writeBlob(_:context:)),
      ]
    )
  }
}

/// What the service offers to backends.
///
/// What a client calls.
public struct BackendServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let attach = MethodDescriptor(
      service: "lorikeet.backend.v1.BackendService", method: "Attach", kind: .bidirectionalStreaming)
    public static let readBlob = MethodDescriptor(
      service: "lorikeet.backend.v1.BackendService", method: "ReadBlob", kind: .serverStreaming)
    public static let writeBlob = MethodDescriptor(
      service: "lorikeet.backend.v1.BackendService", method: "WriteBlob", kind: .clientStreaming)
  }

  /// The life of one backend: `hello` first, then whatever happens. The stream's end is the backend's end.
  public func attach(
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> BidirectionalCall<BackendAttachRequest, BackendAttachResponse> {
    try await client.bidirectionalStreaming(
      Methods.attach, request: BackendAttachRequest.self, response: BackendAttachResponse.self, options: options)
  }

  /// The bytes of a file that an assignment named, for a backend that does not share the service's disk.
  public func readBlob(
    _ request: BackendReadBlobRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<BackendReadBlobResponse> {
    try await client.serverStreaming(
      Methods.readBlob, request, response: BackendReadBlobResponse.self, options: options)
  }

  /// Stores the bytes of a result, a preview or a training checkpoint. Storing the same bytes twice is one blob.
  public func writeBlob(
    options: CallOptions = CallOptions(),
    _ send: (RequestWriter<BackendWriteBlobRequest>) async throws -> Void
  ) async throws(RPCError) -> BackendBlob {
    try await client.clientStreaming(
      Methods.writeBlob, response: BackendBlob.self, options: options, send: send)
  }
}
