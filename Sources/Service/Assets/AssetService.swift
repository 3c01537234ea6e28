import LorikeetAPI
import ModelFiles
import Protobuf
import RPC
import Store

/// Stores, finds and hands out assets.
package struct AssetService: AssetServiceProvider {
  private let store: Store
  private let limits: ServiceLimits
  /// Bytes in one message of a download.
  private let chunkSize = 256 << 10

  package init(store: Store, limits: ServiceLimits) {
    self.store = store
    self.limits = limits
  }

  package func uploadAsset(
    _ requests: RequestStream<UploadAssetRequest>, context: ServerContext
  ) async throws -> Asset {
    var receiver = UploadReceiver(limits: limits, blobs: store.blobs)
    for try await request in requests {
      guard let header = try await receiver.receive(request) else { continue }
      // Both are known before the bytes: a repeated or a hopeless upload ends here.
      if let key = Self.key(header), let earlier = try await store.asset(madeBy: key) { return earlier }
      if !header.name.isEmpty, try await store.asset(header.name) != nil {
        throw StoreError.alreadyExists("an asset named “\(header.name)”")
      }
    }
    let received = try receiver.finish()
    let header = received.header
    let hold = try await received.writer.commit(
      expecting: received.digest, count: header.sizeBytes > 0 ? header.sizeBytes : nil)

    var asset = Asset()
    asset.id = Identifier.make(.asset)
    asset.name = header.name.isEmpty ? ResourceName.derived(fromFile: header.fileName) : header.name
    asset.kind = header.kind
    asset.state = .ready
    asset.description = header.description
    asset.createTime = .now
    do {
      asset = try await Inspection.run { [asset, store, limits] in
        var asset = asset
        try ContentInspector.inspect(store.blobs.reader(of: hold.digest), header: header, limits: limits, into: &asset)
        return asset
      }
      return try await store.createAsset(asset, nameIsFixed: !header.name.isEmpty, key: Self.key(header))
    } catch {
      // The blob is whole but nothing points at it: a broken upload leaves nothing.
      await store.discard(hold)
      throw (error as? ContentError).map { RPCError.invalid("content", $0.description) } ?? error
    }
  }

  private static func key(_ header: UploadHeader) -> RequestKey? {
    RequestKey(method: "UploadAsset", requestID: header.requestId, request: header.serializedBytes())
  }

  package func createAsset(_ request: CreateAssetRequest, context: ServerContext) async throws -> Asset {
    let key = RequestKey(method: "CreateAsset", requestID: request.requestId, request: request.serializedBytes())
    if let key, let earlier = try await store.asset(madeBy: key) { return earlier }
    let (asset, parts) = try await AssetAssembly(request: request, store: store).assemble()
    return try await store.createAsset(
      asset, nameIsFixed: true, key: key, consuming: request.consumeParts ? parts : [])
  }

  package func getAsset(_ request: GetAssetRequest, context: ServerContext) async throws -> Asset {
    try await find(request.asset)
  }

  package func listAssets(_ request: ListAssetsRequest, context: ServerContext) async throws -> ListAssetsResponse {
    var violations = Violations()
    for (index, kind) in request.kinds.enumerated() {
      if case .unrecognized(let number) = kind { violations.add("kinds[\(index)]", "has no kind numbered \(number)") }
    }
    let page = PageRequest(request.pageSize, request.pageToken, &violations)
    try violations.check()
    let filter = AssetFilter(
      kinds: request.kinds.filter { $0 != .unspecified }, states: request.states.filter { $0 != .unspecified },
      nameContains: request.nameContains, family: request.family, source: request.source)
    let found = try await store.assets(filter, page: page)
    var response = ListAssetsResponse()
    response.assets = found.elements
    response.nextPageToken = found.nextToken
    response.totalSize = Int32(clamping: found.totalSize)
    return response
  }

  package func downloadAsset(
    _ request: DownloadAssetRequest, responses: ResponseWriter<DownloadAssetResponse>, context: ServerContext
  ) async throws {
    let asset = try await find(request.asset)
    let file: AssetFile
    if request.path.isEmpty {
      guard asset.files.count == 1, let only = asset.files.first else {
        throw RPCError.invalid("path", "must name one of the asset's \(asset.files.count) files")
      }
      file = only
    } else {
      guard let named = asset.files.first(where: { $0.path == request.path }) else {
        throw RPCError(.notFound, "asset “\(asset.name)” has no file “\(request.path)”; GetAsset lists them")
      }
      file = named
    }
    guard let digest = Digest(hex: file.sha256) else { throw StoreError.corrupt("asset \(asset.id)") }
    // Opened before the first answer: from here on a deletion does not disturb the download.
    let reader = try store.blobs.reader(of: digest)
    let outgoing = try await Self.outgoing(file, of: asset, reader, as: request.loraFormat)
    let size = outgoing.description.sizeBytes
    guard (0...size).contains(request.offset) else {
      throw RPCError(.outOfRange, "offset must be 0 to \(size), the length of the file")
    }
    var response = DownloadAssetResponse()
    response.payload = .header(outgoing.description)
    try await responses.write(response)
    try await outgoing.read(from: request.offset, chunkSize: chunkSize) { bytes in
      var response = DownloadAssetResponse()
      response.payload = .chunk(bytes)
      try await responses.write(response)
    }
  }

  /// The file as it is stored, or a LoRA in the layout that is asked for.
  private static func outgoing(
    _ file: AssetFile, of asset: Asset, _ reader: BlobReader, as format: LoraFormat
  ) async throws -> OutgoingFile {
    if case .unspecified = format { return OutgoingFile(file, reader: reader) }
    guard asset.kind == .lora else {
      throw RPCError.invalid("lora_format", "is for LoRAs; “\(asset.name)” is none: leave it out")
    }
    guard let layout = format.layout else {
      throw RPCError.invalid("lora_format", "has none of this service's layouts; choose KOHYA, PEFT or DIFFUSERS")
    }
    return try await Inspection.run {
      do {
        return try OutgoingFile(file, reader: reader, as: layout)
      } catch let error as ContentError {
        throw RPCError(.failedPrecondition, error.description)
      }
    }
  }

  package func deleteAsset(_ request: DeleteAssetRequest, context: ServerContext) async throws -> DeleteAssetResponse {
    try await store.deleteAsset(request.asset)
    return DeleteAssetResponse()
  }

  private func find(_ idOrName: String) async throws -> Asset {
    guard !idOrName.isEmpty else { throw RPCError.invalid("asset", "must be an asset's id or name") }
    guard let asset = try await store.asset(idOrName) else { throw StoreError.notFound("asset “\(idOrName)”") }
    return asset
  }
}

extension PageRequest {
  /// What a list request asks for: 100 without a size, 1,000 at most.
  init(_ size: Int32, _ token: String, _ violations: inout Violations) {
    violations.require(size >= 0, "page_size", "must not be negative")
    self.init(size: size == 0 ? 100 : min(Int(max(size, 1)), 1_000), token: token)
  }
}
