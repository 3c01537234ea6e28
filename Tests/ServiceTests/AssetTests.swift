import Foundation
import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("Assets", .timeLimit(.minutes(2)))
struct AssetTests {
  let service: ServiceUnderTest
  private var directory: TestDirectory { service.directory }

  init() async throws { service = try await ServiceUnderTest(TestDirectory()) { $0.limits.maxImageBytes = 1 << 20 } }

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
    let (file, whole) = try await service.download("cat")
    #expect(file == asset.files[0] && whole == bytes)
    #expect(try await service.download(asset.id, offset: 699_999).1 == Array(bytes[699_999...]))
    #expect(try await service.download("cat", offset: Int64(bytes.count)).1 == [])
    #expect(await code { _ = try await service.download("cat", offset: Int64(bytes.count) + 1) } == .outOfRange)
    #expect(await code { _ = try await service.download("cat", path: "x") } == .notFound)
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
      (.lora, text, "it is a text file"),
      (.lora, [0x80, 2, 0x7D] + [UInt8](repeating: 0x71, count: 50), "Python pickle"),
      (.lora, Samples.safetensors("{}"), "no LoRA matrices"),
      (.vae, Samples.lora, "no VAE"),
      (.textualInversion, Samples.lora, "no textual inversion"),
      (.lora, Array(Samples.lora.dropLast(10)), "truncated"),
      (.checkpoint, Samples.lora, "is a LoRA"),
      (.checkpoint, [0x80, 2, 0x7D] + [UInt8](repeating: 0x71, count: 50), "Python pickle"),
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
    let info = try #require(asset.checkpoint)
    #expect(info.layout == .diffusers && info.predictionType == .epsilon && info.nativeSize == 512)
    #expect(!info.inpainting && !info.refiner && !info.hasSafetyChecker && info.unetParameters == 1)
    var list = ListAssetsRequest()
    list.kinds = [.file]
    #expect(try await service.assets.listAssets(list).assets.isEmpty)
    #expect(try await service.download("mine", path: "tokenizer/merges.txt").1 == Array("a b\n".utf8))
    #expect(await failure { _ = try await service.download("mine") }?.fieldViolations.map(\.field) == ["path"])
    try await service.stop()
  }

  @Test("what a folder's configurations and parts say of the checkpoint is on the asset")
  func checkpointInfo() async throws {
    var files = Samples.checkpointFiles
    files["model_index.json"] = Array(
      """
      {"_class_name": "StableDiffusionXLImg2ImgPipeline", "text_encoder": [null, null], "tokenizer": [null, null],
       "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"]}
      """.utf8)
    for name in ["config.json", "model.safetensors"] {
      files["text_encoder_2/\(name)"] = files.removeValue(forKey: "text_encoder/\(name)")
    }
    for name in ["vocab.json", "merges.txt"] {
      files["tokenizer_2/\(name)"] = files.removeValue(forKey: "tokenizer/\(name)")
    }
    files["unet/config.json"] = Array(#"{"sample_size": 96, "in_channels": 9}"#.utf8)
    files["vae/config.json"] = Array(#"{"block_out_channels": [1, 2, 3, 4]}"#.utf8)
    files["scheduler/scheduler_config.json"] = Array(
      #"{"prediction_type": "v_prediction", "rescale_betas_zero_snr": true}"#.utf8)
    files["safety_checker/model.fp16.safetensors"] = files["unet/model.safetensors"]
    let asset = try await createCheckpoint("refiner", files)
    let info = try #require(asset.checkpoint)
    #expect(asset.family == .stableDiffusionXl && info.refiner && info.inpainting && info.hasSafetyChecker)
    #expect(info.predictionType == .velocity && info.zeroTerminalSnr && info.nativeSize == 768)
    // Nothing can be trained on it.
    try await service.upload("photo", Samples.png())
    let refused = await failure { try await service.createTune("cat") { $0.baseCheckpoint = "refiner" } }
    #expect(refused?.code == .failedPrecondition)
    #expect(refused?.fieldViolations.map(\.field) == ["tune.base_checkpoint"])
    try await service.stop()
  }

  @Test("a checkpoint in one file is an asset at once, and its tensors tell what it is")
  func singleFileCheckpoint() async throws {
    let asset = try await service.upload("one", Samples.originalCheckpoint(), kind: .checkpoint) {
      $0.fileName = "some-name.safetensors"
    }
    #expect(asset.kind == .checkpoint && asset.family == .stableDiffusion1 && asset.state == .ready)
    let info = try #require(asset.checkpoint)
    #expect(info.layout == .singleFile && info.predictionType == .epsilon && info.precision == "F16")
    #expect(!info.inpainting && !info.zeroTerminalSnr && info.nativeSize == 512 && info.unetParameters == 14)
    let marked = Samples.originalCheckpoint(channels: 9, marks: ["v_pred", "ztsnr"])
    let joined = try await createCheckpoint("two", ["model.safetensors": marked])
    #expect(joined.checkpoint?.predictionType == .velocity && joined.checkpoint?.zeroTerminalSnr == true)
    #expect(joined.checkpoint?.inpainting == true)
    let broken = await failure { _ = try await createCheckpoint("three", ["a.safetensors": Samples.lora]) }
    #expect(broken?.message.contains("is a LoRA") == true)
    try await service.stop()
  }

  @Test("a textual inversion tells how many tokens it stands for and the word that its file names")
  func embedding() async throws {
    let file = Samples.safetensors(
      #"{"<cat>":{"dtype":"F16","shape":[2,768],"data_offsets":[0,3072]}}"#, data: [UInt8](repeating: 0, count: 3072))
    let asset = try await service.upload("cat", file, kind: .textualInversion)
    #expect(asset.family == .stableDiffusion1)
    #expect(asset.embedding?.vectors == 2 && asset.embedding?.triggerWords == ["<cat>"])
    let named = try await service.upload("dog", file, kind: .textualInversion) { $0.triggerWords = ["dog"] }
    #expect(named.embedding?.triggerWords == ["dog"])
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
      "unet/model.safetensors: the file is not safetensors: it is a text file", "vae/model.bin: pickles",
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
