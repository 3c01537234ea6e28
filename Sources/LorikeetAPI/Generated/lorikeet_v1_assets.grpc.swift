// Generated from lorikeet/v1/assets.proto by Protos/generate.sh; do not edit.

public import RPC

/// Stores, finds and hands out assets.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol AssetServiceProvider: Sendable {
  /// Uploads one file. The first message carries the header, every later one a chunk.
  ///
  /// The asset appears only when every byte has arrived and the digest matches; a broken upload leaves nothing.
  /// Errors: `INVALID_ARGUMENT` (a field, the file's content), `DATA_LOSS` (size or digest differ),
  /// `ALREADY_EXISTS` (the name), `RESOURCE_EXHAUSTED` (over the configured size).
  func uploadAsset(
    _ requests: RequestStream<UploadAssetRequest>, context: ServerContext
  ) async throws -> Asset

  /// Makes one asset of several files uploaded before, such as a checkpoint in a diffusers folder.
  func createAsset(_ request: CreateAssetRequest, context: ServerContext) async throws -> Asset

  /// One asset, by id or by name.
  func getAsset(_ request: GetAssetRequest, context: ServerContext) async throws -> Asset

  /// The assets, newest first, in pages.
  func listAssets(_ request: ListAssetsRequest, context: ServerContext) async throws -> ListAssetsResponse

  /// The bytes of one asset's file: a header message, then chunks.
  func downloadAsset(
    _ request: DownloadAssetRequest, responses: ResponseWriter<DownloadAssetResponse>, context: ServerContext
  ) async throws

  /// Deletes the asset. Tunes and generations that used or made it stay, and so do running jobs' own copies.
  func deleteAsset(_ request: DeleteAssetRequest, context: ServerContext) async throws -> DeleteAssetResponse
}

extension AssetServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "lorikeet.v1.AssetService",
      descriptorSet: LorikeetAPIDescriptors.bytes,
      methods: [
        .clientStreaming(
          "UploadAsset", request: UploadAssetRequest.self, response: Asset.self,
          handler: self.uploadAsset(_:context:)),
        .unary(
          "CreateAsset", request: CreateAssetRequest.self, response: Asset.self,
          handler: self.createAsset(_:context:)),
        .unary(
          "GetAsset", request: GetAssetRequest.self, response: Asset.self,
          handler: self.getAsset(_:context:)),
        .unary(
          "ListAssets", request: ListAssetsRequest.self, response: ListAssetsResponse.self,
          handler: self.listAssets(_:context:)),
        .serverStreaming(
          "DownloadAsset", request: DownloadAssetRequest.self, response: DownloadAssetResponse.self,
          handler: self.downloadAsset(_:responses:context:)),
        .unary(
          "DeleteAsset", request: DeleteAssetRequest.self, response: DeleteAssetResponse.self,
          handler: self.deleteAsset(_:context:)),
      ]
    )
  }
}

/// Stores, finds and hands out assets.
///
/// What a client calls.
public struct AssetServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let uploadAsset = MethodDescriptor(
      service: "lorikeet.v1.AssetService", method: "UploadAsset", kind: .clientStreaming)
    public static let createAsset = MethodDescriptor(
      service: "lorikeet.v1.AssetService", method: "CreateAsset", kind: .unary)
    public static let getAsset = MethodDescriptor(
      service: "lorikeet.v1.AssetService", method: "GetAsset", kind: .unary)
    public static let listAssets = MethodDescriptor(
      service: "lorikeet.v1.AssetService", method: "ListAssets", kind: .unary)
    public static let downloadAsset = MethodDescriptor(
      service: "lorikeet.v1.AssetService", method: "DownloadAsset", kind: .serverStreaming)
    public static let deleteAsset = MethodDescriptor(
      service: "lorikeet.v1.AssetService", method: "DeleteAsset", kind: .unary)
  }

  /// Uploads one file. The first message carries the header, every later one a chunk.
  ///
  /// The asset appears only when every byte has arrived and the digest matches; a broken upload leaves nothing.
  /// Errors: `INVALID_ARGUMENT` (a field, the file's content), `DATA_LOSS` (size or digest differ),
  /// `ALREADY_EXISTS` (the name), `RESOURCE_EXHAUSTED` (over the configured size).
  public func uploadAsset(
    options: CallOptions = CallOptions(),
    _ send: (RequestWriter<UploadAssetRequest>) async throws -> Void
  ) async throws(RPCError) -> Asset {
    try await client.clientStreaming(
      Methods.uploadAsset, response: Asset.self, options: options, send: send)
  }

  /// Makes one asset of several files uploaded before, such as a checkpoint in a diffusers folder.
  public func createAsset(
    _ request: CreateAssetRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Asset {
    try await client.unary(Methods.createAsset, request, response: Asset.self, options: options)
  }

  /// One asset, by id or by name.
  public func getAsset(
    _ request: GetAssetRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Asset {
    try await client.unary(Methods.getAsset, request, response: Asset.self, options: options)
  }

  /// The assets, newest first, in pages.
  public func listAssets(
    _ request: ListAssetsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListAssetsResponse {
    try await client.unary(Methods.listAssets, request, response: ListAssetsResponse.self, options: options)
  }

  /// The bytes of one asset's file: a header message, then chunks.
  public func downloadAsset(
    _ request: DownloadAssetRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<DownloadAssetResponse> {
    try await client.serverStreaming(
      Methods.downloadAsset, request, response: DownloadAssetResponse.self, options: options)
  }

  /// Deletes the asset. Tunes and generations that used or made it stay, and so do running jobs' own copies.
  public func deleteAsset(
    _ request: DeleteAssetRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteAssetResponse {
    try await client.unary(Methods.deleteAsset, request, response: DeleteAssetResponse.self, options: options)
  }
}
