import LorikeetAPI
import RPC
import Store

/// The rules of an upload's stream: a header, chunks, at most one trailer, in this order.
struct UploadReceiver {
  /// What has arrived when the stream ends.
  struct Received {
    var header: UploadHeader
    var digest: Digest
    var writer: BlobWriter
  }

  let limits: ServiceLimits
  let blobs: BlobStore
  private var header: UploadHeader?
  private var writer: BlobWriter?
  private var trailer: UploadTrailer?

  init(limits: ServiceLimits, blobs: BlobStore) {
    self.limits = limits
    self.blobs = blobs
  }

  /// Takes one message.
  /// - Returns: the header, when this was it.
  mutating func receive(_ request: UploadAssetRequest) async throws -> UploadHeader? {
    switch request.payload {
    case .header(let header):
      guard self.header == nil else { throw RPCError.invalid("header", "must come once, as the first message") }
      try UploadRules.check(header)
      let limit = header.kind == .image ? min(limits.maxImageBytes, limits.maxUploadBytes) : limits.maxUploadBytes
      if header.sizeBytes > limit { throw StoreError.tooLarge(limit: limit) }
      self.header = header
      writer = try await blobs.makeWriter(limit: limit)
      return header
    case .chunk(let bytes):
      guard let writer else { throw RPCError.invalid("header", "must be the first message") }
      guard trailer == nil else { throw RPCError.invalid("trailer", "must be the last message") }
      try await writer.append(bytes)
    case .trailer(let trailer):
      guard header != nil else { throw RPCError.invalid("header", "must be the first message") }
      guard self.trailer == nil else { throw RPCError.invalid("trailer", "must come once") }
      self.trailer = trailer
    case nil:
      throw RPCError.invalid("payload", "every message needs a header, a chunk or a trailer")
    }
    return nil
  }

  /// Called at the end of the stream.
  func finish() throws(RPCError) -> Received {
    guard let header, let writer else { throw .invalid("header", "must be the first message") }
    if let trailer, Digest(hex: trailer.sha256) == nil {
      throw .invalid("trailer.sha256", "must be 64 hexadecimal digits")
    }
    let announced = [header.sha256, trailer?.sha256 ?? ""].compactMap(Digest.init(hex:))
    guard let digest = announced.first else {
      throw .invalid(
        "trailer.sha256", "the file's SHA-256 must be in the header or in a trailer: was the upload cut off?")
    }
    guard Set(announced).count == 1 else {
      throw RPCError(.dataLoss, "the header and the trailer announce different digests; upload the file again")
    }
    return Received(header: header, digest: digest, writer: writer)
  }
}

/// What an upload's header may say.
enum UploadRules {
  static func check(_ header: UploadHeader) throws(RPCError) {
    var violations = Violations()
    if !header.name.isEmpty, let fault = ResourceName.fault(header.name) { violations.add("header.name", fault) }
    switch header.kind {
    case .image, .lora, .checkpoint, .vae, .textualInversion, .safetyChecker, .file: break
    case .unspecified, .unrecognized: violations.add("header.kind", "must say what the file is, such as IMAGE or LORA")
    }
    violations.require(header.sizeBytes >= 0, "header.size_bytes", "must not be negative")
    violations.require(
      header.sha256.isEmpty || Digest(hex: header.sha256) != nil, "header.sha256", "must be 64 hexadecimal digits")
    violations.requireLength(header.fileName, atMost: 255, "header.file_name")
    violations.requireLength(header.description, atMost: 4_096, "header.description")
    violations.requireLength(header.caption, atMost: 10_000, "header.caption")
    violations.require(header.triggerWords.count <= 64, "header.trigger_words", "must be at most 64")
    for (index, word) in header.triggerWords.prefix(64).enumerated() {
      violations.requireLength(word, atMost: 256, "header.trigger_words[\(index)]")
    }
    violations.requireLength(header.requestId, atMost: 128, "header.request_id")
    try violations.check()
  }
}
