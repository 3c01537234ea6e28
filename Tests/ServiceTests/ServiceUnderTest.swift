import Foundation
import Logging
import LorikeetAPI
import RPC
import Testing

@testable import Service

/// A directory of its own for each test, with the folder of a tiny checkpoint beside it; removed at the end.
final class TestDirectory: Sendable {
  let path: String
  var data: String { "\(path)/data" }
  var models: String { "\(path)/Models" }

  init() throws {
    path = "/tmp/lorikeet-test-\(UUID().uuidString.prefix(13))"
    for (file, bytes) in Samples.checkpointFiles {
      let target = URL(fileURLWithPath: "\(path)/Models/lorikeet-tiny/\(file)")
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: target)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Blobs on disk, whole or not, but for those of the bundled checkpoint.
  var strayBlobs: [String] {
    let known = Set(Samples.checkpointFiles.values.map { Samples.sha256($0) })
    let paths = FileManager.default.enumerator(atPath: "\(data)/blobs")?.compactMap { $0 as? String }
    return (paths ?? []).filter { path in
      let name = (path as NSString).lastPathComponent
      return name.utf8.count > 20 && !known.contains(name)
    }
  }
}

/// The real service, served over real sockets, in this process.
final class ServiceUnderTest: Sendable {
  let directory: TestDirectory
  let socket: String
  let client: RPCClient
  private let task: Task<Void, any Error>

  var assets: AssetServiceClient { AssetServiceClient(client) }
  var tunes: TuneServiceClient { TuneServiceClient(client) }
  var generations: GenerationServiceClient { GenerationServiceClient(client) }

  init(_ directory: TestDirectory, _ configure: (inout ServerConfiguration) -> Void = { _ in }) async throws {
    self.directory = directory
    var configuration = ServerConfiguration(dataDirectory: directory.data)
    configuration.listen = [.tcp(host: "127.0.0.1", port: 0)]
    configuration.modelsDirectory = directory.models
    configuration.backends = []
    configuration.shutdownGrace = .seconds(1)
    // No test waits for a lease to end unless it says so.
    configuration.dispatchTiming.lease = .seconds(600)
    configuration.dispatchTiming.tick = .milliseconds(20)
    configuration.dispatchTiming.retryDelay = .milliseconds(1)
    configuration.dispatchTiming.progressInterval = .zero
    configure(&configuration)
    socket = configuration.effectiveBackendSocket

    let (started, continuation) = AsyncThrowingStream.makeStream(of: [RPCAddress].self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = LorikeetServer(configuration: configuration, logger: logger) { continuation.yield($0) }
    task = Task {
      do {
        try await server.run()
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
        throw error
      }
    }
    var iterator = started.makeAsyncIterator()
    let addresses = try #require(try await iterator.next())
    var clientConfiguration = RPCClient.Configuration()
    clientConfiguration.maxReceiveMessageSize = 64 << 20
    client = RPCClient(target: addresses[0], configuration: clientConfiguration)
  }

  /// With an image that tunes can be trained on.
  static func withPhoto() async throws -> ServiceUnderTest {
    let service = try await ServiceUnderTest(TestDirectory())
    try await service.upload("photo", Samples.png()) { $0.caption = "a photo" }
    return service
  }

  /// Ends the service as SIGTERM does.
  func stop() async throws {
    await client.close()
    task.cancel()
    try await task.value
  }

  // MARK: Shortcuts

  @discardableResult
  func upload(
    _ name: String, _ bytes: [UInt8], kind: AssetKind = .image, _ edit: (inout UploadHeader) -> Void = { _ in }
  ) async throws -> Asset {
    var header = UploadHeader()
    header.name = name
    header.kind = kind
    header.fileName = "\(name).png"
    header.sha256 = Samples.sha256(bytes)
    edit(&header)
    return try await assets.uploadAsset { [header] writer in
      try await writer.write(.header(header))
      for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
        try await writer.write(.chunk(Array(bytes[start..<min(start + 64 << 10, bytes.count)])))
      }
    }
  }

  /// One file of an asset, and what was said of it.
  func download(
    _ name: String, path: String = "", as format: LoraFormat = .unspecified, offset: Int64 = 0
  ) async throws -> (AssetFile?, [UInt8]) {
    var request = DownloadAssetRequest()
    request.asset = name
    request.path = path
    request.loraFormat = format
    request.offset = offset
    var file: AssetFile?
    var bytes: [UInt8] = []
    for try await response in try await assets.downloadAsset(request) {
      switch response.payload {
      case .header(let header): file = header
      case .chunk(let chunk): bytes += chunk
      case nil: Issue.record("an empty message")
      }
    }
    return (file, bytes)
  }

  @discardableResult
  func createTune(
    _ name: String, images: [String] = ["photo"], _ edit: (inout Tune) -> Void = { _ in }
  ) async throws -> Tune {
    var tune = Tune()
    tune.name = name
    tune.triggerWord = "zorp"
    tune.images = images.map { image in
      var entry = TrainingImage()
      entry.asset = image
      return entry
    }
    edit(&tune)
    var request = CreateTuneRequest()
    request.tune = tune
    return try await tunes.createTune(request)
  }

  func tune(_ name: String) async throws -> Tune {
    var request = GetTuneRequest()
    request.tune = name
    return try await tunes.getTune(request)
  }

  @discardableResult
  func cancelTune(_ name: String, keep: Bool = false) async throws -> Tune {
    var request = CancelTuneRequest()
    request.tune = name
    request.keep = keep
    return try await tunes.cancelTune(request)
  }

  func watch(_ name: String, after sequence: Int64 = 0) async throws -> ResponseStream<WatchTuneResponse> {
    var request = WatchTuneRequest()
    request.tune = name
    request.afterSequence = sequence
    return try await tunes.watchTune(request)
  }

  /// Follows the tune until its state is the one given.
  func waitForTune(_ name: String, _ state: JobState) async throws -> Tune {
    for try await response in try await watch(name) {
      switch response.payload {
      case .snapshot(let tune) where tune.state == state: return tune
      case .event(let event):
        if case .state(let tune) = event.payload, tune.state == state { return tune }
      default: break
      }
    }
    let tune = try await tune(name)
    try #require(tune.state == state, "the tune ended as \(tune.state): \(tune.stateReason)")
    return tune
  }

  func generation(_ id: String) async throws -> Generation {
    var request = GetGenerationRequest()
    request.generation = id
    return try await generations.getGeneration(request)
  }

  func waitForGeneration(_ id: String, _ state: JobState) async throws -> Generation {
    var request = WatchGenerationRequest()
    request.generation = id
    for try await event in try await generations.watchGeneration(request) {
      switch event.payload {
      case .snapshot(let generation), .state(let generation), .summary(let generation):
        if generation.state == state { return generation }
      default: break
      }
    }
    let generation = try await generation(id)
    try #require(generation.state == state, "the generation ended as \(generation.state): \(generation.stateReason)")
    return generation
  }

  func createGeneration(_ edit: (inout GenerationSettings) -> Void = { _ in }) async throws -> Generation {
    var request = CreateGenerationRequest()
    var settings = GenerationSettings()
    settings.prompt = "a cat"
    edit(&settings)
    request.settings = settings
    return try await generations.createGeneration(request)
  }

  func assetNames() async throws -> [String] {
    try await assets.listAssets(ListAssetsRequest()).assets.map(\.name)
  }
}

extension RequestWriter where Element == UploadAssetRequest {
  func write(_ payload: UploadAssetRequest.Payload) async throws(RPCError) {
    var request = UploadAssetRequest()
    request.payload = payload
    try await write(request)
  }
}

/// The code a call ends with; `nil` when it succeeds.
func code(_ call: () async throws -> Void) async -> StatusCode? {
  await failure(call)?.code
}

/// The error a call ends with; `nil` when it succeeds.
func failure(_ call: () async throws -> Void) async -> RPCError? {
  do {
    try await call()
    return nil
  } catch {
    return error as? RPCError ?? RPCError(.unknown, "\(error)")
  }
}
