import Crypto
import Foundation
import Logging
import LorikeetAPI
import RPC
import Synchronization
import Testing

@testable import lorikeet

/// An asset service that keeps what it is sent, over the real runtime. `damage` falsifies downloads.
final class MemoryAssets: AssetServiceProvider {
  enum Damage { case none, digest, short }

  let stored = Mutex<[String: (header: UploadHeader, bytes: [UInt8])]>([:])
  let created = Mutex<[CreateAssetRequest]>([])
  let deleted = Mutex<[String]>([])
  let damage: Damage
  /// What the next creations answer, one after the other.
  let failures: Mutex<[StatusCode]>

  init(damage: Damage = .none, failures: [StatusCode] = []) {
    self.damage = damage
    self.failures = Mutex(failures)
  }

  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  func uploadAsset(_ requests: RequestStream<UploadAssetRequest>, context: ServerContext) async throws -> Asset {
    var header = UploadHeader()
    var bytes: [UInt8] = []
    var digest = ""
    for try await request in requests {
      switch request.payload {
      case .header(let value):
        header = value
        if value.name == "taken" { throw RPCError(.alreadyExists, "an asset named taken exists") }
      case .chunk(let chunk): bytes += chunk
      case .trailer(let trailer): digest = trailer.sha256
      case nil: break
      }
    }
    guard digest == Self.sha256(bytes), header.sizeBytes == bytes.count else { throw RPCError(.dataLoss, "damaged") }
    let id = stored.withLock { stored in
      let id = "asset_\(stored.count)"
      stored[id] = (header, bytes)
      return id
    }
    return .with { ($0.id, $0.name, $0.sizeBytes) = (id, header.fileName, Int64(bytes.count)) }
  }

  func createAsset(_ request: CreateAssetRequest, context: ServerContext) async throws -> Asset {
    created.withLock { $0.append(request) }
    let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    if let failure { throw RPCError(failure, "no unet") }
    return .with { ($0.id, $0.name) = ("asset_whole", request.name) }
  }

  func getAsset(_ request: GetAssetRequest, context: ServerContext) async throws -> Asset {
    throw RPCError(.notFound, "none")
  }

  func listAssets(_ request: ListAssetsRequest, context: ServerContext) async throws -> ListAssetsResponse { .init() }

  func downloadAsset(
    _ request: DownloadAssetRequest, responses: ResponseWriter<DownloadAssetResponse>, context: ServerContext
  ) async throws {
    guard let bytes = stored.withLock({ $0[request.asset]?.bytes }) else {
      throw RPCError(.notFound, "no \(request.asset)")
    }
    let digest = damage == .digest ? String(repeating: "0", count: 64) : Self.sha256(bytes)
    try await responses.write(
      .with { $0.payload = .header(.with { ($0.sizeBytes, $0.sha256) = (Int64(bytes.count), digest) }) })
    for start in stride(from: 0, to: damage == .short ? bytes.count / 2 : bytes.count, by: 100_000) {
      try await responses.write(.with { $0.payload = .chunk(Array(bytes[start..<min(bytes.count, start + 100_000)])) })
    }
  }

  func deleteAsset(_ request: DeleteAssetRequest, context: ServerContext) async throws -> DeleteAssetResponse {
    deleted.withLock { $0.append(request.asset) }
    return .init()
  }
}

@Suite("Uploads and downloads against a server")
struct TransferTests {
  /// Serves `assets` on a Unix socket for the length of `body`.
  func withServer(_ assets: MemoryAssets, _ body: (Transfer, TemporaryFolder) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = RPCServer(
      configuration: .init(addresses: [.unix(path: folder.file("s"))]), services: [assets.definition], logger: logger)
    try await server.start()
    let client = RPCClient(target: .unix(path: folder.file("s")), logger: logger)
    do {
      let creation = Creation(attempts: 3, pause: .milliseconds(1))
      try await body(Transfer(server: Server(client: client), creation: creation), folder)
    } catch {
      Issue.record(error)
    }
    await client.close()
    await server.shutdown(grace: .zero)
  }

  static let seed = UInt64.random(in: 0...UInt64.max)

  func noise(_ count: Int) -> [UInt8] {
    var state = Self.seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  @Test(
    "what goes up comes down, whatever its size",
    arguments: [0, 1, FileReader.pieceSize, FileReader.pieceSize + 1, 3_000_000])
  func roundTrip(size: Int) async throws {
    try await withServer(MemoryAssets()) { transfer, folder in
      let bytes = noise(size)
      try folder.add("up.bin", bytes)
      var reported: [Int64] = []
      let asset = try await transfer.upload(folder.file("up.bin"), header: .with { $0.kind = .file }) {
        reported.append($0)
      }
      #expect(asset.sizeBytes == size && asset.name == "up.bin")
      #expect(reported == reported.sorted() && (reported.last ?? 0) == size)
      try await transfer.download(asset: asset.id, file: "", to: folder.file("down.bin"), replace: false)
      #expect(FileManager.default.contents(atPath: folder.file("down.bin")) == Data(bytes), "seed \(Self.seed)")
    }
  }

  @Test(
    "a damaged or shortened download is an error and leaves no file", arguments: [MemoryAssets.Damage.digest, .short])
  func damaged(damage: MemoryAssets.Damage) async throws {
    try await withServer(MemoryAssets(damage: damage)) { transfer, folder in
      try folder.add("up.bin", noise(300_000))
      let asset = try await transfer.upload(folder.file("up.bin"), header: .init())
      do {
        try await transfer.download(asset: asset.id, file: "", to: folder.file("into/down.bin"), replace: false)
        Issue.record("accepted")
      } catch let error as CommandError {
        #expect(error.status == .failure && error.sentences[0].contains("arrived damaged"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("into")).isEmpty)
    }
  }

  @Test("a refusal by the server is told as it is, and so is a file that cannot be read")
  func refusals() async throws {
    try await withServer(MemoryAssets()) { transfer, folder in
      try folder.add("up.bin", noise(2_000_000))
      do {
        _ = try await transfer.upload(folder.file("up.bin"), header: .with { $0.name = "taken" })
        Issue.record("accepted")
      } catch let error as RPCError {
        #expect(error.code == .alreadyExists)
      }
      await #expect(throws: CommandError.self) { try await transfer.upload(folder.file("missing"), header: .init()) }
      await #expect(throws: CommandError.self) { try await transfer.upload(folder.path, header: .init()) }
      do {
        try await transfer.download(asset: "none", file: "", to: folder.file("none"), replace: false)
        Issue.record("downloaded")
      } catch let error as RPCError {
        #expect(error.code == .notFound)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.file("none")))
    }
  }

  @Test("a checkpoint folder goes up in parts that the asset takes over")
  func checkpoint() async throws {
    let assets = MemoryAssets()
    try await withServer(assets) { transfer, folder in
      try folder.add("sd/model_index.json", noise(100))
      try folder.add("sd/unet/w.safetensors", noise(1_000_000))
      var last: (Int64, Int64) = (0, 0)
      let asset = try await transfer.uploadCheckpoint(
        folder: folder.file("sd"), files: ["model_index.json", "unet/w.safetensors"], request: .with { $0.name = "sd" }
      ) { last = ($1, $2) }
      #expect(asset.name == "sd" && last == (1_000_100, 1_000_100))
      let request = try #require(assets.created.withLock { $0.first })
      #expect(request.consumeParts && request.files.map(\.path) == ["model_index.json", "unet/w.safetensors"])
      #expect(assets.stored.withLock { $0.values.allSatisfy { $0.header.kind == .file } })
    }
  }

  @Test("parts of a checkpoint that was refused are cleared away")
  func refusedCheckpoint() async throws {
    let assets = MemoryAssets(failures: [.invalidArgument])
    try await withServer(assets) { transfer, folder in
      try folder.add("sd/model_index.json")
      try folder.add("sd/w.safetensors")
      do {
        _ = try await transfer.uploadCheckpoint(
          folder: folder.file("sd"), files: ["model_index.json", "w.safetensors"], request: .init()
        ) { _, _, _ in }
        Issue.record("accepted")
      } catch let error as RPCError {
        #expect(error.message == "no unet")
      }
      #expect(assets.deleted.withLock { Set($0) } == ["asset_0", "asset_1"])
      #expect(assets.created.withLock { $0.count } == 1)
    }
  }

  @Test(
    "a creation that may have worked is repeated with its request id, and its parts stay while there is doubt",
    arguments: [StatusCode.unavailable, .deadlineExceeded, .cancelled, .unknown, .internalError], [1, 2, 3])
  func doubtfulCreation(code: StatusCode, failures: Int) async throws {
    let assets = MemoryAssets(failures: Array(repeating: code, count: failures))
    try await withServer(assets) { transfer, folder in
      try folder.add("sd/model_index.json")
      do {
        let asset = try await transfer.uploadCheckpoint(
          folder: folder.file("sd"), files: ["model_index.json"], request: .init()) { _, _, _ in }
        #expect(asset.id == "asset_whole" && failures < 3)
      } catch let error as RPCError {
        #expect(error.code == code && failures == 3)
      }
      #expect(assets.deleted.withLock { $0.isEmpty })
      let ids = assets.created.withLock { $0.map(\.requestId) }
      #expect(ids.count == min(failures + 1, 3) && Set(ids).count == 1 && ids.first?.isEmpty == false)
    }
  }
}
