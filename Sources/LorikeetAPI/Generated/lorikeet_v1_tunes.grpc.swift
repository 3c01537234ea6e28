// Generated from lorikeet/v1/tunes.proto by Protos/generate.sh; do not edit.

public import RPC

/// Trains LoRA adapters.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol TuneServiceProvider: Sendable {
  /// Accepts a tune; it starts as soon as a training backend has room.
  ///
  /// Errors: `INVALID_ARGUMENT` with every field that is wrong, `ALREADY_EXISTS` (the name), `NOT_FOUND` and
  /// `FAILED_PRECONDITION` (an asset that is missing, of the wrong kind, or not ready).
  func createTune(_ request: CreateTuneRequest, context: ServerContext) async throws -> Tune

  /// One tune, by id or by name.
  func getTune(_ request: GetTuneRequest, context: ServerContext) async throws -> Tune

  /// The tunes, newest first, in pages.
  func listTunes(_ request: ListTunesRequest, context: ServerContext) async throws -> ListTunesResponse

  /// A snapshot, then every event until the tune has ended. A watcher that was cut off goes on where it was.
  func watchTune(
    _ request: WatchTuneRequest, responses: ResponseWriter<WatchTuneResponse>, context: ServerContext
  ) async throws

  /// Stops the tune. One that has ended stays as it is.
  func cancelTune(_ request: CancelTuneRequest, context: ServerContext) async throws -> Tune

  /// Looks at a tune's images and captions without training: what is wrong with them, and how they would be used.
  ///
  /// Errors: those of `CreateTune`, and `UNAVAILABLE` while no training backend is attached.
  func lintTune(_ request: LintTuneRequest, context: ServerContext) async throws -> LintTuneResponse

  /// Says what a tune would take, without training. Errors: those of `LintTune`.
  func forecastTune(_ request: ForecastTuneRequest, context: ServerContext) async throws -> TuneForecast

  /// Deletes the tune, after stopping it. Its images and its LoRA stay; what another tune could go on from
  /// (`TuneResult.kept_step`) goes, and with it the disk space that it takes.
  func deleteTune(_ request: DeleteTuneRequest, context: ServerContext) async throws -> DeleteTuneResponse
}

extension TuneServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "lorikeet.v1.TuneService",
      descriptorSet: LorikeetAPIDescriptors.bytes,
      methods: [
        .unary(
          "CreateTune", request: CreateTuneRequest.self, response: Tune.self,
          handler: self.createTune(_:context:)),
        .unary(
          "GetTune", request: GetTuneRequest.self, response: Tune.self,
          handler: self.getTune(_:context:)),
        .unary(
          "ListTunes", request: ListTunesRequest.self, response: ListTunesResponse.self,
          handler: self.listTunes(_:context:)),
        .serverStreaming(
          "WatchTune", request: WatchTuneRequest.self, response: WatchTuneResponse.self,
          handler: self.watchTune(_:responses:context:)),
        .unary(
          "CancelTune", request: CancelTuneRequest.self, response: Tune.self,
          handler: self.cancelTune(_:context:)),
        .unary(
          "LintTune", request: LintTuneRequest.self, response: LintTuneResponse.self,
          handler: self.lintTune(_:context:)),
        .unary(
          "ForecastTune", request: ForecastTuneRequest.self, response: TuneForecast.self,
          handler: self.forecastTune(_:context:)),
        .unary(
          "DeleteTune", request: DeleteTuneRequest.self, response: DeleteTuneResponse.self,
          handler: self.deleteTune(_:context:)),
      ]
    )
  }
}

/// Trains LoRA adapters.
///
/// What a client calls.
public struct TuneServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let createTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "CreateTune", kind: .unary)
    public static let getTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "GetTune", kind: .unary)
    public static let listTunes = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "ListTunes", kind: .unary)
    public static let watchTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "WatchTune", kind: .serverStreaming)
    public static let cancelTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "CancelTune", kind: .unary)
    public static let lintTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "LintTune", kind: .unary)
    public static let forecastTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "ForecastTune", kind: .unary)
    public static let deleteTune = MethodDescriptor(
      service: "lorikeet.v1.TuneService", method: "DeleteTune", kind: .unary)
  }

  /// Accepts a tune; it starts as soon as a training backend has room.
  ///
  /// Errors: `INVALID_ARGUMENT` with every field that is wrong, `ALREADY_EXISTS` (the name), `NOT_FOUND` and
  /// `FAILED_PRECONDITION` (an asset that is missing, of the wrong kind, or not ready).
  public func createTune(
    _ request: CreateTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Tune {
    try await client.unary(Methods.createTune, request, response: Tune.self, options: options)
  }

  /// One tune, by id or by name.
  public func getTune(
    _ request: GetTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Tune {
    try await client.unary(Methods.getTune, request, response: Tune.self, options: options)
  }

  /// The tunes, newest first, in pages.
  public func listTunes(
    _ request: ListTunesRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListTunesResponse {
    try await client.unary(Methods.listTunes, request, response: ListTunesResponse.self, options: options)
  }

  /// A snapshot, then every event until the tune has ended. A watcher that was cut off goes on where it was.
  public func watchTune(
    _ request: WatchTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<WatchTuneResponse> {
    try await client.serverStreaming(
      Methods.watchTune, request, response: WatchTuneResponse.self, options: options)
  }

  /// Stops the tune. One that has ended stays as it is.
  public func cancelTune(
    _ request: CancelTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Tune {
    try await client.unary(Methods.cancelTune, request, response: Tune.self, options: options)
  }

  /// Looks at a tune's images and captions without training: what is wrong with them, and how they would be used.
  ///
  /// Errors: those of `CreateTune`, and `UNAVAILABLE` while no training backend is attached.
  public func lintTune(
    _ request: LintTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> LintTuneResponse {
    try await client.unary(Methods.lintTune, request, response: LintTuneResponse.self, options: options)
  }

  /// Says what a tune would take, without training. Errors: those of `LintTune`.
  public func forecastTune(
    _ request: ForecastTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> TuneForecast {
    try await client.unary(Methods.forecastTune, request, response: TuneForecast.self, options: options)
  }

  /// Deletes the tune, after stopping it. Its images and its LoRA stay; what another tune could go on from
  /// (`TuneResult.kept_step`) goes, and with it the disk space that it takes.
  public func deleteTune(
    _ request: DeleteTuneRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteTuneResponse {
    try await client.unary(Methods.deleteTune, request, response: DeleteTuneResponse.self, options: options)
  }
}
