import Foundation
import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Assets", .timeLimit(.minutes(2)))
struct AssetTests {
  let directory: TestDirectory
  let service: ServiceUnderTest

  init() async throws {
    directory = try TestDirectory()
    service = try await ServiceUnderTest(directory) { $0.limits.maxImageBytes = 1 << 20 }
  }

  /// Sends these messages as an upload.
  private func send(_ payloads: [UploadAssetRequest.Payload]) async throws -> Asset {
    try await service.assets.uploadAsset { writer in
      for payload in payloads { try await writer.write(payload) }
    }
  }

  private func header(_ edit: (inout UploadHeader) -> Void = { _ in }) -> UploadAssetRequest.Payload {
    var header = UploadHeader()
    header.name = "cat"
    header.kind = .image
    edit(&header)
    return .header(header)
  }

  private func trailer(_ sha256: String) -> UploadAssetRequest.Payload {
    var trailer = UploadTrailer()
    trailer.sha256 = sha256
    return .trailer(trailer)
  }

  private func download(_ name: String, path: String = "", offset: Int64 = 0) async throws -> (AssetFile?, [UInt8]) {
    var request = DownloadAssetRequest()
    request.asset = name
    request.path = path
    request.offset = offset
    var file: AssetFile?
    var bytes: [UInt8] = []
    for try await response in try await service.assets.downloadAsset(request) {
      switch response.payload {
      case .header(let header): file = header
      case .chunk(let chunk): bytes += chunk
      case nil: Issue.record("an empty message")
      }
    }
    return (file, bytes)
  }

  @Test("an uploaded picture is described and comes back byte for byte, from any offset")
  func roundTrip() async throws {
    let bytes = Samples.png(640, 480) + (0..<700_000).map { UInt8(truncatingIfNeeded: $0) }
    let asset = try await service.upload("cat", bytes) { header in
      header.caption = "a cat"
      header.sizeBytes = Int64(bytes.count)
    }
    #expect(asset.state == .ready && asset.kind == .image)
    #expect(asset.image?.width == 640 && asset.image?.height == 480 && asset.image?.caption == "a cat")
    #expect(asset.files.map(\.mediaType) == ["image/png"])
    let (file, whole) = try await download("cat")
    #expect(file == asset.files[0] && whole == bytes)
    #expect(try await download(asset.id, offset: 699_999).1 == Array(bytes[699_999...]))
    #expect(try await download("cat", offset: Int64(bytes.count)).1 == [])
    #expect(await code { _ = try await download("cat", offset: Int64(bytes.count) + 1) } == .outOfRange)
    #expect(await code { _ = try await download("cat", path: "x") } == .notFound)
    try await service.stop()
  }

  @Test("a digest that is known only at the end is checked too")
  func digestInTrailer() async throws {
    let bytes = Samples.png()
    let asset = try await send([header(), .chunk(bytes), trailer(Samples.sha256(bytes).uppercased())])
    #expect(asset.files[0].sha256 == Samples.sha256(bytes))
    try await service.stop()
  }

  @Test("a broken upload has a typed error, leaves nothing, and the service goes on")
  func brokenUploads() async throws {
    let png = Samples.png()
    let good = Samples.sha256(png)
    let zeros = String(repeating: "0", count: 64)
    let faults: [(String, [UploadAssetRequest.Payload], StatusCode, String)] = [
      ("nothing", [], .invalidArgument, "header"),
      ("chunk first", [.chunk(png)], .invalidArgument, "header"),
      ("two headers", [header(), header()], .invalidArgument, "header"),
      ("trailer in the middle", [header(), trailer(good), .chunk(png)], .invalidArgument, "trailer"),
      ("cut off before the trailer", [header(), .chunk(png)], .invalidArgument, "trailer.sha256"),
      ("malformed digest", [header(), .chunk(png), trailer("xyz")], .invalidArgument, "trailer.sha256"),
      ("wrong checksum", [header(), .chunk(png), trailer(zeros)], .dataLoss, ""),
      ("truncated", [header { $0.sha256 = good }, .chunk(Array(png.dropLast()))], .dataLoss, ""),
      (
        "shorter than announced", [header { $0.sizeBytes = 1_000 }, .chunk(png), trailer(good)], .dataLoss, ""
      ),
      (
        "two digests", [header { $0.sha256 = zeros }, .chunk(png), trailer(good)], .dataLoss, ""
      ),
      ("too large, as announced", [header { $0.sizeBytes = 2 << 20 }], .resourceExhausted, ""),
      (
        "too large, as sent", [header(), .chunk([UInt8](repeating: 0, count: 600_000)),
          .chunk([UInt8](repeating: 0, count: 600_000))], .resourceExhausted, ""
      ),
      ("no kind", [header { $0.kind = .unspecified }], .invalidArgument, "header.kind"),
      ("a checkpoint", [header { $0.kind = .checkpoint }], .invalidArgument, "header.kind"),
      ("a path as name", [header { $0.name = "../etc/passwd" }], .invalidArgument, "header.name"),
    ]
    for (what, payloads, expected, field) in faults {
      let failure = await failure { _ = try await send(payloads) }
      #expect(failure?.code == expected, "\(what): \(String(describing: failure))")
      #expect(failure?.fieldViolations.map(\.field) ?? [] == (field.isEmpty ? [] : [field]), "\(what)")
    }
    #expect(try await service.assetNames() == ["lorikeet-tiny"])
    #expect(directory.strayBlobs == [])
    try await service.upload("cat", png)
    try await service.stop()
  }

  @Test("a file that is not what it is said to be is refused and not kept")
  func wrongContent() async throws {
    let text = Array("just some words\n".utf8)
    let files: [(AssetKind, [UInt8], String)] = [
      (.image, text, "text, not an image"),
      (.image, [], "empty"),
      (.image, [UInt8](repeating: 0, count: 100), "not a PNG, JPEG or WebP"),
      (.image, Samples.png(50_000, 50_000), "50000×50000"),
      (.image, Samples.png(0, 5), "no size"),
      (.lora, text, "text, not safetensors"),
      (.lora, [0x80, 2, 0x7D] + [UInt8](repeating: 0x71, count: 50), "pickles"),
      (.lora, Samples.safetensors("{}"), "no LoRA matrices"),
      (.vae, Samples.lora, "no VAE"),
      (.textualInversion, Samples.lora, "no textual inversion"),
      (.lora, Array(Samples.lora.dropLast(10)), "cut off"),
    ]
    for (kind, bytes, reason) in files {
      let failure = await failure { try await service.upload("x", bytes, kind: kind) }
      #expect(failure?.code == .invalidArgument, "\(reason): \(String(describing: failure))")
      #expect(failure?.message.contains(reason) == true, "\(reason): \(String(describing: failure))")
    }
    #expect(try await service.assetNames() == ["lorikeet-tiny"])
    #expect(directory.strayBlobs == [])
    try await service.stop()
  }

  @Test("a client that vanishes in the middle of an upload leaves nothing")
  func vanishingClient() async throws {
    let upload = Task { [service, header] in
      _ = try await service.assets.uploadAsset { writer in
        try await writer.write(header { _ in })
        for _ in 0..<4 { try await writer.write(.chunk([UInt8](repeating: 1, count: 100_000))) }
        // Here the client dies.
        throw CancellationError()
      }
    }
    #expect(await code { _ = try await upload.value } != nil)
    #expect(try await service.assetNames() == ["lorikeet-tiny"])
    // The service ends when every call has: then the upload's handler has cleaned up, or never will.
    try await service.stop()
    #expect(directory.strayBlobs.isEmpty)
  }

  @Test("a name is given once, and without one the file's name is taken and numbered")
  func names() async throws {
    try await service.upload("cat", Samples.png())
    #expect(await code { try await service.upload("cat", Samples.png(salt: 1)) } == .alreadyExists)
    let derived = try await service.upload("", Samples.png(salt: 2)) { $0.fileName = "C:\\photos\\my cat.png" }
    let second = try await service.upload("", Samples.png(salt: 3)) { $0.fileName = "/home/x/my cat.png" }
    #expect([derived.name, second.name] == ["my_cat", "my_cat-2"])
    #expect([derived, second].map { $0.files[0].path } == ["my cat.png", "my cat.png"])
    try await service.stop()
  }

  @Test("a repeated upload with the same request id answers with the first one's asset")
  func requestID() async throws {
    let first = try await service.upload("cat", Samples.png()) { $0.requestId = "r" }
    let again = try await service.upload("cat", Samples.png()) { $0.requestId = "r" }
    #expect(first == again)
    let failure = await failure { try await service.upload("dog", Samples.png()) { $0.requestId = "r" } }
    #expect(failure?.fieldViolations.map(\.field) == ["request_id"])
    try await service.stop()
  }

  /// Uploads the parts of a checkpoint folder and joins them.
  private func createCheckpoint(_ name: String, _ files: [String: [UInt8]]) async throws -> Asset {
    var request = CreateAssetRequest()
    request.name = name
    request.kind = .checkpoint
    request.consumeParts = true
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      var file = CreateAssetFile()
      file.path = path
      file.asset = try await service.upload("", bytes, kind: .file) { $0.fileName = path }.id
      request.files.append(file)
    }
    return try await service.assets.createAsset(request)
  }

  @Test("a checkpoint is made of the parts of a diffusers folder, which it consumes")
  func checkpoint() async throws {
    let asset = try await createCheckpoint("mine", Samples.checkpointFiles)
    #expect(asset.kind == .checkpoint && asset.family == .stableDiffusion1 && asset.state == .ready)
    #expect(asset.files.map(\.path) == Samples.checkpointFiles.keys.sorted())
    var list = ListAssetsRequest()
    list.kinds = [.file]
    #expect(try await service.assets.listAssets(list).assets.isEmpty)
    #expect(try await download("mine", path: "tokenizer/merges.txt").1 == Array("a b\n".utf8))
    #expect(await failure { _ = try await download("mine") }?.fieldViolations.map(\.field) == ["path"])
    try await service.stop()
  }

  @Test("a folder that is no checkpoint is refused with every reason")
  func brokenCheckpoints() async throws {
    var files = Samples.checkpointFiles
    files["unet/model.safetensors"] = Array("no weights here".utf8)
    files["vae/model.bin"] = [0x80, 2]
    files["text_encoder/config.json"] = Array("{".utf8)
    files["vae/model.safetensors"] = nil
    files["tokenizer/merges.txt"] = nil
    let broken = await failure { _ = try await createCheckpoint("mine", files) }
    #expect(broken?.code == .invalidArgument)
    for reason in [
      "unet/model.safetensors: the file is text", "vae/model.bin: pickles",
      "text_encoder/config.json: the file is not JSON",
      "vae: there are no safetensors weights", "tokenizer/merges.txt: the file is missing",
    ] {
      #expect(broken?.message.contains(reason) == true, "\(reason) in \(String(describing: broken))")
    }
    let text = await failure { _ = try await createCheckpoint("mine", ["model.ckpt": Array("hello".utf8)]) }
    #expect(text?.message.contains("model_index.json is missing; give the whole diffusers folder") == true)
    try await service.stop()
  }

  @Test("the paths of a joined asset stay inside it, and its parts must exist", arguments: [
    "/etc/passwd", "../x", "a/../../x", "a//b", "", "a\\b", "a/\n",
  ])
  func hostilePaths(path: String) async throws {
    var request = CreateAssetRequest()
    request.name = "mine"
    request.kind = .checkpoint
    var file = CreateAssetFile()
    file.path = path
    file.asset = "absent"
    request.files = [file]
    let failure = await failure { _ = try await service.assets.createAsset(request) }
    #expect(failure?.code == .invalidArgument)
    #expect(failure?.fieldViolations.contains { $0.field == "files[0].path" } == true)
    try await service.stop()
  }

  @Test("a message over the limit and an unknown method are typed errors, and the service goes on")
  func protocolFaults() async throws {
    let large = await code { _ = try await send([header(), .chunk([UInt8](repeating: 0, count: 5 << 20))]) }
    #expect(large == .resourceExhausted)
    let unknown = await code {
      _ = try await service.client.unary(
        MethodDescriptor(service: "lorikeet.v1.AssetService", method: "Explode", kind: .unary), GetAssetRequest(),
        response: Asset.self, options: CallOptions())
    }
    #expect(unknown == .unimplemented)
    #expect(try await service.assetNames() == ["lorikeet-tiny"])
    try await service.stop()
  }

  @Test("clients do not reach the backends' service")
  func backendServiceIsPrivate() async throws {
    let backend = BackendServiceClient(service.client)
    let stream = try await backend.readBlob(BackendReadBlobRequest())
    #expect(await code { for try await _ in stream {} } == .unimplemented)
    try await service.stop()
  }

  @Test("the bundled checkpoint is imported once: a user may delete it for good")
  func bundledCheckpoint() async throws {
    var request = DeleteAssetRequest()
    request.asset = "lorikeet-tiny"
    _ = try await service.assets.deleteAsset(request)
    try await service.stop()
    let again = try await ServiceUnderTest(directory)
    #expect(try await again.assetNames() == [])
    try await again.stop()
  }
}
