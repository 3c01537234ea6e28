// Generated from lorikeet/v1/generations.proto by Protos/generate.sh; do not edit.

public import RPC

/// Makes images.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol GenerationServiceProvider: Sendable {
  /// Accepts a generation and follows it to its end. When the caller goes away, the generation is cancelled.
  func generate(
    _ request: GenerateRequest, responses: ResponseWriter<GenerationEvent>, context: ServerContext
  ) async throws

  /// Accepts a generation and answers at once.
  func createGeneration(_ request: CreateGenerationRequest, context: ServerContext) async throws -> Generation

  /// One generation.
  func getGeneration(_ request: GetGenerationRequest, context: ServerContext) async throws -> Generation

  /// A snapshot, then every event until the generation has ended.
  func watchGeneration(
    _ request: WatchGenerationRequest, responses: ResponseWriter<GenerationEvent>, context: ServerContext
  ) async throws

  /// The generations, newest first, in pages.
  func listGenerations(_ request: ListGenerationsRequest, context: ServerContext) async throws -> ListGenerationsResponse

  /// Stops the generation. One that has ended stays as it is.
  func cancelGeneration(_ request: CancelGenerationRequest, context: ServerContext) async throws -> Generation

  /// Makes the images of an earlier generation again, pixel for pixel, as a new generation.
  ///
  /// Errors: `FAILED_PRECONDITION` naming every input that is missing or has other content than it had then, and a
  /// difference of engine or device that changes pixels: an engine that no attached backend is, is refused at once. When
  /// the last such backend goes away later, the replay waits for one to come back, and its `state_reason` says so.
  func replayGeneration(_ request: ReplayGenerationRequest, context: ServerContext) async throws -> Generation

  /// The style presets, in the order of their names.
  func listStylePresets(_ request: ListStylePresetsRequest, context: ServerContext) async throws -> ListStylePresetsResponse

  /// Deletes the generation, after stopping it. Its images stay as assets.
  func deleteGeneration(_ request: DeleteGenerationRequest, context: ServerContext) async throws -> DeleteGenerationResponse
}

extension GenerationServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "lorikeet.v1.GenerationService",
      descriptorSet: LorikeetAPIDescriptors.bytes,
      methods: [
        .serverStreaming(
          "Generate", request: GenerateRequest.self, response: GenerationEvent.self,
          handler: self.generate(_:responses:context:)),
        .unary(
          "CreateGeneration", request: CreateGenerationRequest.self, response: Generation.self,
          handler: self.createGeneration(_:context:)),
        .unary(
          "GetGeneration", request: GetGenerationRequest.self, response: Generation.self,
          handler: self.getGeneration(_:context:)),
        .serverStreaming(
          "WatchGeneration", request: WatchGenerationRequest.self, response: GenerationEvent.self,
          handler: self.watchGeneration(_:responses:context:)),
        .unary(
          "ListGenerations", request: ListGenerationsRequest.self, response: ListGenerationsResponse.self,
          handler: self.listGenerations(_:context:)),
        .unary(
          "CancelGeneration", request: CancelGenerationRequest.self, response: Generation.self,
          handler: self.cancelGeneration(_:context:)),
        .unary(
          "ReplayGeneration", request: ReplayGenerationRequest.self, response: Generation.self,
          handler: self.replayGeneration(_:context:)),
        .unary(
          "ListStylePresets", request: ListStylePresetsRequest.self, response: ListStylePresetsResponse.self,
          handler: self.listStylePresets(_:context:)),
        .unary(
          "DeleteGeneration", request: DeleteGenerationRequest.self, response: DeleteGenerationResponse.self,
          handler: self.deleteGeneration(_:context:)),
      ]
    )
  }
}

/// Makes images.
///
/// What a client calls.
public struct GenerationServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let generate = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "Generate", kind: .serverStreaming)
    public static let createGeneration = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "CreateGeneration", kind: .unary)
    public static let getGeneration = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "GetGeneration", kind: .unary)
    public static let watchGeneration = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "WatchGeneration", kind: .serverStreaming)
    public static let listGenerations = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "ListGenerations", kind: .unary)
    public static let cancelGeneration = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "CancelGeneration", kind: .unary)
    public static let replayGeneration = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "ReplayGeneration", kind: .unary)
    public static let listStylePresets = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "ListStylePresets", kind: .unary)
    public static let deleteGeneration = MethodDescriptor(
      service: "lorikeet.v1.GenerationService", method: "DeleteGeneration", kind: .unary)
  }

  /// Accepts a generation and follows it to its end. When the caller goes away, the generation is cancelled.
  public func generate(
    _ request: GenerateRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<GenerationEvent> {
    try await client.serverStreaming(
      Methods.generate, request, response: GenerationEvent.self, options: options)
  }

  /// Accepts a generation and answers at once.
  public func createGeneration(
    _ request: CreateGenerationRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Generation {
    try await client.unary(Methods.createGeneration, request, response: Generation.self, options: options)
  }

  /// One generation.
  public func getGeneration(
    _ request: GetGenerationRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Generation {
    try await client.unary(Methods.getGeneration, request, response: Generation.self, options: options)
  }

  /// A snapshot, then every event until the generation has ended.
  public func watchGeneration(
    _ request: WatchGenerationRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<GenerationEvent> {
    try await client.serverStreaming(
      Methods.watchGeneration, request, response: GenerationEvent.self, options: options)
  }

  /// The generations, newest first, in pages.
  public func listGenerations(
    _ request: ListGenerationsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListGenerationsResponse {
    try await client.unary(Methods.listGenerations, request, response: ListGenerationsResponse.self, options: options)
  }

  /// Stops the generation. One that has ended stays as it is.
  public func cancelGeneration(
    _ request: CancelGenerationRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Generation {
    try await client.unary(Methods.cancelGeneration, request, response: Generation.self, options: options)
  }

  /// Makes the images of an earlier generation again, pixel for pixel, as a new generation.
  ///
  /// Errors: `FAILED_PRECONDITION` naming every input that is missing or has other content than it had then, and a
  /// difference of engine or device that changes pixels: an engine that no attached backend is, is refused at once. When
  /// the last such backend goes away later, the replay waits for one to come back, and its `state_reason` says so.
  public func replayGeneration(
    _ request: ReplayGenerationRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Generation {
    try await client.unary(Methods.replayGeneration, request, response: Generation.self, options: options)
  }

  /// The style presets, in the order of their names.
  public func listStylePresets(
    _ request: ListStylePresetsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListStylePresetsResponse {
    try await client.unary(Methods.listStylePresets, request, response: ListStylePresetsResponse.self, options: options)
  }

  /// Deletes the generation, after stopping it. Its images stay as assets.
  public func deleteGeneration(
    _ request: DeleteGenerationRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteGenerationResponse {
    try await client.unary(Methods.deleteGeneration, request, response: DeleteGenerationResponse.self, options: options)
  }
}
